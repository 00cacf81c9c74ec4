//! The port of uploads, as far as sweeping needs it. Their states change by commits.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{ids::UploadId, ids::WorkspaceId, store_error::StoreError, time::Timestamp, upload::Upload};

/// Rows of recordings on their way.
#[async_trait]
pub trait Uploads: Send + Sync {
    /// At most `limit` uploads, of any workspace, that are to be removed: pending ones whose time has run out at `now`,
    /// and every deleting one. Never a live one.
    async fn expired(&self, now: Timestamp, limit: u16) -> Result<Vec<Upload>, StoreError>;

    /// One upload.
    async fn by_id(&self, workspace: WorkspaceId, id: UploadId) -> Result<Option<Upload>, StoreError>;
}

#[async_trait]
impl<P: Uploads + ?Sized> Uploads for Arc<P> {
    async fn expired(&self, now: Timestamp, limit: u16) -> Result<Vec<Upload>, StoreError> {
        (**self).expired(now, limit).await
    }

    async fn by_id(&self, workspace: WorkspaceId, id: UploadId) -> Result<Option<Upload>, StoreError> {
        (**self).by_id(workspace, id).await
    }
}
