//! The shared store: any number of processes, on any number of machines.

mod connect;
mod titles;
mod write;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, TransactionTrait};
use tracing::Instrument;

use crate::{
    OpenError, PostgresSettings,
    error::WriteError,
    migration,
    read::Reads,
    write::{Write, Written},
};

/// Who migrates holds this lock; the number is arbitrary and must never change.
const MIGRATION_LOCK: i64 = 0x6865_6172_6b65_6e00;

/// The store in a PostgreSQL database. See the [crate's page](crate).
pub struct PostgresStore {
    pub(crate) reads: Reads,
    target: String,
}

impl PostgresStore {
    /// Reaches the server once, so that a wrong address is known now. Does not look at the schema.
    pub async fn connect(settings: PostgresSettings) -> Result<Self, OpenError> {
        let (reads, target) = connect::pools(&settings).await?;
        Ok(Self { reads, target })
    }

    /// Fails when the schema is missing, older or newer than this program.
    pub async fn check_schema(&self) -> Result<(), OpenError> {
        let pending = self.pending_migrations().await?;
        if pending.is_empty() { Ok(()) } else { Err(OpenError::Outdated { pending }) }
    }

    /// Applies what is pending and names it. All or nothing; of several processes one does it and the others wait.
    pub async fn migrate(&self) -> Result<Vec<String>, OpenError> {
        // In a task of its own, since a transaction must not be dropped while it begins.
        let run = migrate(self.reads.db.clone()).in_current_span();
        let end = tokio::spawn(run).await.unwrap_or_else(|died| Err(DbErr::Migration(died.to_string())));
        end.map_err(OpenError::from_migration)
    }

    /// Names what is not applied, oldest first. Writes nothing.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, OpenError> {
        migration::pending(&self.reads.db).await.map_err(OpenError::from_migration)
    }

    /// Whether titles are searched by an index, as [`migrate`](Self::migrate) makes it where the extension `pg_trgm` can
    /// be had. Without it a search reads every title of the workspace, and finds the same.
    pub async fn has_title_index(&self) -> Result<bool, OpenError> {
        titles::is_indexed(&self.reads.db).await.map_err(OpenError::from_migration)
    }

    /// Waits for what is under way and closes the connections. Later calls of the store fail as unavailable.
    pub async fn close(&self) {
        if let Err(error) = self.reads.close().await {
            tracing::warn!(error = %error, target = %self.target, "the connections could not be closed");
        }
    }

    pub(crate) async fn write(&self, mut write: Write) -> Result<Written, WriteError> {
        let db = self.reads.db.clone();
        // In a task of its own: a caller that is dropped must not drop a transaction on its way, which the driver can
        // leave open on a pooled connection.
        let run = async move { write::run(&db, &mut write).await }.in_current_span();
        tokio::spawn(run).await.unwrap_or_else(|died| Err(WriteError::Unknown(DbErr::Custom(died.to_string()))))
    }
}

async fn migrate(db: DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let transaction = db.begin().await?;
    // Others may be at it for longer than any statement of the service may take.
    transaction.execute_unprepared("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0").await?;
    transaction.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")).await?;
    let applied = migration::run(&transaction).await?;
    titles::index(&transaction).await?;
    transaction.commit().await?;
    Ok(applied)
}

impl std::fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresStore").field("target", &self.target).finish_non_exhaustive()
    }
}
