//! Workspaces and keys.

use async_trait::async_trait;
use hearken_domain::{
    access::ApiKey,
    directory::Workspace,
    ids::{ApiKeyId, WorkspaceId},
    ports::{Installation, Registry},
    store_error::StoreError,
};

use super::MemoryStore;

#[async_trait]
impl Registry for MemoryStore {
    async fn installation(&self, proposal: Installation) -> Result<Installation, StoreError> {
        Ok(self.lock().installation.get_or_insert(proposal).clone())
    }

    async fn workspace(&self, id: WorkspaceId) -> Result<Option<Workspace>, StoreError> {
        Ok(self.read(id, |tenant| Some(tenant.workspace.clone())))
    }

    async fn workspaces(&self) -> Result<Vec<Workspace>, StoreError> {
        Ok(self.lock().tenants.values().map(|tenant| tenant.workspace.clone()).collect())
    }

    async fn key(&self, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
        Ok(self.lock().tenants.values().find_map(|tenant| tenant.keys.get(&id).cloned()))
    }

    async fn keys(&self, workspace: WorkspaceId) -> Result<Vec<ApiKey>, StoreError> {
        Ok(self.read(workspace, |tenant| tenant.keys.values().cloned().collect()))
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
