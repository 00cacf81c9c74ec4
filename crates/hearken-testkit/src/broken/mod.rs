//! Stores that are broken on purpose, around any sound one. Each must fail a check that is named for it: that is how
//! the kit is tested.

mod deliveries;
mod everywhere;
mod order;
mod queue;

use std::sync::Arc;

use async_trait::async_trait;
use hearken_domain::{
    changeset::{Changeset, CommitError},
    engagement::{Engagement, ResolvedParticipant},
    ids::{EngagementId, WorkspaceId},
    ports::{Directory, EngagementStore, Registry},
    query::{EngagementQuery, Page},
    store_error::StoreError,
    text::ExternalId,
    time::Timestamp,
    timeline::Transcripts,
};

pub use self::{
    deliveries::{LeasesDeliveriesTwice, MakesNoDeliveries},
    everywhere::LooksEverywhere,
    order::ForgetsTheOrder,
    queue::{ForgetsTheJobsToken, IgnoresTheAttemptNumber, LeasesJobsTwice},
};
use crate::{Stores, delegate::decorates_commit};

/// Writes a changeset part by part: what was written before a part failed stays.
pub struct NotAtomic {
    inner: Arc<dyn EngagementStore>,
}

/// Puts the version that is stored in the place of the one that was read.
pub struct AcceptsAStaleVersion {
    inner: Arc<dyn EngagementStore>,
    directory: Arc<dyn Directory>,
}

/// Settles whatever the token.
pub struct ForgetsTheLeaseToken {
    inner: Arc<dyn EngagementStore>,
}

/// Says of an external id that is taken that it was made.
pub struct AnswersADuplicateAsNew {
    inner: Arc<dyn EngagementStore>,
}

/// Finds engagements of every workspace, and changes them.
pub struct IgnoresTheWorkspace {
    inner: Arc<dyn EngagementStore>,
    registry: Arc<dyn Registry>,
}

impl NotAtomic {
    /// Breaks these stores.
    pub fn over(stores: Stores) -> Stores {
        Stores { store: Arc::new(Self { inner: stores.store.clone() }), ..stores }
    }

    async fn decorated_commit(&self, changeset: Changeset) -> Result<Timestamp, CommitError> {
        let mut first = Timestamp::MIN;
        for part in parts(changeset) {
            first = self.inner.commit(part).await?.max(first);
        }
        Ok(first)
    }
}

impl AcceptsAStaleVersion {
    /// Breaks these stores.
    pub fn over(stores: Stores) -> Stores {
        let broken = Self { inner: stores.store.clone(), directory: stores.directory.clone() };
        Stores { store: Arc::new(broken), ..stores }
    }

    async fn decorated_commit(&self, mut changeset: Changeset) -> Result<Timestamp, CommitError> {
        let workspace = changeset.workspace;
        for change in &mut changeset.changed_engagements {
            if let Some(stored) = self.inner.by_id(workspace, change.row.id).await? {
                change.expected = stored.version;
            }
        }
        for change in &mut changeset.changed_users {
            if let Some(stored) = self.directory.users(workspace, &[change.row.id]).await?.pop() {
                change.expected = stored.version;
            }
        }
        self.inner.commit(changeset).await
    }
}

impl ForgetsTheLeaseToken {
    /// Breaks these stores.
    pub fn over(stores: Stores) -> Stores {
        Stores { store: Arc::new(Self { inner: stores.store.clone() }), ..stores }
    }

    async fn decorated_commit(&self, changeset: Changeset) -> Result<Timestamp, CommitError> {
        let without = Changeset { settlement: None, ..changeset.clone() };
        match self.inner.commit(changeset).await {
            Err(CommitError::LeaseLost) => self.inner.commit(without).await,
            answer => answer,
        }
    }
}

impl AnswersADuplicateAsNew {
    /// Breaks these stores.
    pub fn over(stores: Stores) -> Stores {
        Stores { store: Arc::new(Self { inner: stores.store.clone() }), ..stores }
    }

    async fn decorated_commit(&self, changeset: Changeset) -> Result<Timestamp, CommitError> {
        match self.inner.commit(changeset).await {
            Err(CommitError::KeyTaken(_)) => Ok(Timestamp::MIN),
            answer => answer,
        }
    }
}

impl IgnoresTheWorkspace {
    /// Breaks these stores.
    pub fn over(stores: Stores) -> Stores {
        let broken = Self { inner: stores.store.clone(), registry: stores.registry.clone() };
        Stores { store: Arc::new(broken), ..stores }
    }

    /// The given one first.
    async fn everywhere(&self, first: WorkspaceId) -> Result<Vec<WorkspaceId>, StoreError> {
        let mut all = vec![first];
        all.extend(self.registry.workspaces().await?.into_iter().map(|workspace| workspace.id));
        Ok(all)
    }
}

decorates_commit!(NotAtomic);
decorates_commit!(AcceptsAStaleVersion);
decorates_commit!(ForgetsTheLeaseToken);
decorates_commit!(AnswersADuplicateAsNew);

#[async_trait]
impl EngagementStore for IgnoresTheWorkspace {
    async fn by_id(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Option<Engagement>, StoreError> {
        for workspace in self.everywhere(workspace).await? {
            if let Some(found) = self.inner.by_id(workspace, id).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    async fn by_external_id(
        &self,
        workspace: WorkspaceId,
        external_id: &ExternalId,
    ) -> Result<Option<Engagement>, StoreError> {
        for workspace in self.everywhere(workspace).await? {
            if let Some(found) = self.inner.by_external_id(workspace, external_id).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
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

    async fn commit(&self, mut changeset: Changeset) -> Result<Timestamp, CommitError> {
        if let Some(change) = changeset.changed_engagements.first()
            && let Some(found) = self.by_id(changeset.workspace, change.row.id).await?
        {
            changeset.workspace = found.workspace;
        }
        self.inner.commit(changeset).await
    }
}

/// A changeset in pieces that each do something, in the order of their dependence.
fn parts(changeset: Changeset) -> [Changeset; 5] {
    let Changeset {
        workspace,
        moments,
        new_workspace,
        new_users,
        changed_users,
        new_keys,
        revoked_keys,
        new_companies,
        new_contacts,
        new_engagement,
        changed_engagements,
        upload_moves,
        settlement,
        new_tags,
        changed_tags,
        replaced_tags,
        new_endpoints,
        changed_endpoints,
        endpoint_health,
        new_workflows,
        changed_workflows,
        new_runs,
        results,
        job_moves,
        revived_jobs,
        jobs,
        events,
        new_deliveries,
        delivery_moves,
        resends,
    } = changeset;
    let empty = || Changeset { moments, ..Changeset::new(workspace) };
    let new_rows = Changeset { new_tags, new_endpoints, new_workflows, ..empty() };
    [
        Changeset { new_workspace, new_users, new_keys, new_companies, new_contacts, ..new_rows },
        Changeset { new_engagement, new_runs, jobs, events, new_deliveries, ..empty() },
        Changeset { changed_users, revoked_keys, changed_engagements, changed_tags, replaced_tags, ..empty() },
        Changeset { changed_endpoints, endpoint_health, changed_workflows, results, revived_jobs, resends, ..empty() },
        Changeset { upload_moves, settlement, job_moves, delivery_moves, ..empty() },
    ]
}
