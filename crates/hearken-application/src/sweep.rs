//! Finds uploads that no engagement will ever have, by their rows, and has them removed.

use hearken_domain::{
    ids::ProcessId,
    ports::{BlobStore, Claims, Clock, Ports, Uploads},
    upload::BlobKey,
};

use crate::removal;
pub use crate::removal::RemovalError;

/// How many rows one look takes.
const BATCH: u16 = 100;

/// Sweeps.
#[derive(Clone)]
pub struct Sweeper {
    ports: Ports,
}

impl Sweeper {
    /// Over these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// For a process that knows itself to be the only one, when it starts: whatever an earlier process began is over.
    pub async fn take_over(&self, process: ProcessId) -> Result<usize, RemovalError> {
        self.ports.claims.abandon_others(process, self.ports.clock.now()).await?;
        self.ports.blobs.sweep_staging().await?;
        self.sweep().await
    }

    /// Removes every upload whose time has run out, and says how many there were. One that cannot be removed keeps
    /// none of the others; what was wrong with it is told at the end.
    pub async fn sweep(&self) -> Result<usize, RemovalError> {
        let mut swept = 0;
        let mut failure = None;
        loop {
            let expired = self.ports.uploads.expired(self.ports.clock.now(), BATCH).await?;
            let mut removed = 0;
            for upload in &expired {
                let key = BlobKey { workspace: upload.workspace, upload: upload.id };
                match removal::remove(&self.ports, key, upload.state).await {
                    Ok(done) => removed += usize::from(done),
                    Err(error) => failure = Some(error),
                }
            }
            swept += removed;
            // Rows that somebody else is removing come again; without progress there is nothing left to do here.
            if removed == 0 || expired.len() < usize::from(BATCH) {
                return failure.map_or(Ok(swept), Err);
            }
        }
    }
}
