//! Stores that lose deliveries, or grant them twice.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use hearken_domain::{
    delivery::{Delivery, DeliveryLane, Destination, LeasedDelivery},
    ids::{DeliveryId, WebhookEndpointId, WorkflowRunId, WorkspaceId},
    job::LeaseTerms,
    ports::Deliveries,
    query::{ListQuery, Page},
    store_error::StoreError,
    time::Timestamp,
};

use crate::Stores;

/// Makes no delivery of any event to any endpoint.
pub struct MakesNoDeliveries {
    inner: Arc<dyn Deliveries>,
}

/// Grants a delivery also to whoever comes second.
pub struct LeasesDeliveriesTwice {
    inner: Arc<dyn Deliveries>,
    granted: Mutex<Vec<LeasedDelivery>>,
}

impl MakesNoDeliveries {
    /// Breaks these stores.
    pub fn over(stores: Stores) -> Stores {
        Stores { deliveries: Arc::new(Self { inner: stores.deliveries.clone() }), ..stores }
    }
}

impl LeasesDeliveriesTwice {
    /// Breaks these stores.
    pub fn over(stores: Stores) -> Stores {
        let broken = Self { inner: stores.deliveries.clone(), granted: Mutex::default() };
        Stores { deliveries: Arc::new(broken), ..stores }
    }
}

/// Whether the commit of an event made it.
fn is_an_events(delivery: &Delivery) -> bool {
    matches!(delivery.destination, Destination::Endpoint(_)) && delivery.event_type != "v1.webhook_endpoint.test"
}

#[async_trait]
impl Deliveries for MakesNoDeliveries {
    async fn due(
        &self,
        now: Timestamp,
        after: Option<&DeliveryLane>,
        limit: u16,
    ) -> Result<Vec<DeliveryLane>, StoreError> {
        self.inner.due(now, after, limit).await
    }

    async fn lease(
        &self,
        wanted: &[(DeliveryLane, u16)],
        terms: LeaseTerms,
    ) -> Result<Vec<LeasedDelivery>, StoreError> {
        self.inner.lease(wanted, terms).await
    }

    async fn by_id(&self, workspace: WorkspaceId, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
        let found = self.inner.by_id(workspace, id).await?;
        Ok(found.filter(|delivery| !is_an_events(delivery)))
    }

    async fn of_endpoint(
        &self,
        workspace: WorkspaceId,
        endpoint: WebhookEndpointId,
        query: &ListQuery<DeliveryId>,
    ) -> Result<Page<Delivery>, StoreError> {
        let mut page = self.inner.of_endpoint(workspace, endpoint, query).await?;
        page.items.retain(|delivery| !is_an_events(delivery));
        Ok(page)
    }

    async fn of_runs(&self, workspace: WorkspaceId, runs: &[WorkflowRunId]) -> Result<Vec<Delivery>, StoreError> {
        self.inner.of_runs(workspace, runs).await
    }

    async fn failed_since(
        &self,
        workspace: WorkspaceId,
        endpoint: WebhookEndpointId,
        since: Timestamp,
        limit: u16,
    ) -> Result<Vec<DeliveryId>, StoreError> {
        self.inner.failed_since(workspace, endpoint, since, limit).await
    }
}

#[async_trait]
impl Deliveries for LeasesDeliveriesTwice {
    async fn due(
        &self,
        now: Timestamp,
        after: Option<&DeliveryLane>,
        limit: u16,
    ) -> Result<Vec<DeliveryLane>, StoreError> {
        self.inner.due(now, after, limit).await
    }

    async fn lease(
        &self,
        wanted: &[(DeliveryLane, u16)],
        terms: LeaseTerms,
    ) -> Result<Vec<LeasedDelivery>, StoreError> {
        let mut leased = self.inner.lease(wanted, terms).await?;
        let mut granted = self.granted.lock().unwrap_or_else(PoisonError::into_inner);
        if leased.is_empty() {
            let is_wanted = |delivery: &&LeasedDelivery| wanted.iter().any(|(lane, _)| *lane == delivery.lane);
            leased.extend(granted.iter().filter(is_wanted).cloned());
        } else {
            granted.extend(leased.iter().cloned());
        }
        Ok(leased)
    }

    async fn by_id(&self, workspace: WorkspaceId, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
        self.inner.by_id(workspace, id).await
    }

    async fn of_endpoint(
        &self,
        workspace: WorkspaceId,
        endpoint: WebhookEndpointId,
        query: &ListQuery<DeliveryId>,
    ) -> Result<Page<Delivery>, StoreError> {
        self.inner.of_endpoint(workspace, endpoint, query).await
    }

    async fn of_runs(&self, workspace: WorkspaceId, runs: &[WorkflowRunId]) -> Result<Vec<Delivery>, StoreError> {
        self.inner.of_runs(workspace, runs).await
    }

    async fn failed_since(
        &self,
        workspace: WorkspaceId,
        endpoint: WebhookEndpointId,
        since: Timestamp,
        limit: u16,
    ) -> Result<Vec<DeliveryId>, StoreError> {
        self.inner.failed_since(workspace, endpoint, since, limit).await
    }
}
