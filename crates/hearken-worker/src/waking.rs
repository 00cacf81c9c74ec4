//! A store that rings the bell after every commit that left something to be done.

use std::sync::Arc;

use async_trait::async_trait;
use hearken_domain::{
    changeset::{Changeset, CommitError},
    engagement::{Engagement, ResolvedParticipant},
    ids::{EngagementId, WorkspaceId},
    ports::EngagementStore,
    query::{EngagementQuery, Page},
    store_error::StoreError,
    text::ExternalId,
    time::Timestamp,
    timeline::Transcripts,
};

use crate::Bell;

/// Wraps a store. Reads go through unchanged.
pub struct WakingStore {
    inner: Arc<dyn EngagementStore>,
    bell: Bell,
}

impl WakingStore {
    /// Rings this bell after the commits of this store.
    pub fn new(inner: Arc<dyn EngagementStore>, bell: Bell) -> Self {
        Self { inner, bell }
    }
}

/// Whether somebody has something to do after it.
fn leaves_work(changeset: &Changeset) -> bool {
    let Changeset { jobs, revived_jobs, events, new_deliveries, resends, .. } = changeset;
    !(jobs.is_empty()
        && revived_jobs.is_empty()
        && events.is_empty()
        && new_deliveries.is_empty()
        && resends.is_empty())
}

#[async_trait]
impl EngagementStore for WakingStore {
    async fn by_id(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Option<Engagement>, StoreError> {
        self.inner.by_id(workspace, id).await
    }

    async fn by_external_id(
        &self,
        workspace: WorkspaceId,
        external_id: &ExternalId,
    ) -> Result<Option<Engagement>, StoreError> {
        self.inner.by_external_id(workspace, external_id).await
    }

    async fn list(&self, workspace: WorkspaceId, query: &EngagementQuery) -> Result<Page<Engagement>, StoreError> {
        self.inner.list(workspace, query).await
    }

    async fn participants(
        &self,
        workspace: WorkspaceId,
        ids: &[EngagementId],
    ) -> Result<Vec<Vec<ResolvedParticipant>>, StoreError> {
        self.inner.participants(workspace, ids).await
    }

    async fn transcripts(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Transcripts, StoreError> {
        self.inner.transcripts(workspace, id).await
    }

    async fn commit(&self, changeset: Changeset) -> Result<Timestamp, CommitError> {
        let leaves_work = leaves_work(&changeset);
        let outcome = self.inner.commit(changeset).await;
        // A commit whose answer was lost may have happened.
        if leaves_work && matches!(outcome, Ok(_) | Err(CommitError::Unknown)) {
            self.bell.ring();
        }
        outcome
    }
}
