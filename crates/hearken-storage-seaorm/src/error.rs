//! What can go wrong, and what each driver's error means to the port.

use std::{error::Error, path::PathBuf};

use hearken_domain::{
    changeset::CommitError,
    ids::EngagementId,
    store_error::{StoreError, StoreErrorKind},
};
use sea_orm::{
    DbErr, RuntimeErr,
    sqlx::{self, error::ErrorKind, sqlite::SqliteError},
};

/// Why a store could not be opened. Each is one line that an operator can act on; none holds a password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Nobody answered, or the answer was no.
    #[error("cannot reach the database at {target}: {reason}")]
    Unreachable {
        /// Host and port, or the socket.
        target: String,
        /// What the driver or the server said.
        reason: String,
    },
    /// The address cannot be used as it is.
    #[error("the database's address cannot be used: {0}")]
    Address(String),
    /// The file cannot be opened, made or written.
    #[error("cannot open the database file {}: {reason}", .path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the driver said.
        reason: String,
    },
    /// This SQLite can corrupt a write-ahead log.
    #[error("SQLite {found} can corrupt its log, 3.51.3 or later is needed")]
    OldSqlite {
        /// What is linked.
        found: String,
    },
    /// Tables are missing or of an older release.
    #[error("the database's schema is not up to date ({} pending), run `hearken migrate`", .pending.join(", "))]
    Outdated {
        /// The names of what is to be applied, oldest first.
        pending: Vec<String>,
    },
    /// The tables are of a later release than this program.
    #[error("the database's schema is of a later release of hearken than this program")]
    TooNew,
    /// The schema could not be read or changed; nothing was changed.
    #[error("the database's schema could not be read or migrated")]
    Migration(#[source] Box<dyn Error + Send + Sync>),
}

impl OpenError {
    /// What a failed look at the schema means.
    pub(crate) fn from_migration(error: DbErr) -> Self {
        // The migrator has one use for this variant: an applied migration that this program does not know.
        if matches!(error, DbErr::Custom(_)) { Self::TooNew } else { Self::Migration(error.into()) }
    }
}

/// A stored value that is not one of ours.
#[derive(Debug, thiserror::Error)]
#[error("table {table}, column {column}, row {row}: not a value that is ever written")]
pub(crate) struct Misfit {
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    pub(crate) row: String,
}

/// Why a read failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("the driver failed")]
    Driver(#[from] DbErr),
    #[error("the row cannot be read")]
    Misfit(#[from] Misfit),
}

/// Why a write was refused: its transaction is rolled back, nothing is broken.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Refusal {
    KeyTaken(EngagementId),
    Exists,
    Stale,
    LeaseLost,
}

/// Why the statements of a write did not all succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    Refused(Refusal),
    /// Refused before anything was written: there is nothing to roll back.
    Untouched(Refusal),
    Fault(Fault),
}

impl Failure {
    /// Of a write that had written nothing yet.
    pub(crate) fn before_anything(self) -> Self {
        match self {
            Self::Refused(refusal) => Self::Untouched(refusal),
            other => other,
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        Self::Fault(Fault::Driver(error))
    }
}

impl From<Misfit> for Failure {
    fn from(misfit: Misfit) -> Self {
        Self::Fault(Fault::Misfit(misfit))
    }
}

/// Why a write did not happen, or may not have.
#[derive(Debug)]
pub(crate) enum WriteError {
    Refused(Refusal),
    Unknown(DbErr),
    Store(StoreError),
}

impl From<Failure> for WriteError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) | Failure::Untouched(refusal) => Self::Refused(refusal),
            Failure::Fault(fault) => Self::Store(fault.into()),
        }
    }
}

impl From<DbErr> for WriteError {
    fn from(error: DbErr) -> Self {
        Self::Store(Fault::Driver(error).into())
    }
}

impl From<WriteError> for CommitError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Refused(Refusal::KeyTaken(id)) => Self::KeyTaken(id),
            WriteError::Refused(Refusal::Exists) => Self::Exists,
            WriteError::Refused(Refusal::Stale) => Self::Stale,
            WriteError::Refused(Refusal::LeaseLost) => Self::LeaseLost,
            WriteError::Unknown(cause) => {
                // The port's error has no place for the cause, so this is where it is handled.
                tracing::warn!(error = %cause, "the answer to a commit was lost");
                Self::Unknown
            }
            WriteError::Store(error) => Self::Store(error),
        }
    }
}

