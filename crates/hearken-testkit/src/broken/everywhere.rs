//! Stores that find what follows a create in every workspace, whichever is asked for: one port of them at a time.

use std::sync::Arc;

use async_trait::async_trait;
use hearken_domain::{
    delivery::{Delivery, DeliveryLane, LeasedDelivery},
    ids::{DeliveryId, EngagementId, TagId, WebhookEndpointId, WorkflowId, WorkflowRunId, WorkspaceId},
    insight::Findings,
    job::LeaseTerms,
    ports::{Deliveries, Insights, Tags, Webhooks, Workflows},
    query::{ListQuery, Page},
    result::ResultHead,
    speech::MediaFacts,
    store_error::StoreError,
    tag::Tag,
    time::Timestamp,
    webhook::WebhookEndpoint,
    workflow::{Workflow, WorkflowRun},
};

use crate::Stores;

/// Asks every workspace when the one asked for has no such row.
pub struct LooksEverywhere {
    inner: Stores,
}

impl LooksEverywhere {
    /// Breaks the port of tags.
    pub fn for_tags(stores: Stores) -> Stores {
        Stores { tags: Arc::new(Self { inner: stores.clone() }), ..stores }
    }

    /// Breaks the port of endpoints.
    pub fn for_endpoints(stores: Stores) -> Stores {
        Stores { webhooks: Arc::new(Self { inner: stores.clone() }), ..stores }
    }

    /// Breaks the port of workflows.
    pub fn for_workflows(stores: Stores) -> Stores {
        Stores { workflows: Arc::new(Self { inner: stores.clone() }), ..stores }
    }

    /// Breaks the port of insights.
    pub fn for_insights(stores: Stores) -> Stores {
        Stores { insights: Arc::new(Self { inner: stores.clone() }), ..stores }
    }

    /// Breaks the port of deliveries.
    pub fn for_deliveries(stores: Stores) -> Stores {
        Stores { deliveries: Arc::new(Self { inner: stores.clone() }), ..stores }
    }

    /// The given one first.
    async fn everywhere(&self, first: WorkspaceId) -> Result<Vec<WorkspaceId>, StoreError> {
        let mut all = vec![first];
        all.extend(self.inner.registry.workspaces().await?.into_iter().map(|workspace| workspace.id));
        Ok(all)
    }
}

