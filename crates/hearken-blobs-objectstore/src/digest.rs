//! Counts and hashes a recording beside its being written, so that the two take the time of the slower one.

use bytes::Bytes;
use hearken_domain::ports::{BlobError, StoredBlob};
use sha2::{Digest, Sha256};
use tokio::{sync::mpsc, task::JoinHandle};

use crate::error;

/// A hash that grows on a thread of its own.
pub(crate) struct Digester {
    feed: mpsc::Sender<Bytes>,
    outcome: JoinHandle<StoredBlob>,
}

impl Digester {
    /// The hash of nothing yet.
    pub(crate) fn start() -> Self {
        let (feed, mut batches) = mpsc::channel::<Bytes>(1);
        let outcome = tokio::task::spawn_blocking(move || {
            let mut hash = Sha256::new();
            let mut bytes = 0;
            while let Some(batch) = batches.blocking_recv() {
                hash.update(&batch);
                bytes += batch.len() as u64;
            }
            StoredBlob { bytes, sha256: hash.finalize().into() }
        });
        Self { feed, outcome }
    }

    /// Adds to it.
    pub(crate) async fn add(&self, batch: Bytes) {
        // It fails only when the thread is gone, and then so does `finish`.
        let _ = self.feed.send(batch).await;
    }

    /// What came in.
    pub(crate) async fn finish(self) -> Result<StoredBlob, BlobError> {
        drop(self.feed);
        self.outcome.await.map_err(error::broken)
    }
}
