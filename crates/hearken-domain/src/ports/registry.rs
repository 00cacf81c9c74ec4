//! The port of workspaces and API keys: what the operator administers and authentication reads.

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretSlice;

use crate::{
    access::ApiKey,
    directory::Workspace,
    ids::{ApiKeyId, WorkspaceId},
    store_error::StoreError,
};

/// What is decided once for an installation and shared by all its processes.
#[derive(Clone, Debug)]
pub struct Installation {
    /// Signs media links; 32 bytes.
    pub link_key: SecretSlice<u8>,
    /// The id that the first start gives the first workspace, so that two first starts at once make one.
    pub first_workspace: WorkspaceId,
}

/// Workspaces and keys.
#[async_trait]
pub trait Registry: Send + Sync {
    /// The installation. The first caller's proposal is kept for ever; everybody gets the kept one.
    async fn installation(&self, proposal: Installation) -> Result<Installation, StoreError>;

    /// A workspace.
    async fn workspace(&self, id: WorkspaceId) -> Result<Option<Workspace>, StoreError>;

    /// Every workspace, oldest first.
    async fn workspaces(&self) -> Result<Vec<Workspace>, StoreError>;

    /// A key, whichever workspace it belongs to: authentication learns the workspace from it.
    async fn key(&self, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError>;

    /// Every key of a workspace, oldest first.
    async fn keys(&self, workspace: WorkspaceId) -> Result<Vec<ApiKey>, StoreError>;

    /// Whether the store answers, now.
    async fn ping(&self) -> Result<(), StoreError>;
}

#[async_trait]
impl<P: Registry + ?Sized> Registry for Arc<P> {
    async fn installation(&self, proposal: Installation) -> Result<Installation, StoreError> {
        (**self).installation(proposal).await
    }

    async fn workspace(&self, id: WorkspaceId) -> Result<Option<Workspace>, StoreError> {
        (**self).workspace(id).await
    }

    async fn workspaces(&self) -> Result<Vec<Workspace>, StoreError> {
        (**self).workspaces().await
    }

    async fn key(&self, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
        (**self).key(id).await
    }

    async fn keys(&self, workspace: WorkspaceId) -> Result<Vec<ApiKey>, StoreError> {
        (**self).keys(workspace).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        (**self).ping().await
    }
}
