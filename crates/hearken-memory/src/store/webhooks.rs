//! Webhook endpoints.

use async_trait::async_trait;
use hearken_domain::{
    ids::{WebhookEndpointId, WorkspaceId},
    ports::Webhooks,
    query::{ListQuery, Page},
    store_error::StoreError,
    webhook::WebhookEndpoint,
};

use super::{MemoryStore, row};

#[async_trait]
impl Webhooks for MemoryStore {
    async fn by_id(
        &self,
        workspace: WorkspaceId,
        id: WebhookEndpointId,
    ) -> Result<Option<WebhookEndpoint>, StoreError> {
        Ok(self.read(workspace, |tenant| row::one(&tenant.endpoints, id)))
    }

    async fn list(
        &self,
        workspace: WorkspaceId,
        query: &ListQuery<WebhookEndpointId>,
    ) -> Result<Page<WebhookEndpoint>, StoreError> {
        let found = self.read(workspace, |tenant| Some(row::listed(&tenant.endpoints, query)));
        Ok(found.unwrap_or_else(row::empty))
    }

    async fn count(&self, workspace: WorkspaceId) -> Result<u64, StoreError> {
        Ok(self.read(workspace, |tenant| row::there(&tenant.endpoints).count() as u64))
    }
}
