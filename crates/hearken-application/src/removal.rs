//! Removes uploads that no engagement has: the row first, so that bytes which an engagement has by now are never
//! touched, and the row last, so that whatever is interrupted is found again.

use hearken_domain::{
    changeset::{Changeset, CommitError},
    ports::{BlobError, BlobStore, EngagementStore, Ports, Uploads},
    store_error::StoreError,
    upload::{BlobKey, UploadMove, UploadState},
};

/// Why an upload was not removed. The next sweep goes on where this stopped.
#[derive(Debug, thiserror::Error)]
pub enum RemovalError {
    /// The store could not be read.
    #[error("the store could not be read")]
    Store(#[from] StoreError),
    /// A row could not be changed.
    #[error("an upload's row could not be changed")]
    Commit(#[from] CommitError),
    /// A blob could not be removed.
    #[error("a blob could not be removed")]
    Blob(#[from] BlobError),
}

/// Removes a pending or deleting upload; `false` when it is live, or somebody else removed it.
pub(crate) async fn remove(ports: &Ports, key: BlobKey, state: UploadState) -> Result<bool, RemovalError> {
    if state == UploadState::Pending && !advance(ports, key, Some(UploadState::Deleting)).await? {
        return Ok(false);
    }
    ports.blobs.delete(key).await?;
    advance(ports, key, None).await
}

/// Takes back an upload of our own, whose bytes may have become complete after the sweeper had given it up.
pub(crate) async fn take_back(ports: &Ports, key: BlobKey) -> Result<(), RemovalError> {
    if remove(ports, key, UploadState::Pending).await? {
        return Ok(());
    }
    let row = ports.uploads.by_id(key.workspace, key.upload).await?;
    if row.is_none_or(|row| row.state == UploadState::Deleting) {
        ports.blobs.delete(key).await?;
    }
    Ok(())
}

/// One step by compare-and-set: pending → deleting, or deleting → gone. `false` when the row is elsewhere.
async fn advance(ports: &Ports, key: BlobKey, to: Option<UploadState>) -> Result<bool, RemovalError> {
    let from = if to.is_some() { UploadState::Pending } else { UploadState::Deleting };
    let mut changeset = Changeset::new(key.workspace);
    changeset.upload_moves.push(UploadMove { id: key.upload, from, to });
    match ports.store.commit(changeset).await {
        Ok(_) => Ok(true),
        Err(CommitError::LeaseLost) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
