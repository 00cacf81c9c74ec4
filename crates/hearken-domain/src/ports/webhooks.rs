//! The port of webhook endpoints. They are made and changed by commits.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    ids::{WebhookEndpointId, WorkspaceId},
    query::{ListQuery, Page},
    store_error::StoreError,
    webhook::WebhookEndpoint,
};

/// Webhook endpoints.
///
/// What must hold: only the given workspace's rows are found; a deleted endpoint is found nowhere; lists are sorted by
/// their last change and then by id.
#[async_trait]
pub trait Webhooks: Send + Sync {
    /// One endpoint.
    async fn by_id(&self, workspace: WorkspaceId, id: WebhookEndpointId)
    -> Result<Option<WebhookEndpoint>, StoreError>;

    /// One page of a list.
    async fn list(
        &self,
        workspace: WorkspaceId,
        query: &ListQuery<WebhookEndpointId>,
    ) -> Result<Page<WebhookEndpoint>, StoreError>;

    /// How many there are.
    async fn count(&self, workspace: WorkspaceId) -> Result<u64, StoreError>;
}

#[async_trait]
impl<P: Webhooks + ?Sized> Webhooks for Arc<P> {
    async fn by_id(
        &self,
        workspace: WorkspaceId,
        id: WebhookEndpointId,
    ) -> Result<Option<WebhookEndpoint>, StoreError> {
        (**self).by_id(workspace, id).await
    }

    async fn list(
        &self,
        workspace: WorkspaceId,
        query: &ListQuery<WebhookEndpointId>,
    ) -> Result<Page<WebhookEndpoint>, StoreError> {
        (**self).list(workspace, query).await
    }

    async fn count(&self, workspace: WorkspaceId) -> Result<u64, StoreError> {
        (**self).count(workspace).await
    }
}
