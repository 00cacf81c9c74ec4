//! Deliveries: which lanes have due ones, their leases, and what became of them.

use async_trait::async_trait;
use hearken_domain::{
    delivery::{Attempt, Delivery, DeliveryLane, DeliveryState, Destination, LeasedDelivery},
    handle::EmailAddress,
    ids::{DeliveryId, EngagementId, WebhookEndpointId, WorkflowRunId, WorkspaceId},
    job::LeaseTerms,
    ports::Deliveries,
    query::{ListQuery, Page},
    store_error::StoreError,
    time::Timestamp,
};

use super::{
    MemoryStore, row,
    state::{Held, State, StoredDelivery, Tenant},
};

#[async_trait]
impl Deliveries for MemoryStore {
    async fn due(
        &self,
        now: Timestamp,
        after: Option<&DeliveryLane>,
        limit: u16,
    ) -> Result<Vec<DeliveryLane>, StoreError> {
        let state = self.lock();
        let due = state.tenants.values().flat_map(|tenant| tenant.deliveries.values()).filter(|it| it.is_due(now));
        let mut lanes: Vec<&DeliveryLane> =
            due.map(|stored| &stored.lane).filter(|lane| after.is_none_or(|after| *lane > after)).collect();
        lanes.sort_unstable();
        lanes.dedup();
        Ok(lanes.into_iter().take(usize::from(limit)).cloned().collect())
    }

    async fn lease(
        &self,
        wanted: &[(DeliveryLane, u16)],
        terms: LeaseTerms,
    ) -> Result<Vec<LeasedDelivery>, StoreError> {
        let mut state = self.lock();
        Ok(wanted.iter().flat_map(|(lane, most)| lease(&mut state, (lane, *most), terms)).collect())
    }

    async fn by_id(&self, workspace: WorkspaceId, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
        Ok(self.read(workspace, |tenant| tenant.deliveries.get(&id).map(|stored| stored.delivery.clone())))
    }

    async fn of_endpoint(
        &self,
        workspace: WorkspaceId,
        endpoint: WebhookEndpointId,
        query: &ListQuery<DeliveryId>,
    ) -> Result<Page<Delivery>, StoreError> {
        let place = |delivery: &Delivery| (delivery.created_at, delivery.id);
        let found = self.read(workspace, |tenant| {
            let all = tenant.deliveries.values().map(|stored| &stored.delivery);
            Some(row::page(all.filter(|delivery| is_for(delivery, endpoint)), place, query))
        });
        Ok(found.unwrap_or_else(row::empty))
    }

    async fn of_runs(&self, workspace: WorkspaceId, runs: &[WorkflowRunId]) -> Result<Vec<Delivery>, StoreError> {
        let is_theirs = |delivery: &&Delivery| run_of(delivery).is_some_and(|run| runs.contains(&run));
        Ok(self.read(workspace, |tenant| {
            let all = tenant.deliveries.values().map(|stored| &stored.delivery);
            all.filter(is_theirs).map(without_answers).collect()
        }))
    }

    async fn failed_since(
        &self,
        workspace: WorkspaceId,
        endpoint: WebhookEndpointId,
        since: Timestamp,
        limit: u16,
    ) -> Result<Vec<DeliveryId>, StoreError> {
        let is_meant = |delivery: &&Delivery| {
            is_for(delivery, endpoint) && delivery.state == DeliveryState::Failed && delivery.created_at >= since
        };
        Ok(self.read(workspace, |tenant| {
            let all = tenant.deliveries.values().map(|stored| &stored.delivery);
            all.filter(is_meant).map(|delivery| delivery.id).take(usize::from(limit)).collect()
        }))
    }
}

/// The longest due first, whichever workspace it belongs to.
fn lease(state: &mut State, (lane, most): (&DeliveryLane, u16), terms: LeaseTerms) -> Vec<LeasedDelivery> {
    let all = state.tenants.values_mut().flat_map(|tenant| tenant.deliveries.values_mut());
    let mut due: Vec<&mut StoredDelivery> = all.filter(|it| it.lane == *lane && it.is_due(terms.now)).collect();
    due.sort_by_key(|stored| (stored.delivery.next_attempt_at, stored.delivery.workspace, stored.delivery.id));
    due.into_iter().take(usize::from(most)).map(|stored| stored.lease(terms)).collect()
}

impl StoredDelivery {
    fn is_due(&self, now: Timestamp) -> bool {
        self.delivery.next_attempt_at.is_some_and(|due_at| due_at <= now)
    }

    fn lease(&mut self, terms: LeaseTerms) -> LeasedDelivery {
        let LeaseTerms { token, process, now: _, until } = terms;
        self.attempt += 1;
        self.held = Some(Held { token, process });
        self.delivery.next_attempt_at = Some(until);
        LeasedDelivery {
            id: self.delivery.id,
            workspace: self.delivery.workspace,
            lane: self.lane.clone(),
            destination: self.delivery.destination.clone(),
            event: self.delivery.event,
            payload: self.payload.clone(),
            attempt: self.attempt,
            token,
        }
    }
}

impl Tenant {
    /// Whether this is a recap, and its engagement has one for its recipient.
    pub(super) fn has_recap_like(&self, destination: &Destination) -> bool {
        let wanted = recap(destination);
        wanted.is_some() && self.deliveries.values().any(|stored| recap(&stored.delivery.destination) == wanted)
    }
}

/// What a recap is known by: of what it is, and for whom.
pub(super) fn recap(destination: &Destination) -> Option<(EngagementId, &EmailAddress)> {
    match destination {
        Destination::Email { engagement, recipient, .. } => Some((*engagement, recipient)),
        Destination::Endpoint(_) | Destination::Workflow { .. } => None,
    }
}

fn is_for(delivery: &Delivery, endpoint: WebhookEndpointId) -> bool {
    matches!(delivery.destination, Destination::Endpoint(id) if id == endpoint)
}

fn run_of(delivery: &Delivery) -> Option<WorkflowRunId> {
    match delivery.destination {
        Destination::Endpoint(_) => None,
        Destination::Workflow { run, .. } | Destination::Email { run, .. } => Some(run),
    }
}

fn without_answers(delivery: &Delivery) -> Delivery {
    let attempts = delivery.attempts.iter().cloned();
    let attempts = attempts.map(|attempt| Attempt { response_body: None, ..attempt }).collect();
    Delivery { attempts, ..delivery.clone() }
}
