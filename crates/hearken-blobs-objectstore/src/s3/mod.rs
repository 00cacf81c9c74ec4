//! Recordings in a bucket: `<prefix>/<workspace>/<upload>`.

mod reach;
mod transport;
mod upload;

use std::{ops::Range, sync::Arc, time::Duration};

use futures_util::{StreamExt, TryStreamExt, stream};
use hearken_domain::{
    media::MediaStream,
    ports::{BlobError, BlobErrorKind, ByteStream, PutError, StoredBlob},
    upload::BlobKey,
};
use object_store::{
    GetOptions, GetRange, ObjectStore, ObjectStoreExt, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
    path::Path,
};
use secrecy::ExposeSecret;
use tokio::{sync::mpsc, task};

use self::{reach::Reach, transport::Transport, upload::PART_BYTES};
use crate::{
    batches::Batches,
    error,
    put::{self, Writer},
    settings::S3Settings,
};

/// How often a request is made again, and until when: a caller waits for it.
const RETRIES: usize = 4;
const RETRY_UNTIL: Duration = Duration::from_secs(30);

/// Recordings in a bucket.
pub(crate) struct S3Blobs {
    bucket: Arc<AmazonS3>,
    prefix: String,
    reach: Arc<Reach>,
}

impl S3Blobs {
    /// Prepares access. Nothing is sent yet.
    pub(crate) fn new(settings: &S3Settings) -> Result<Self, BlobError> {
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&settings.bucket)
            .with_region(&settings.region)
            .with_allow_http(settings.allow_http)
            // Every provider has the single delete; some lack the one of many.
            .with_disable_bulk_delete(true)
            .with_http_connector(Transport)
            .with_retry(RetryConfig { max_retries: RETRIES, retry_timeout: RETRY_UNTIL, ..RetryConfig::default() });
        if let Some(endpoint) = &settings.endpoint {
            builder = builder.with_endpoint(endpoint.as_str().trim_end_matches('/'));
        }
        if let Some(id) = &settings.access_key_id {
            builder = builder.with_access_key_id(id);
        }
        if let Some(secret) = &settings.secret_access_key {
            builder = builder.with_secret_access_key(secret.expose_secret());
        }
        if let Some(token) = &settings.session_token {
            builder = builder.with_token(token.expose_secret());
        }
        let bucket = builder.build().map_err(error::broken)?;
        Ok(Self { bucket: Arc::new(bucket), prefix: settings.prefix.clone(), reach: Arc::new(Reach::default()) })
    }

    /// Stores a recording.
    pub(crate) async fn put(&self, key: BlobKey, body: MediaStream) -> Result<StoredBlob, PutError> {
        let (feed, batches) = mpsc::channel(1);
        let upload = upload::upload(Arc::clone(&self.bucket), self.path(key), batches);
        let reach = Arc::clone(&self.reach);
        // A task of its own, because a multipart upload can only be aborted by somebody who lives on.
        let outcome = task::spawn(async move { reach.note(upload.await) });
        put::put(Batches::new(body, PART_BYTES), Writer { feed, outcome }).await
    }

    /// Reads a range of a recording.
    pub(crate) async fn open_range(&self, key: BlobKey, range: Range<u64>) -> Result<ByteStream, BlobError> {
        let path = self.path(key);
        if range.start > range.end {
            return Err(error::broken("a range that ends before it begins"));
        }
        // There is no way to ask for no bytes at all.
        if range.is_empty() {
            self.reach.note(self.bucket.head(&path).await.map_err(error::of_bucket))?;
            return Ok(Box::pin(stream::empty()));
        }
        let options = GetOptions { range: Some(GetRange::Bounded(range.clone())), ..GetOptions::default() };
        let found = self.reach.note(self.bucket.get_opts(&path, options).await.map_err(error::of_bucket))?;
        if found.range != range {
            return Err(error::broken("the blob is shorter than the range"));
        }
        Ok(found.into_stream().map_err(error::of_bucket).boxed())
    }

    /// Removes a recording.
    pub(crate) async fn delete(&self, key: BlobKey) -> Result<(), BlobError> {
        match self.reach.note(self.bucket.delete(&self.path(key)).await.map_err(error::of_bucket)) {
            Err(error) if error.kind == BlobErrorKind::NotFound => Ok(()),
            outcome => outcome,
        }
    }

    /// Whether the bucket answered when it was last asked.
    pub(crate) fn check_reach(&self) -> Result<(), BlobError> {
        self.reach.check()
    }

    fn path(&self, key: BlobKey) -> Path {
        Path::from(format!("{}/{key}", self.prefix))
    }
}
