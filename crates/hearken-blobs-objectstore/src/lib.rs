//! Recordings on local disk or in an S3 bucket: the [`BlobStore`] port.
//!
//! **Local disk** is written by this crate itself, because durability is the promise: bytes go to
//! `staging/<upload>-<n>.part`, are fsynced, renamed to `<workspace>/<upload>`, and the folder is fsynced. A kill
//! leaves at most a staging file, which is swept at the next start. New recordings are refused below a low-water mark,
//! before the disk is full.
//!
//! **S3**, or anything that speaks its protocol, is written through `object_store`: one request for a small recording,
//! a multipart upload for a larger one, which is aborted when the recording fails. A kill can leave an unfinished
//! multipart upload, which nobody sees: give the bucket a lifecycle rule that removes them. TLS uses the process's
//! default provider, and no proxy is taken from the environment.
//!
//! For both, a put runs in a task of its own: a caller that gives up in the middle, even in the last moment, leaves
//! nothing under the key. A put holds a few buffers of 1 MiB (local) or 8 MiB (S3), whatever the recording's length.

mod batches;
mod blocking;
mod digest;
mod error;
mod faults;
mod local;
mod put;
mod s3;
mod settings;

use std::ops::Range;

use async_trait::async_trait;
use hearken_domain::{
    media::MediaStream,
    ports::{BlobError, BlobStore, ByteStream, PutError, StoredBlob},
    upload::BlobKey,
};

pub use self::settings::{LocalSettings, S3Settings};
use self::{local::LocalBlobs, s3::S3Blobs};

/// Recordings' bytes on local disk or in an S3 bucket.
pub struct ObjectBlobs(Place);

enum Place {
    Local(LocalBlobs),
    S3(S3Blobs),
}

impl ObjectBlobs {
    /// Opens a folder and makes it, durably, where it is missing. Blocks; for the start of a process.
    pub fn local(settings: LocalSettings) -> Result<Self, BlobError> {
        LocalBlobs::open(settings).map(Place::Local).map(Self)
    }

    /// Prepares access to a bucket. Nothing is sent yet. The process must have a default TLS provider installed.
    pub fn s3(settings: &S3Settings) -> Result<Self, BlobError> {
        S3Blobs::new(settings).map(Place::S3).map(Self)
    }
}

#[async_trait]
impl BlobStore for ObjectBlobs {
    async fn put(&self, key: BlobKey, body: MediaStream) -> Result<StoredBlob, PutError> {
        match &self.0 {
            Place::Local(blobs) => blobs.put(key, body).await,
            Place::S3(blobs) => blobs.put(key, body).await,
        }
    }

    async fn open(&self, key: BlobKey, range: Range<u64>) -> Result<ByteStream, BlobError> {
        match &self.0 {
            Place::Local(blobs) => blobs.open_range(key, range).await,
            Place::S3(blobs) => blobs.open_range(key, range).await,
        }
    }

    async fn delete(&self, key: BlobKey) -> Result<(), BlobError> {
        match &self.0 {
            Place::Local(blobs) => blobs.delete(key).await,
            Place::S3(blobs) => blobs.delete(key).await,
        }
    }

    async fn sweep_staging(&self) -> Result<(), BlobError> {
        match &self.0 {
            Place::Local(blobs) => blobs.sweep_staging().await,
            // An unfinished multipart upload may be another process's: the bucket's lifecycle rule removes old ones.
            Place::S3(_) => Ok(()),
        }
    }

    async fn check_room(&self) -> Result<(), BlobError> {
        match &self.0 {
            Place::Local(blobs) => blobs.check_room().await,
            Place::S3(blobs) => blobs.check_reach(),
        }
    }
}
