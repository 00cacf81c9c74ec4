//! All rows behind one lock: every port of a database.
//!
//! Every workspace has tables of its own, so a read or a write across tenants cannot even be written down. A commit is
//! judged whole before anything is changed, which is all that "all or nothing" needs here.

mod apply;
mod check;
mod claims;
mod deliveries;
mod directory;
mod insights;
mod jobs;
mod list;
mod outbox;
mod registry;
mod row;
mod state;
mod tags;
mod uploads;
mod webhooks;
mod workflows;

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use hearken_domain::{
    changeset::{Changeset, CommitError},
    engagement::{Engagement, ResolvedParticipant},
    ids::{EngagementId, WorkspaceId},
    ports::EngagementStore,
    query::{EngagementQuery, Page},
    store_error::{StoreError, StoreErrorKind},
    text::ExternalId,
    time::Timestamp,
    timeline::Transcripts,
};

use self::state::{State, Tenant};

/// Everything that a database keeps, in memory.
///
/// Strict where every database is: a workspace must have been made before anything else in it is written. Lenient where
/// the ports say nothing: references such as an owner or a contact are not looked up.
#[derive(Debug, Default)]
pub struct MemoryStore {
    state: Mutex<State>,
}

impl MemoryStore {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// A change is judged before it begins and cannot fail halfway, so what a panicking thread left is whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads from a workspace; the default where there is none.
    fn read<R: Default>(&self, workspace: WorkspaceId, look: impl FnOnce(&Tenant) -> R) -> R {
        self.lock().tenants.get(&workspace).map(look).unwrap_or_default()
    }
}

#[async_trait]
impl EngagementStore for MemoryStore {
    async fn by_id(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Option<Engagement>, StoreError> {
        Ok(self.read(workspace, |tenant| tenant.engagements.get(&id).map(|stored| stored.engagement.clone())))
    }

    async fn by_external_id(
        &self,
        workspace: WorkspaceId,
        external_id: &ExternalId,
    ) -> Result<Option<Engagement>, StoreError> {
        Ok(self.read(workspace, |tenant| {
            let id = tenant.by_external_id.get(external_id)?;
            tenant.engagements.get(id).map(|stored| stored.engagement.clone())
        }))
    }

    async fn list(&self, workspace: WorkspaceId, query: &EngagementQuery) -> Result<Page<Engagement>, StoreError> {
        Ok(match self.lock().tenants.get(&workspace) {
            Some(tenant) => list::page(tenant, query),
            None => Page { items: Vec::new(), has_more: false },
        })
    }

    async fn participants(
        &self,
        workspace: WorkspaceId,
        ids: &[EngagementId],
    ) -> Result<Vec<Vec<ResolvedParticipant>>, StoreError> {
        let of =
            |id: &EngagementId| self.read(workspace, |tenant| Some(tenant.engagements.get(id)?.participants.clone()));
        Ok(ids.iter().map(|id| of(id).unwrap_or_default()).collect())
    }

    async fn transcripts(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Transcripts, StoreError> {
        let found = self.read(workspace, |tenant| Some(tenant.engagements.get(&id)?.transcripts.clone()));
        Ok(found.unwrap_or_default())
    }

    async fn commit(&self, mut changeset: Changeset) -> Result<Timestamp, CommitError> {
        let mut state = self.lock();
        check::keys_are_new(&state, &changeset.new_keys)?;
        if let Some(made) = &changeset.new_workspace {
            let mut tenant = state.new_tenant(&changeset, made)?;
            check::check(&tenant, &changeset)?;
            let workspace = changeset.workspace;
            apply::apply(&mut tenant, changeset);
            state.tenants.insert(workspace, tenant);
            Ok(Timestamp::MIN)
        } else {
            let tenant = state.tenants.get_mut(&changeset.workspace).ok_or_else(no_such_workspace)?;
            check::check(tenant, &changeset)?;
            let lasts = changeset.walks().into_iter().filter_map(|walk| tenant.last_moments.get(&walk));
            let first = changeset.follow(lasts.max().copied());
            apply::apply(tenant, changeset);
            Ok(first)
        }
    }
}

/// What a database's foreign keys say.
fn no_such_workspace() -> StoreError {
    StoreError::new(StoreErrorKind::Broken, "there is no such workspace")
}
