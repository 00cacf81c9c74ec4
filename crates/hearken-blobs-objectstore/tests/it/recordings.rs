//! Recordings to store, and what they read back as.

use bytes::Bytes;
use futures_util::{TryStreamExt, stream};
use hearken_domain::{
    ids::Ulid,
    media::{FetchError, MediaStream},
    ports::{BlobError, BlobStore},
    upload::BlobKey,
};

/// A key; another number is another upload of the same workspace.
pub(crate) fn key(number: u128) -> BlobKey {
    BlobKey { workspace: Ulid::from_parts(1, 1).into(), upload: Ulid::from_parts(2, number).into() }
}

/// A recording of these pieces.
pub(crate) fn recording(pieces: Vec<Result<Bytes, FetchError>>) -> MediaStream {
    Box::pin(stream::iter(pieces))
}

/// Bytes that differ from their neighbours.
pub(crate) fn noise(length: usize) -> Bytes {
    (0..length).map(|place| u8::try_from(place % 251).expect("it is less than 251")).collect()
}

/// All bytes of a range.
pub(crate) async fn read(blobs: &impl BlobStore, key: BlobKey, end: usize) -> Result<Vec<u8>, BlobError> {
    let pieces: Vec<Bytes> = blobs.open(key, 0..end as u64).await?.try_collect().await?;
    Ok(pieces.concat())
}
