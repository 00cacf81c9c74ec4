//! The writer of a recording into a bucket: one request when it is small, a multipart upload when it is not.

use std::sync::Arc;

use bytes::Bytes;
use hearken_domain::ports::BlobError;
use object_store::{ObjectStoreExt, PutPayload, WriteMultipart, aws::AmazonS3, path::Path};
use tokio::{runtime::Handle, sync::mpsc};

use crate::{
    error,
    put::{Feed, Published, abandoned},
};

/// The bytes of a part. S3 takes 10,000 parts, so this carries recordings of 78 GiB.
pub(super) const PART_BYTES: usize = 8 * 1024 * 1024;
/// How many parts are on their way at once.
const PARTS_AT_ONCE: usize = 3;

/// Writes what comes, up to the end, under the path. Pieces are parts: only the last one is smaller.
pub(super) async fn upload(
    bucket: Arc<AmazonS3>,
    path: Path,
    mut batches: mpsc::Receiver<Feed>,
) -> Result<Published, BlobError> {
    let first = next(&mut batches).await?;
    let second = if first.is_some() { next(&mut batches).await? } else { None };
    match (first, second) {
        (Some(first), Some(second)) => multipart(&bucket, &path, [first, second], batches).await?,
        (first, _) => {
            let payload = PutPayload::from(first.unwrap_or_default());
            bucket.put(&path, payload).await.map_err(error::of_bucket)?;
        }
    }
    let runtime = Handle::current();
    Ok(Published::new(move || {
        runtime.spawn(async move {
            if let Err(error) = bucket.delete(&path).await {
                tracing::warn!(blob.path = %path, %error, "could not take an unwanted recording back");
            }
        });
    }))
}

/// The next piece, nothing at the end.
async fn next(batches: &mut mpsc::Receiver<Feed>) -> Result<Option<Bytes>, BlobError> {
    match batches.recv().await {
        Some(Feed::Batch(batch)) => Ok(Some(batch)),
        Some(Feed::End) => Ok(None),
        None => Err(abandoned()),
    }
}

async fn multipart(
    bucket: &AmazonS3,
    path: &Path,
    begun: [Bytes; 2],
    batches: mpsc::Receiver<Feed>,
) -> Result<(), BlobError> {
    let upload = bucket.put_multipart(path).await.map_err(error::of_bucket)?;
    let mut parts = WriteMultipart::new_with_chunk_size(upload, PART_BYTES);
    if let Err(failed) = fill(&mut parts, begun, batches).await {
        // Not waited for: what the abort removes nobody can see, and the bucket may be what failed.
        tokio::spawn(async move {
            if let Err(error) = parts.abort().await {
                tracing::warn!(%error, "could not abort a multipart upload; a lifecycle rule has to");
            }
        });
        return Err(failed);
    }
    // It aborts by itself when it fails.
    parts.finish().await.map(|_| ()).map_err(error::of_bucket)
}

async fn fill(
    parts: &mut WriteMultipart,
    begun: [Bytes; 2],
    mut batches: mpsc::Receiver<Feed>,
) -> Result<(), BlobError> {
    for batch in begun {
        add(parts, batch).await?;
    }
    while let Some(batch) = next(&mut batches).await? {
        add(parts, batch).await?;
    }
    Ok(())
}

async fn add(parts: &mut WriteMultipart, batch: Bytes) -> Result<(), BlobError> {
    parts.wait_for_capacity(PARTS_AT_ONCE).await.map_err(error::of_bucket)?;
    parts.put(batch);
    Ok(())
}
