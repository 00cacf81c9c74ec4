//! Jobs and events, as they were committed.

use std::ops::Bound;

use async_trait::async_trait;
use hearken_domain::{
    access::Visibility,
    event::{Event, KeptEvent, ResourceKind},
    ids::{EngagementId, EventId, Ulid, WorkspaceId},
    job::Job,
    order::Walk,
    ports::Outbox,
    query::{EventPage, EventQuery, Position},
    store_error::StoreError,
};

use super::{MemoryStore, state::Tenant};

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
    ) -> Result<Vec<KeptEvent>, StoreError> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        Ok(self.read(workspace, |tenant| {
            let following = tenant.events.range::<EventId, _>((from, Bound::Unbounded));
            following.map(|(_, event)| kept(event)).take(usize::from(limit)).collect()
        }))
    }

    async fn published(&self, workspace: WorkspaceId, query: &EventQuery) -> Result<EventPage, StoreError> {
        let found = self.read(workspace, |tenant| Some(page(tenant, query)));
        Ok(found.unwrap_or(EventPage { events: Vec::new(), has_more: false, end: query.after }))
    }
}

fn page(tenant: &Tenant, query: &EventQuery) -> EventPage {
    let place = |event: &Event| Position { at: event.created_at, id: event.id };
    let follows = |event: &&Event| query.after.is_none_or(|after| (after.at, after.id) < (event.created_at, event.id));
    let mut found: Vec<&Event> = tenant
        .events
        .values()
        .filter(follows)
        .filter(|event| query.created_at.contains(event.created_at) && is_seen(tenant, event, query))
        .collect();
    found.sort_by_key(|event| (event.created_at, event.id));
    let has_more = found.len() > usize::from(query.limit);
    found.truncate(usize::from(query.limit));
    let last = found.last().map(|event| place(event));
    let end =
        tenant.last_moments.get(&Walk::Events).map(|at| Position { at: *at, id: EventId::from(Ulid::from(u128::MAX)) });
    let end = if has_more { last } else { end.or(query.after) };
    EventPage { events: found.into_iter().map(kept).collect(), has_more, end }
}

fn is_seen(tenant: &Tenant, event: &Event, query: &EventQuery) -> bool {
    let is_open = || {
        let engagement = tenant.engagements.get(&EngagementId::from(event.about));
        engagement.is_some_and(|stored| !stored.engagement.is_private)
    };
    query.audience.kinds.contains(&event.kind)
        && (query.audience.visibility == Visibility::All
            || event.kind.resource() != ResourceKind::Engagement
            || is_open())
}

fn kept(event: &Event) -> KeptEvent {
    let Event { id, workspace, kind, about, payload, created_at } = event.clone();
    KeptEvent { id, workspace, kind, about: Some(about), payload: Some(payload), created_at }
}
