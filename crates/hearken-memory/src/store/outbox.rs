//! Jobs and events, as they were committed.

use std::ops::Bound;

use async_trait::async_trait;
use hearken_domain::{
    event::Event,
    ids::{EngagementId, EventId, WorkspaceId},
    job::Job,
    ports::Outbox,
    store_error::StoreError,
};

use super::MemoryStore;

#[async_trait]
impl Outbox for MemoryStore {
    async fn jobs(&self, workspace: WorkspaceId, engagement: EngagementId) -> Result<Vec<Job>, StoreError> {
        let is_its = |job: &&Job| job.engagement == engagement;
        Ok(self
            .read(workspace, |tenant| tenant.jobs.values().map(|stored| &stored.job).filter(is_its).cloned().collect()))
    }

    async fn events(
        &self,
        workspace: WorkspaceId,
        after: Option<EventId>,
        limit: u16,
    ) -> Result<Vec<Event>, StoreError> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        Ok(self.read(workspace, |tenant| {
            let following = tenant.events.range::<EventId, _>((from, Bound::Unbounded));
            following.map(|(_, event)| event.clone()).take(usize::from(limit)).collect()
        }))
    }
}
