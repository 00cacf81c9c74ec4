//! The port of recordings' bytes.

use std::{error::Error, ops::Range, pin::Pin, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use futures_core::Stream;

use crate::{
    media::{FetchError, MediaStream},
    upload::BlobKey,
};

/// Bytes on their way out.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, BlobError>> + Send>>;

/// What was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredBlob {
    /// How many bytes.
    pub bytes: u64,
    /// Of all of them.
    pub sha256: [u8; 32],
}

/// A blob store's failure.
#[derive(Debug, thiserror::Error)]
#[error("{}", match kind {
    BlobErrorKind::Unavailable => "the blob store is not available",
    BlobErrorKind::Full => "the blob store is full",
    BlobErrorKind::NotFound => "there is no such blob",
    BlobErrorKind::Broken => "the blob store failed",
})]
pub struct BlobError {
    /// What to do about it.
    pub kind: BlobErrorKind,
    /// The driver's own error, for the log.
    #[source]
    pub source: Box<dyn Error + Send + Sync>,
}

/// The closed set of meanings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlobErrorKind {
    /// Not reachable: the same call may succeed soon.
    Unavailable,
    /// No space is left.
    Full,
    /// No blob has the key.
    NotFound,
    /// Anything else.
    Broken,
}

/// Why a recording was not stored. Nothing of it is left that a reader could see.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// The recording's own stream failed.
    #[error("the recording could not be read to its end")]
    Source(#[source] FetchError),
    /// The store failed.
    #[error("the recording could not be stored")]
    Blob(#[from] BlobError),
}

/// Recordings' bytes.
///
/// What must hold: a blob is there whole or not at all; it is durable, and so is its name, when `put` returns `Ok`; a
/// put that fails or is dropped leaves nothing under the key; memory does not grow with the recording; deleting what is
/// not there is no error.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// Stores the stream under the key, and counts and hashes it on the way.
    async fn put(&self, key: BlobKey, body: MediaStream) -> Result<StoredBlob, PutError>;

    /// Reads a range of a blob; it must lie within it.
    async fn open(&self, key: BlobKey, range: Range<u64>) -> Result<ByteStream, BlobError>;

    /// Removes a blob.
    async fn delete(&self, key: BlobKey) -> Result<(), BlobError>;

    /// Removes what killed puts left behind. Only for a process that knows itself to be the only one, when it starts.
    async fn sweep_staging(&self) -> Result<(), BlobError>;

    /// Whether new recordings are to be admitted: `Full` below the low-water mark, `Unavailable` when unreachable.
    async fn check_room(&self) -> Result<(), BlobError>;
}

#[async_trait]
impl<P: BlobStore + ?Sized> BlobStore for Arc<P> {
    async fn put(&self, key: BlobKey, body: MediaStream) -> Result<StoredBlob, PutError> {
        (**self).put(key, body).await
    }

    async fn open(&self, key: BlobKey, range: Range<u64>) -> Result<ByteStream, BlobError> {
        (**self).open(key, range).await
    }

    async fn delete(&self, key: BlobKey) -> Result<(), BlobError> {
        (**self).delete(key).await
    }

    async fn sweep_staging(&self) -> Result<(), BlobError> {
        (**self).sweep_staging().await
    }

    async fn check_room(&self) -> Result<(), BlobError> {
        (**self).check_room().await
    }
}
