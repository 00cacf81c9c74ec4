//! Recordings' bytes in memory.

use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, TryStreamExt, stream};
use hearken_domain::{
    ids::{UploadId, WorkspaceId},
    media::MediaStream,
    ports::{BlobError, BlobErrorKind, BlobStore, ByteStream, PutError, StoredBlob},
    upload::BlobKey,
};
use sha2::{Digest, Sha256};

/// Reads come in pieces of this many bytes, as they do from a disk.
const PIECE: usize = 64 * 1024;

/// A blob store that holds every recording in memory, whole: for tests and small demonstrations.
#[derive(Debug, Default)]
pub struct MemoryBlobs {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    blobs: BTreeMap<BlobOrder, Bytes>,
    trouble: Option<BlobErrorKind>,
}

/// A key's parts, because keys themselves have no order.
type BlobOrder = (WorkspaceId, UploadId);

impl MemoryBlobs {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// The keys of all blobs, in order: what a test asks to see that nothing was orphaned.
    pub fn keys(&self) -> Vec<BlobKey> {
        self.lock().blobs.keys().map(|&(workspace, upload)| BlobKey { workspace, upload }).collect()
    }

    /// From now on admits and stores nothing, with this error.
    pub fn refuse(&self, kind: BlobErrorKind) {
        self.lock().trouble = Some(kind);
    }

    /// Ends [`refuse`](Self::refuse).
    pub fn recover(&self) {
        self.lock().trouble = None;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl BlobStore for MemoryBlobs {
    async fn put(&self, key: BlobKey, mut body: MediaStream) -> Result<StoredBlob, PutError> {
        self.check_room().await?;
        let (mut content, mut hash) = (BytesMut::new(), Sha256::new());
        while let Some(piece) = body.try_next().await.map_err(PutError::Source)? {
            hash.update(&piece);
            content.extend_from_slice(&piece);
        }
        self.check_room().await?;
        let stored = StoredBlob { bytes: content.len() as u64, sha256: hash.finalize().into() };
        self.lock().blobs.insert((key.workspace, key.upload), content.freeze());
        Ok(stored)
    }

    async fn open(&self, key: BlobKey, range: Range<u64>) -> Result<ByteStream, BlobError> {
        let found = self.lock().blobs.get(&(key.workspace, key.upload)).cloned();
        let content = found.ok_or_else(|| blob_error(BlobErrorKind::NotFound, &key.to_string()))?;
        let within = usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok());
        let (start, end) = within
            .filter(|(start, end)| start <= end && *end <= content.len())
            .ok_or_else(|| blob_error(BlobErrorKind::Broken, "the range does not lie within the blob"))?;
        let mut rest = content.slice(start..end);
        let pieces = std::iter::from_fn(move || (!rest.is_empty()).then(|| rest.split_to(rest.len().min(PIECE))));
        Ok(stream::iter(pieces.map(Ok)).boxed())
    }

    async fn delete(&self, key: BlobKey) -> Result<(), BlobError> {
        self.lock().blobs.remove(&(key.workspace, key.upload));
        Ok(())
    }

    /// A killed process leaves nothing in memory.
    async fn sweep_staging(&self) -> Result<(), BlobError> {
        Ok(())
    }

    async fn check_room(&self) -> Result<(), BlobError> {
        match self.lock().trouble {
            Some(kind) => Err(blob_error(kind, "a test wants it so")),
            None => Ok(()),
        }
    }
}

fn blob_error(kind: BlobErrorKind, source: &str) -> BlobError {
    BlobError { kind, source: source.into() }
}
