//! Rows of recordings on their way.

use async_trait::async_trait;
use hearken_domain::{
    ids::{UploadId, WorkspaceId},
    ports::Uploads,
    store_error::StoreError,
    time::Timestamp,
    upload::{Upload, UploadState},
};

use super::MemoryStore;

#[async_trait]
impl Uploads for MemoryStore {
    async fn expired(&self, now: Timestamp, limit: u16) -> Result<Vec<Upload>, StoreError> {
        let is_over = |upload: &&Upload| match upload.state {
            UploadState::Pending => upload.expires_at <= now,
            UploadState::Deleting => true,
            UploadState::Live => false,
        };
        let state = self.lock();
        let all = state.tenants.values().flat_map(|tenant| tenant.uploads.values());
        Ok(all.filter(is_over).take(usize::from(limit)).cloned().collect())
    }

    async fn by_id(&self, workspace: WorkspaceId, id: UploadId) -> Result<Option<Upload>, StoreError> {
        Ok(self.read(workspace, |tenant| tenant.uploads.get(&id).cloned()))
    }
}