/// For the writes whose port knows no refusal: asking again is safe for each of them.
impl From<WriteError> for StoreError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Refused(refusal) => Self::new(StoreErrorKind::Broken, format!("refused: {refusal:?}")),
            WriteError::Unknown(cause) => Self::new(StoreErrorKind::Unavailable, cause),
            WriteError::Store(error) => error,
        }
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Driver(error) => Self::new(kind_of(&error), error),
            Fault::Misfit(misfit) => Self::new(StoreErrorKind::Inconsistent, misfit),
        }
    }
}

/// What the driver says, in one line.
pub(crate) fn reason(error: &sqlx::Error) -> String {
    let text = match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::Io(error) => error.to_string(),
        other => other.to_string(),
    };
    text.replace(['\r', '\n'], " ")
}

/// What the database itself answered.
pub(crate) enum Code {
    /// SQLite's primary result code.
    Sqlite(i32),
    /// The SQLSTATE.
    Postgres(String),
}

/// The database's own code, when it was the database that failed.
pub(crate) fn code_of(error: &DbErr) -> Option<Code> {
    let error = driver(error)?.as_database_error()?;
    let code = error.code()?.into_owned();
    if error.try_downcast_ref::<SqliteError>().is_some() {
        // The lowest byte is the primary code, the rest says more about it.
        code.parse::<i32>().ok().map(|extended| Code::Sqlite(extended & 0xff))
    } else {
        Some(Code::Postgres(code))
    }
}

/// Whether only the statement failed, on a constraint, and the transaction around it is as it was (on SQLite).
pub(crate) fn is_constraint(error: &DbErr) -> bool {
    driver(error).and_then(sqlx::Error::as_database_error).is_some_and(|error| error.kind() != ErrorKind::Other)
}

/// Whether the connection, not the statement, failed.
pub(crate) fn is_broken_connection(error: &DbErr) -> bool {
    matches!(
        driver(error),
        Some(sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed)
    )
}

fn driver(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => Some(error.as_ref()),
        _ => None,
    }
}

fn kind_of(error: &DbErr) -> StoreErrorKind {
    if let Some(code) = code_of(error) {
        return match code {
            Code::Sqlite(code) => kind_of_sqlite(code),
            Code::Postgres(state) => kind_of_sqlstate(&state),
        };
    }
    let is_pool = matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_));
    if is_pool || is_broken_connection(error) { StoreErrorKind::Unavailable } else { StoreErrorKind::Broken }
}

/// <https://www.sqlite.org/rescode.html>: busy, locked, interrupted and cannot-open pass; full is full.
fn kind_of_sqlite(code: i32) -> StoreErrorKind {
    match code {
        5 | 6 | 9 | 14 => StoreErrorKind::Unavailable,
        13 => StoreErrorKind::Full,
        _ => StoreErrorKind::Broken,
    }
}

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn kind_of_sqlstate(state: &str) -> StoreErrorKind {
    match state {
        "53100" => StoreErrorKind::Full,
        // Conflicts and deadlocks that outlasted the retries, a lock that was not to be had in time, and a server that
        // is full, shutting down, starting up, or read-only because it is a standby.
        "40001" | "40P01" | "55P03" | "57014" | "57P01" | "57P02" | "57P03" | "57P05" | "53000" | "53200" | "53300"
        | "25006" | "25P03" => StoreErrorKind::Unavailable,
        _ if state.starts_with("08") => StoreErrorKind::Unavailable,
        _ => StoreErrorKind::Broken,
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::ConnAcquireErr;

    use super::*;

    #[test]
    fn codes_have_the_meaning_that_a_caller_acts_on() {
        assert_eq!(kind_of_sqlite(13), StoreErrorKind::Full);
        assert_eq!(kind_of_sqlite(5), StoreErrorKind::Unavailable);
        assert_eq!(kind_of_sqlite(11), StoreErrorKind::Broken);
        assert_eq!(kind_of_sqlstate("53100"), StoreErrorKind::Full);
        assert_eq!(kind_of_sqlstate("08006"), StoreErrorKind::Unavailable);
        assert_eq!(kind_of_sqlstate("57P01"), StoreErrorKind::Unavailable);
        assert_eq!(kind_of_sqlstate("23503"), StoreErrorKind::Broken);
    }

    #[test]
    fn a_pool_without_a_free_connection_passes() {
        assert_eq!(kind_of(&DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)), StoreErrorKind::Unavailable);
        assert_eq!(kind_of(&DbErr::Type("x".to_owned())), StoreErrorKind::Broken);
    }

    #[test]
    fn a_misfit_names_table_column_and_row() {
        let misfit = Misfit { table: "users", column: "role", row: "01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned() };
        let error = StoreError::from(Fault::from(misfit));
        assert_eq!(error.kind, StoreErrorKind::Inconsistent);
        assert!(error.source.to_string().contains("table users, column role, row 01ARZ3"));
    }
}
