//! The embedded store: one file, one process, one writer.

mod open;
mod writer;

use std::path::PathBuf;

use crate::{
    OpenError, SqliteSettings,
    error::WriteError,
    migration,
    read::{Reads, wide_share},
    write::{Write, Written},
};

use self::writer::Writer;

/// The store in a SQLite file. See the [crate's page](crate).
pub struct SqliteStore {
    pub(crate) reads: Reads,
    writer: Writer,
    path: PathBuf,
    applied: Vec<String>,
}

impl SqliteStore {
    /// Opens the file, makes it when it is not there, and migrates it. Must be called within a tokio runtime: the
    /// writer is a task of it.
    pub async fn open(settings: SqliteSettings) -> Result<Self, OpenError> {
        let SqliteSettings { path, readers } = settings;
        let connection = open::writing_connection(&path).await?;
        let applied = open::migrate(&connection).await?;
        let wide = wide_share(readers);
        let reads = Reads {
            db: open::reading_pool(&path, readers.saturating_sub(wide)).await?,
            wide: open::reading_pool(&path, wide).await?,
        };
        let writer = Writer::start(path.clone(), connection);
        Ok(Self { reads, writer, path, applied })
    }

    /// Names what [`open`](Self::open) applied: opening is what migrates a file.
    pub async fn migrate(&self) -> Result<Vec<String>, OpenError> {
        let pending = self.pending_migrations().await?;
        if pending.is_empty() { Ok(self.applied.clone()) } else { Err(OpenError::Outdated { pending }) }
    }

    /// Names what is not applied, which after opening is nothing.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, OpenError> {
        migration::pending(&self.reads.db).await.map_err(OpenError::from_migration)
    }

    /// Ends the reads, carries out the writes that were accepted, and moves the log into the file. Later calls of the
    /// store fail as unavailable.
    pub async fn close(&self) {
        if let Err(error) = self.reads.close().await {
            tracing::warn!(error = %error, path = %self.path.display(), "the readers could not be closed");
        }
        self.writer.stop().await;
    }

    pub(crate) async fn write(&self, write: Write) -> Result<Written, WriteError> {
        self.writer.write(write).await
    }
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStore").field("path", &self.path).finish_non_exhaustive()
    }
}
