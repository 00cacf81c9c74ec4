//! The port of deliveries. They are made and settled by commits; here they are found and leased.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    delivery::{Delivery, DeliveryLane, LeasedDelivery},
    ids::{DeliveryId, WebhookEndpointId, WorkflowRunId, WorkspaceId},
    job::LeaseTerms,
    query::{ListQuery, Page},
    store_error::StoreError,
    time::Timestamp,
};

/// Deliveries.
///
/// What must hold: an event that is committed has a delivery for each endpoint that was enabled and wanted its kind, and
/// the same commit made it; of any number of leases of one delivery at one time at most one is granted; each lease
/// counts an attempt of the round; within a lane the longest due comes first; only the given workspace's rows are read.
#[async_trait]
pub trait Deliveries: Send + Sync {
    /// Lanes that have due deliveries, after the given one in the order of their names, at most `limit`. Reads only.
    async fn due(
        &self,
        now: Timestamp,
        after: Option<&DeliveryLane>,
        limit: u16,
    ) -> Result<Vec<DeliveryLane>, StoreError>;

    /// Leases at most so many due deliveries of each lane named.
    async fn lease(&self, wanted: &[(DeliveryLane, u16)], terms: LeaseTerms)
    -> Result<Vec<LeasedDelivery>, StoreError>;

    /// One delivery, with its attempts.
    async fn by_id(&self, workspace: WorkspaceId, id: DeliveryId) -> Result<Option<Delivery>, StoreError>;

    /// One page of an endpoint's deliveries with their attempts, sorted by when they were made.
    async fn of_endpoint(
        &self,
        workspace: WorkspaceId,
        endpoint: WebhookEndpointId,
        query: &ListQuery<DeliveryId>,
    ) -> Result<Page<Delivery>, StoreError>;

    /// The deliveries of these runs without their attempts' answers, oldest id first.
    async fn of_runs(&self, workspace: WorkspaceId, runs: &[WorkflowRunId]) -> Result<Vec<Delivery>, StoreError>;

    /// At most `limit` failed deliveries of an endpoint that were made at a moment or later, oldest id first.
    async fn failed_since(
        &self,
        workspace: WorkspaceId,
        endpoint: WebhookEndpointId,
        since: Timestamp,
        limit: u16,
    ) -> Result<Vec<DeliveryId>, StoreError>;
}

#[async_trait]
impl<P: Deliveries + ?Sized> Deliveries for Arc<P> {
    async fn due(
        &self,
        now: Timestamp,
        after: Option<&DeliveryLane>,
        limit: u16,
    ) -> Result<Vec<DeliveryLane>, StoreError> {
        (**self).due(now, after, limit).await
    }

    async fn lease(
        &self,
        wanted: &[(DeliveryLane, u16)],
        terms: LeaseTerms,
    ) -> Result<Vec<LeasedDelivery>, StoreError> {
        (**self).lease(wanted, terms).await
    }

    async fn by_id(&self, workspace: WorkspaceId, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
        (**self).by_id(workspace, id).await
    }

    async fn of_endpoint(
        &self,
        workspace: WorkspaceId,
        endpoint: WebhookEndpointId,
        query: &ListQuery<DeliveryId>,
    ) -> Result<Page<Delivery>, StoreError> {
        (**self).of_endpoint(workspace, endpoint, query).await
    }

    async fn of_runs(&self, workspace: WorkspaceId, runs: &[WorkflowRunId]) -> Result<Vec<Delivery>, StoreError> {
        (**self).of_runs(workspace, runs).await
    }

    async fn failed_since(
        &self,
        workspace: WorkspaceId,
        endpoint: WebhookEndpointId,
        since: Timestamp,
        limit: u16,
    ) -> Result<Vec<DeliveryId>, StoreError> {
        (**self).failed_since(workspace, endpoint, since, limit).await
    }
}
