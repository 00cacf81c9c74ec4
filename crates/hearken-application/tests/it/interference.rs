//! A store that lets a test step in at a commit: somebody else writes first, or the answer is lost.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use hearken_domain::{
    changeset::{Changeset, CommitError},
    engagement::{Engagement, ResolvedParticipant},
    ids::{EngagementId, WorkspaceId},
    ports::{EngagementStore, Ports},
    query::{EngagementQuery, Page},
    store_error::StoreError,
    text::ExternalId,
    time::Timestamp,
    timeline::Transcripts,
};

/// What happens at a commit that makes an engagement.
pub(crate) enum Step {
    /// The commit does not happen, and nobody says so.
    LoseRequest,
    /// The commit happens, and nobody says so.
    LoseAnswer,
    /// Somebody else's write comes first.
    After(Box<Changeset>),
}

/// A store whose next commits of an engagement go as planned; all others go through.
pub(crate) struct Interfering {
    inner: Arc<dyn EngagementStore>,
    plan: Mutex<VecDeque<Step>>,
}

/// The ports with such a store.
pub(crate) fn with_plan(ports: Ports, plan: impl IntoIterator<Item = Step>) -> Ports {
    let plan = Mutex::new(plan.into_iter().collect());
    Ports { store: Arc::new(Interfering { inner: ports.store.clone(), plan }), ..ports }
}

#[async_trait]
impl EngagementStore for Interfering {
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
        let makes_one = changeset.new_engagement.is_some();
        let step = if makes_one { self.plan.lock().unwrap().pop_front() } else { None };
        match step {
            None => self.inner.commit(changeset).await,
            Some(Step::LoseRequest) => Err(CommitError::Unknown),
            Some(Step::LoseAnswer) => {
                self.inner.commit(changeset).await?;
                Err(CommitError::Unknown)
            }
            Some(Step::After(first)) => {
                self.inner.commit(*first).await.expect("nothing is wrong with the other one's write");
                self.inner.commit(changeset).await
            }
        }
    }
}
