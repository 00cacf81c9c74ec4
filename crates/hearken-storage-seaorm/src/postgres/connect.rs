//! Reaching the server: how connections are set up, and one clear line when nobody answers.

use std::time::Duration;

use sea_orm::{
    DatabaseConnection,
    sqlx::{
        ConnectOptions, Connection, PgConnection,
        postgres::{PgConnectOptions, PgPoolOptions},
    },
};
use secrecy::ExposeSecret;

use crate::{OpenError, error::reason, settings::PostgresSettings};

/// A connection that rested longer than this is asked whether it still works before it is used.
const TRUSTED_REST: Duration = Duration::from_secs(1);
/// Nothing that went wrong with a connection lasts longer than this.
const MAX_LIFETIME: Duration = Duration::from_mins(10);
/// Inserts of different numbers of rows are different statements; this keeps the usual ones prepared.
const PREPARED_STATEMENTS: usize = 256;

/// Opens the pool once one connection was made, and tells where it leads.
pub(super) async fn pool(settings: &PostgresSettings) -> Result<(DatabaseConnection, String), OpenError> {
    let options = options(settings.url.expose_secret())?;
    let target = target(&options);
    reach(&options, settings.acquire_timeout)
        .await
        .map_err(|reason| OpenError::Unreachable { target: target.clone(), reason })?;
    let pool = PgPoolOptions::new()
        .max_connections(settings.max_connections.max(1))
        .acquire_timeout(settings.acquire_timeout)
        .max_lifetime(MAX_LIFETIME)
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > TRUSTED_REST {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(options);
    Ok((DatabaseConnection::from(pool), target))
}

fn options(url: &str) -> Result<PgConnectOptions, OpenError> {
    if !(url.starts_with("postgres://") || url.starts_with("postgresql://")) {
        return Err(OpenError::Address("it must begin with postgres://".to_owned()));
    }
    let options = url.parse::<PgConnectOptions>().map_err(|error| OpenError::Address(reason(&error)))?;
    let options = options
        .application_name("hearken")
        .statement_cache_capacity(PREPARED_STATEMENTS)
        .options([
            ("statement_timeout", "30s"),
            ("lock_timeout", "10s"),
            // A write that stands still keeps readers of changes waiting, so one whose process is gone must end soon.
            ("idle_in_transaction_session_timeout", "10s"),
            // The order of changes needs each statement to see what was committed before it.
            ("default_transaction_isolation", "read committed"),
        ])
        .disable_statement_logging();
    Ok(options)
}

fn target(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    }
}

/// Makes one connection outside the pool, which would try again until its time is over and then not say why.
async fn reach(options: &PgConnectOptions, within: Duration) -> Result<(), String> {
    let connecting = PgConnection::connect_with(options);
    let connection = match tokio::time::timeout(within, connecting).await {
        Ok(Ok(connection)) => connection,
        Ok(Err(error)) => return Err(reason(&error)),
        Err(_) => return Err(format!("no answer within {} s", within.as_secs())),
    };
    // It has served; whether the farewell arrives does not matter.
    let _ = connection.close().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_host_and_port_and_never_a_password() {
        let options = options("postgres://hearken:s3cret@db.example.com:6543/hearken").expect("it is an address");
        assert_eq!(target(&options), "db.example.com:6543");
    }

    #[test]
    fn another_scheme_is_refused_without_repeating_it() {
        let error = options("mysql://hearken:s3cret@localhost/hearken").expect_err("it is not PostgreSQL").to_string();
        assert!(!error.contains("s3cret"), "{error}");
    }
}
