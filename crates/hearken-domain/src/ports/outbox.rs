//! The port of what a commit left to be done: jobs and events. Read-only: they are made and settled by commits.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    event::KeptEvent,
    ids::{EngagementId, EventId, WorkspaceId},
    job::Job,
    query::{EventPage, EventQuery},
    store_error::StoreError,
};

/// Jobs and events, as they were committed.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// The jobs of an engagement, oldest id first.
    async fn jobs(&self, workspace: WorkspaceId, engagement: EngagementId) -> Result<Vec<Job>, StoreError>;

    /// At most `limit` events after the given one, oldest id first.
    async fn events(
        &self,
        workspace: WorkspaceId,
        after: Option<EventId>,
        limit: u16,
    ) -> Result<Vec<KeptEvent>, StoreError>;

    /// One page of what was published, in the order of commits. Nothing is ever inserted behind the place that a page
    /// ends at, however many processes write; what the reader may not see is left out, and the place goes past it.
    async fn published(&self, workspace: WorkspaceId, query: &EventQuery) -> Result<EventPage, StoreError>;
}

#[async_trait]
impl<P: Outbox + ?Sized> Outbox for Arc<P> {
    async fn jobs(&self, workspace: WorkspaceId, engagement: EngagementId) -> Result<Vec<Job>, StoreError> {
        (**self).jobs(workspace, engagement).await
    }

    async fn events(
        &self,
        workspace: WorkspaceId,
        after: Option<EventId>,
        limit: u16,
    ) -> Result<Vec<KeptEvent>, StoreError> {
        (**self).events(workspace, after, limit).await
    }

    async fn published(&self, workspace: WorkspaceId, query: &EventQuery) -> Result<EventPage, StoreError> {
        (**self).published(workspace, query).await
    }
}
