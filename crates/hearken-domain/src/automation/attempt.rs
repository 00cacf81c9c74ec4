//! What an attempt to deliver came to, as the write that settles it.

use crate::{
    changeset::{Change, Changeset},
    delivery::{DeliveryMove, DeliveryNext, EndpointHealth, LeasedDelivery, pause_after},
    ports::{Dispatched, Outcome},
    time::Timestamp,
    webhook::{DisabledReason, FAILING_LIMIT, WebhookEndpoint},
};

/// Settles an attempt; the endpoint is the one it went to, where it went to one.
pub fn settled(
    leased: &LeasedDelivery,
    dispatched: Dispatched,
    endpoint: Option<&WebhookEndpoint>,
    (now, dice): (Timestamp, u8),
) -> Changeset {
    let Dispatched { attempt, outcome } = dispatched;
    let to = match outcome {
        Outcome::Accepted => DeliveryNext::Delivered { at: now },
        Outcome::Failed { retry_after } => match pause_after(leased.attempt, retry_after, dice) {
            Some(pause) => DeliveryNext::Again { at: now.after(pause) },
            None => DeliveryNext::Failed { at: now },
        },
        Outcome::Refused | Outcome::Gone => DeliveryNext::Failed { at: now },
    };
    let mut changeset = Changeset::new(leased.workspace);
    let ends = attempt.at;
    let moved = DeliveryMove { id: leased.id, token: leased.token, attempt: Some(attempt), to };
    changeset.delivery_moves.push(moved);
    if let Some(endpoint) = endpoint {
        note_health(&mut changeset, endpoint, outcome, (ends, now));
    }
    changeset
}

fn note_health(
    changeset: &mut Changeset,
    endpoint: &WebhookEndpoint,
    outcome: Outcome,
    (began, now): (Timestamp, Timestamp),
) {
    let works = outcome == Outcome::Accepted;
    if works != endpoint.failing_since.is_none() {
        let failing_since = (!works).then_some(began);
        changeset.endpoint_health.push(EndpointHealth { endpoint: endpoint.id, failing_since });
    }
    let failing = endpoint.failing_since.is_some_and(|since| now.since(since) >= FAILING_LIMIT);
    let reason = match outcome {
        Outcome::Gone => Some(DisabledReason::Gone),
        Outcome::Failed { .. } | Outcome::Refused if failing => Some(DisabledReason::Failing),
        _ => None,
    };
    if let Some(reason) = reason.filter(|_| endpoint.enabled) {
        let row = WebhookEndpoint {
            enabled: false,
            disabled_reason: Some(reason),
            updated_at: now.max(endpoint.updated_at.after(std::time::Duration::from_millis(1))),
            ..endpoint.clone()
        };
        changeset.changed_endpoints.push(Change { row, expected: endpoint.version });
    }
}
