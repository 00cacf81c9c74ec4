//! Deliveries: made with their events or beside them, settled, sent again.

use bytes::Bytes;
use hearken_domain::{
    delivery::{
        Delivery, DeliveryLane, DeliveryMove, DeliveryNext, DeliveryState, Destination, NewDelivery, Resend,
        delivery_id,
    },
    event::Event,
    webhook::WebhookEndpoint,
};

use crate::store::state::{StoredDelivery, Tenant};

/// Makes the delivery of each event for each endpoint that is enabled and wants its kind.
pub(super) fn fan_out(tenant: &mut Tenant, events: &[Event]) {
    let Tenant { endpoints, deliveries, .. } = tenant;
    let pairs = events.iter().flat_map(|event| endpoints.values().map(move |endpoint| (event, endpoint)));
    for (event, endpoint) in pairs.filter(|(event, endpoint)| wants(endpoint, event)) {
        let delivery = Delivery {
            id: delivery_id(event.id, endpoint.id),
            workspace: event.workspace,
            destination: Destination::Endpoint(endpoint.id),
            event: event.id,
            event_type: event.kind.as_str().to_owned(),
            state: DeliveryState::Pending,
            attempts: Vec::new(),
            next_attempt_at: Some(event.due_at()),
            created_at: event.created_at,
            settled_at: None,
        };
        deliveries.insert(delivery.id, stored(delivery, event.payload.clone()));
    }
}

fn wants(endpoint: &WebhookEndpoint, event: &Event) -> bool {
    endpoint.enabled
        && endpoint.deleted_at.is_none()
        && (endpoint.event_types.is_empty() || endpoint.event_types.contains(&event.kind))
}

/// Makes deliveries beside those of events. A second recap for an engagement and a recipient is left out.
pub(super) fn insert(tenant: &mut Tenant, new: Vec<NewDelivery>) {
    for NewDelivery { id, destination, event, event_type, payload, created_at } in new {
        if tenant.has_recap_like(&destination) {
            continue;
        }
        let delivery = Delivery {
            id,
            workspace: tenant.workspace.id,
            destination,
            event,
            event_type: event_type.to_owned(),
            state: DeliveryState::Pending,
            attempts: Vec::new(),
            next_attempt_at: Some(created_at),
            created_at,
            settled_at: None,
        };
        tenant.deliveries.insert(id, stored(delivery, payload));
    }
}

fn stored(delivery: Delivery, payload: Bytes) -> StoredDelivery {
    let lane = DeliveryLane::of(delivery.workspace, &delivery.destination);
    StoredDelivery { delivery, lane, payload, attempt: 0, held: None }
}

/// Ends attempts, or gives deliveries back as if nobody had leased them.
pub(super) fn settle(tenant: &mut Tenant, moves: Vec<DeliveryMove>) {
    for DeliveryMove { id, token: _, attempt, to } in moves {
        let Some(stored) = tenant.deliveries.get_mut(&id) else { continue };
        stored.held = None;
        match attempt {
            Some(attempt) => stored.delivery.attempts.push(attempt),
            None => stored.attempt -= 1,
        }
        let (state, due, settled) = match to {
            DeliveryNext::Delivered { at } => (DeliveryState::Delivered, None, Some(at)),
            DeliveryNext::Again { at } => (DeliveryState::Pending, Some(at), None),
            DeliveryNext::Failed { at } => (DeliveryState::Failed, None, Some(at)),
        };
        let delivery = &mut stored.delivery;
        (delivery.state, delivery.next_attempt_at, delivery.settled_at) = (state, due, settled);
    }
}

/// Begins another round.
pub(super) fn resend(tenant: &mut Tenant, resends: &[Resend]) {
    for Resend { id, at } in resends {
        if let Some(stored) = tenant.deliveries.get_mut(id) {
            stored.attempt = 0;
            stored.delivery.state = DeliveryState::Pending;
            stored.delivery.next_attempt_at = Some(*at);
            stored.delivery.settled_at = None;
        }
    }
}
