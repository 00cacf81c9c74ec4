//! Opening the file: how its connections are set up, and which SQLite is good enough.

use std::{
    fs::{self, OpenOptions, Permissions},
    io,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
    time::Duration,
};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
    sqlx::{
        self, ConnectOptions,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
    },
};

use crate::{OpenError, error::reason, faults::is_armed, migration};

/// How long a statement waits for another process that has the file, such as a backup.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a read waits for a free connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);
/// Inserts of different numbers of rows are different statements; this keeps the usual ones prepared.
const PREPARED_STATEMENTS: usize = 256;
/// Read and written by its owner.
const PRIVATE: u32 = 0o600;
/// Earlier ones can corrupt a write-ahead log.
const LEAST_VERSION: [u32; 3] = [3, 51, 3];

/// Opens the one writing connection, and makes the file when it is not there.
pub(super) async fn writing_connection(path: &Path) -> Result<DatabaseConnection, OpenError> {
    let private = keep_private(path);
    private.map_err(|error| OpenError::File { path: path.to_owned(), reason: error.to_string() })?;
    let db = connect_writer(path).await.map_err(|error| file_error(path, &error))?;
    let found = version(&db).await.map_err(OpenError::from_migration)?;
    check_version(&found)?;
    Ok(db)
}

/// The file is for this user only, from its first byte on: SQLite gives its log and its shared memory the same mode.
fn keep_private(path: &Path) -> io::Result<()> {
    match OpenOptions::new().create_new(true).write(true).mode(PRIVATE).open(path) {
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    for suffix in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        let Ok(found) = fs::metadata(&file) else { continue };
        // Made by an earlier version, or copied. Another user's file can only be used as it is.
        if found.permissions().mode() & 0o077 != 0
            && fs::set_permissions(&file, Permissions::from_mode(PRIVATE)).is_err()
        {
            tracing::warn!(path = %path.display(), "other users of this machine can read the database file");
        }
    }
    Ok(())
}

/// A pool of exactly one connection, which is never replaced behind the writer's back.
pub(super) async fn connect_writer(path: &Path) -> Result<DatabaseConnection, sqlx::Error> {
    let mut options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .statement_cache_capacity(PREPARED_STATEMENTS)
        .disable_statement_logging();
    // A disk without room for one more page.
    if is_armed("fault::sqlite.full") {
        options = options.pragma("max_page_count", "1");
    }
    // Known defect, for the fault tests: commits are left to the system.
    if is_armed("defect::no_database_fsync") {
        options = options.synchronous(SqliteSynchronous::Off);
    }
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .test_before_acquire(false)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options)
        .await?;
    Ok(DatabaseConnection::from(pool))
}

/// Opens the connections that only read.
pub(super) async fn reading_pool(path: &Path, readers: u32) -> Result<DatabaseConnection, OpenError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(BUSY_TIMEOUT)
        .statement_cache_capacity(PREPARED_STATEMENTS)
        .pragma("query_only", "ON")
        .disable_statement_logging();
    let pool = SqlitePoolOptions::new()
        .max_connections(readers.max(1))
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .test_before_acquire(false)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options)
        .await
        .map_err(|error| file_error(path, &error))?;
    Ok(DatabaseConnection::from(pool))
}

fn file_error(path: &Path, error: &sqlx::Error) -> OpenError {
    OpenError::File { path: path.to_owned(), reason: reason(error) }
}

/// Begins a transaction that may write from its first statement on. One that reads first and then wants to write is
/// refused as soon as another one wrote in between.
pub(super) async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    db.begin_with_options(options).await
}

/// Applies what is pending, and names it. Another process that opens the file at the same time waits.
pub(super) async fn migrate(db: &DatabaseConnection) -> Result<Vec<String>, OpenError> {
    migrate_within(db).await.map_err(OpenError::from_migration)
}

async fn migrate_within(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let transaction = begin(db).await?;
    let applied = migration::run(&transaction).await?;
    transaction.commit().await?;
    Ok(applied)
}

async fn version(db: &DatabaseConnection) -> Result<String, DbErr> {
    let statement = Statement::from_string(DbBackend::Sqlite, "SELECT sqlite_version()");
    let row = db.query_one_raw(statement).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("sqlite_version()".to_owned()))?.try_get_by_index(0)
}

fn check_version(found: &str) -> Result<(), OpenError> {
    let mut parts = found.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let version = [(); 3].map(|()| parts.next().unwrap_or(0));
    if version >= LEAST_VERSION { Ok(()) } else { Err(OpenError::OldSqlite { found: found.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn database_files_are_for_their_owner_only() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("a mode");
        let path = folder.path().join("open.db");
        fs::File::create_new(&path).expect("a file of an earlier version");
        fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("a mode");
        for path in [path, folder.path().join("new.db")] {
            let db = writing_connection(&path).await.expect("it opens");
            migrate(&db).await.expect("it has its tables");
            let files = fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("an entry"));
            for file in files.filter(|file| file.file_name() != "open.db" || path.ends_with("open.db")) {
                let mode = file.metadata().expect("a file").permissions().mode() & 0o777;
                assert_eq!(mode, 0o600, "{}", file.path().display());
            }
        }
    }

    #[test]
    fn an_old_sqlite_is_refused_by_name() {
        for good in ["3.51.3", "3.52.0", "4.0.0", "3.51.10"] {
            assert!(check_version(good).is_ok(), "{good}");
        }
        for bad in ["3.51.2", "3.50.9", "3.6.23", "2.99.99", "", "nonsense"] {
            assert!(check_version(bad).is_err(), "{bad}");
        }
        let error = check_version("3.51.2").expect_err("it is one too old").to_string();
        assert_eq!(error, "SQLite 3.51.2 can corrupt its log, 3.51.3 or later is needed");
    }
}
