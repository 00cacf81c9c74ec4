//! The port of what a commit left to be done: jobs and events. Read-only: they are made and settled by commits.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    event::Event,
    ids::{EngagementId, EventId, WorkspaceId},
    job::Job,
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
    ) -> Result<Vec<Event>, StoreError>;
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
    ) -> Result<Vec<Event>, StoreError> {
        (**self).events(workspace, after, limit).await
    }
}