#[async_trait]
impl Tags for LooksEverywhere {
    async fn by_id(&self, workspace: WorkspaceId, id: TagId) -> Result<Option<Tag>, StoreError> {
        for workspace in self.everywhere(workspace).await? {
            if let Some(found) = self.inner.tags.by_id(workspace, id).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    async fn list(&self, workspace: WorkspaceId, query: &ListQuery<TagId>) -> Result<Page<Tag>, StoreError> {
        self.inner.tags.list(workspace, query).await
    }

    async fn automatic(&self, workspace: WorkspaceId) -> Result<Vec<Tag>, StoreError> {
        self.inner.tags.automatic(workspace).await
    }

    async fn of_engagements(&self, workspace: WorkspaceId, ids: &[EngagementId]) -> Result<Vec<Vec<Tag>>, StoreError> {
        self.inner.tags.of_engagements(workspace, ids).await
    }
}

#[async_trait]
impl Webhooks for LooksEverywhere {
    async fn by_id(
        &self,
        workspace: WorkspaceId,
        id: WebhookEndpointId,
    ) -> Result<Option<WebhookEndpoint>, StoreError> {
        for workspace in self.everywhere(workspace).await? {
            if let Some(found) = self.inner.webhooks.by_id(workspace, id).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    async fn list(
        &self,
        workspace: WorkspaceId,
        query: &ListQuery<WebhookEndpointId>,
    ) -> Result<Page<WebhookEndpoint>, StoreError> {
        self.inner.webhooks.list(workspace, query).await
    }

    async fn count(&self, workspace: WorkspaceId) -> Result<u64, StoreError> {
        self.inner.webhooks.count(workspace).await
    }
}

#[async_trait]
impl Workflows for LooksEverywhere {
    async fn by_id(&self, workspace: WorkspaceId, id: WorkflowId) -> Result<Option<Workflow>, StoreError> {
        self.inner.workflows.by_id(workspace, id).await
    }

    async fn list(&self, workspace: WorkspaceId, query: &ListQuery<WorkflowId>) -> Result<Page<Workflow>, StoreError> {
        self.inner.workflows.list(workspace, query).await
    }

    async fn enabled(&self, workspace: WorkspaceId) -> Result<Vec<Workflow>, StoreError> {
        self.inner.workflows.enabled(workspace).await
    }

    async fn count(&self, workspace: WorkspaceId) -> Result<u64, StoreError> {
        self.inner.workflows.count(workspace).await
    }

    async fn runs(
        &self,
        workspace: WorkspaceId,
        workflow: WorkflowId,
        query: &ListQuery<WorkflowRunId>,
    ) -> Result<Page<WorkflowRun>, StoreError> {
        for workspace in self.everywhere(workspace).await? {
            let found = self.inner.workflows.runs(workspace, workflow, query).await?;
            if !found.items.is_empty() {
                return Ok(found);
            }
        }
        Ok(Page { items: Vec::new(), has_more: false })
    }
}

#[async_trait]
impl Insights for LooksEverywhere {
    async fn findings(&self, workspace: WorkspaceId, ids: &[EngagementId]) -> Result<Vec<Findings>, StoreError> {
        self.inner.insights.findings(workspace, ids).await
    }

    async fn media_facts(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Option<MediaFacts>, StoreError> {
        for workspace in self.everywhere(workspace).await? {
            if let Some(found) = self.inner.insights.media_facts(workspace, id).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    async fn results(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Vec<ResultHead>, StoreError> {
        self.inner.insights.results(workspace, id).await
    }

    async fn text_sizes(&self, workspace: WorkspaceId, ids: &[EngagementId]) -> Result<Vec<Option<u64>>, StoreError> {
        for workspace in self.everywhere(workspace).await? {
            let found = self.inner.insights.text_sizes(workspace, ids).await?;
            if found.iter().any(Option::is_some) {
                return Ok(found);
            }
        }
        Ok(vec![None; ids.len()])
    }
}

#[async_trait]
impl Deliveries for LooksEverywhere {
    async fn due(
        &self,
        now: Timestamp,
        after: Option<&DeliveryLane>,
        limit: u16,
    ) -> Result<Vec<DeliveryLane>, StoreError> {
        self.inner.deliveries.due(now, after, limit).await
    }

    async fn lease(
        &self,
        wanted: &[(DeliveryLane, u16)],
        terms: LeaseTerms,
    ) -> Result<Vec<LeasedDelivery>, StoreError> {
        self.inner.deliveries.lease(wanted, terms).await
    }

    async fn by_id(&self, workspace: WorkspaceId, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
        for workspace in self.everywhere(workspace).await? {
            if let Some(found) = self.inner.deliveries.by_id(workspace, id).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    async fn of_endpoint(
        &self,
        workspace: WorkspaceId,
        endpoint: WebhookEndpointId,
        query: &ListQuery<DeliveryId>,
    ) -> Result<Page<Delivery>, StoreError> {
        self.inner.deliveries.of_endpoint(workspace, endpoint, query).await
    }

    async fn of_runs(&self, workspace: WorkspaceId, runs: &[WorkflowRunId]) -> Result<Vec<Delivery>, StoreError> {
        self.inner.deliveries.of_runs(workspace, runs).await
    }

    async fn failed_since(
        &self,
        workspace: WorkspaceId,
        endpoint: WebhookEndpointId,
        since: Timestamp,
        limit: u16,
    ) -> Result<Vec<DeliveryId>, StoreError> {
        self.inner.deliveries.failed_since(workspace, endpoint, since, limit).await
    }
}
