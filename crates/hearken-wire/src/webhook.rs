//! Webhook endpoints and deliveries as the API shows them.

use base64::{Engine, engine::general_purpose::STANDARD};
use hearken_domain::{
    delivery::{Attempt, Delivery, Destination},
    event::EventKind,
    ids::{DeliveryId, EventId, WebhookEndpointId},
    text::Description,
    webhook::{DisabledReason, SigningSecret, WebhookEndpoint},
};
use serde::Serialize;

use crate::{shown::Shown, time::Rfc3339};

/// Whether the answer shows the newest secret: only that to a create and to a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShowSecret {
    /// It does.
    Once,
    /// It does not.
    Never,
}

/// The JSON of an endpoint; made by [`endpoint`]. Without `Debug`, because it may hold a secret.
#[derive(Serialize)]
pub struct EndpointView<'a> {
    object: &'static str,
    id: Shown<WebhookEndpointId>,
    url: &'a str,
    event_types: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled_reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    created_at: Rfc3339,
    updated_at: Rfc3339,
}

/// An endpoint's JSON.
pub fn endpoint(endpoint: &WebhookEndpoint, show: ShowSecret) -> EndpointView<'_> {
    let newest = endpoint.secrets.first().filter(|_| show == ShowSecret::Once);
    EndpointView {
        object: "webhook_endpoint",
        id: Shown(endpoint.id),
        url: endpoint.url.as_str(),
        event_types: endpoint.event_types.iter().copied().map(EventKind::as_str).collect(),
        description: endpoint.description.as_ref().map(Description::as_str),
        enabled: endpoint.enabled,
        disabled_reason: endpoint.disabled_reason.map(DisabledReason::as_str),
        secret: newest.map(|secret| secret_text(&secret.secret)),
        created_at: Rfc3339(endpoint.created_at),
        updated_at: Rfc3339(endpoint.updated_at),
    }
}

/// A secret as Standard Webhooks writes it: `whsec_` and base64.
pub fn secret_text(secret: &SigningSecret) -> String {
    format!("whsec_{}", STANDARD.encode(secret.expose()))
}

/// The JSON of a delivery; made by [`delivery`].
#[derive(Debug, Serialize)]
pub struct DeliveryView<'a> {
    object: &'static str,
    id: Shown<DeliveryId>,
    event_id: Shown<EventId>,
    event_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_endpoint_id: Option<Shown<WebhookEndpointId>>,
    status: &'static str,
    attempts: Vec<AttemptView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_attempt_at: Option<Rfc3339>,
    created_at: Rfc3339,
}

#[derive(Debug, Serialize)]
struct AttemptView<'a> {
    at: Rfc3339,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_code: Option<u16>,
    duration_ms: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_body: Option<&'a str>,
}

/// A delivery's JSON.
pub fn delivery(delivery: &Delivery) -> DeliveryView<'_> {
    let endpoint = match delivery.destination {
        Destination::Endpoint(id) => Some(Shown(id)),
        Destination::Workflow { .. } | Destination::Email { .. } => None,
    };
    DeliveryView {
        object: "webhook_delivery",
        id: Shown(delivery.id),
        event_id: Shown(delivery.event),
        event_type: &delivery.event_type,
        webhook_endpoint_id: endpoint,
        status: delivery.state.as_str(),
        attempts: delivery.attempts.iter().map(attempt).collect(),
        next_attempt_at: delivery.next_attempt_at.map(Rfc3339),
        created_at: Rfc3339(delivery.created_at),
    }
}

fn attempt(attempt: &Attempt) -> AttemptView<'_> {
    AttemptView {
        at: Rfc3339(attempt.at),
        status_code: attempt.status_code,
        duration_ms: attempt.duration_ms,
        error: attempt.error.as_deref(),
        response_body: attempt.response_body.as_deref(),
    }
}

/// The JSON of a recovery: how many deliveries are sent again.
#[derive(Debug, Serialize)]
pub struct RecoveryView {
    object: &'static str,
    recovered: u64,
}

/// A recovery's JSON.
pub fn recovery(recovered: u64) -> RecoveryView {
    RecoveryView { object: "webhook_recovery", recovered }
}
