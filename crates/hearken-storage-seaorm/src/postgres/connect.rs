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

use crate::{
    OpenError,
    error::reason,
    read::{Reads, wide_share},
    settings::PostgresSettings,
};

/// A connection that rested longer than this is asked whether it still works before it is used.
const TRUSTED_REST: Duration = Duration::from_secs(1);
/// Nothing that went wrong with a connection lasts longer than this.
const MAX_LIFETIME: Duration = Duration::from_mins(10);
/// Inserts of different numbers of rows are different statements; this keeps the usual ones prepared.
const PREPARED_STATEMENTS: usize = 256;

/// Opens the pools once one connection was made, and tells where they lead.
pub(super) async fn pools(settings: &PostgresSettings) -> Result<(Reads, String), OpenError> {
    let options = options(settings.url.expose_secret())?;
    let target = target(&options);
    reach(&options, settings.acquire_timeout)
        .await
        .map_err(|reason| OpenError::Unreachable { target: target.clone(), reason })?;
    let wide = wide_share(settings.max_connections);
    // A plan for whatever values there may be is the wrong one for values that are rare, or for those that are not.
    let planned_anew = options.clone().options([("plan_cache_mode", "force_custom_plan")]);
    let pool = |options, connections| pool(options, connections, settings.acquire_timeout);
    let reads =
        Reads { db: pool(options, settings.max_connections.saturating_sub(wide)), wide: pool(planned_anew, wide) };
    Ok((reads, target))
}

fn pool(options: PgConnectOptions, max_connections: u32, acquire_timeout: Duration) -> DatabaseConnection {
    let pool = PgPoolOptions::new()
        .max_connections(max_connections.max(1))
        .acquire_timeout(acquire_timeout)
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
    DatabaseConnection::from(pool)
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
