//! The decisions about webhook endpoints: each is one write.

use std::time::Duration;

use super::{EndpointSecret, ReceiverUrl, SECRET_OVERLAP, SigningSecret, WebhookEndpoint};
use crate::{
    changeset::{Change, Changeset},
    delivery::{Destination, NewDelivery},
    engagement::Context,
    event::{EventKind, Notice},
    ids::WorkspaceId,
    ports::EventHead,
    text::Description,
};

/// The most secrets that sign at a time.
const MAX_SECRETS: usize = 4;

/// An endpoint to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEndpoint {
    /// Where to.
    pub url: ReceiverUrl,
    /// Which events; none means all.
    pub event_types: Vec<EventKind>,
    /// Free text.
    pub description: Option<Description>,
}

/// What shall be different; `None` leaves a field, `Some(None)` clears it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndpointPatch {
    /// Where to.
    pub url: Option<ReceiverUrl>,
    /// Which events; none means all.
    pub event_types: Option<Vec<EventKind>>,
    /// Free text.
    pub description: Option<Option<Description>>,
    /// Whether events that happen now are sent there.
    pub enabled: Option<bool>,
}

/// Makes an endpoint with a fresh secret.
pub fn create(workspace: WorkspaceId, new: NewEndpoint, context: &Context<'_>) -> (WebhookEndpoint, Changeset) {
    let NewEndpoint { url, event_types, description } = new;
    let endpoint = WebhookEndpoint {
        id: context.id(),
        workspace,
        url,
        event_types,
        description,
        enabled: true,
        disabled_reason: None,
        secrets: vec![fresh(context)],
        failing_since: None,
        created_at: context.now,
        updated_at: context.now,
        deleted_at: None,
        version: 1,
    };
    let mut changeset = Changeset::new(workspace);
    changeset.new_endpoints.push(endpoint.clone());
    (endpoint, changeset)
}

/// Changes an endpoint. One that is enabled again begins anew.
pub fn update(before: &WebhookEndpoint, patch: EndpointPatch, context: &Context<'_>) -> (WebhookEndpoint, Changeset) {
    let mut after = before.clone();
    let EndpointPatch { url, event_types, description, enabled } = patch;
    after.url = url.unwrap_or(after.url);
    after.event_types = event_types.unwrap_or(after.event_types);
    after.description = description.unwrap_or(after.description);
    if let Some(enabled) = enabled {
        after.enabled = enabled;
        after.disabled_reason = None;
    }
    changed(before, after, context)
}

/// Makes a new secret; the old ones go on signing beside it for a day.
pub fn rotate_secret(before: &WebhookEndpoint, context: &Context<'_>) -> (WebhookEndpoint, Changeset) {
    let mut after = before.clone();
    let end = context.now.after(SECRET_OVERLAP);
    let in_force = |secret: &EndpointSecret| secret.expires_at.is_none_or(|until| context.now < until);
    after.secrets.retain(in_force);
    for secret in &mut after.secrets {
        secret.expires_at = Some(secret.expires_at.map_or(end, |until| until.min(end)));
    }
    after.secrets.insert(0, fresh(context));
    after.secrets.truncate(MAX_SECRETS);
    changed(before, after, context)
}

/// Deletes an endpoint: nothing more is sent there.
pub fn delete(endpoint: &WebhookEndpoint, context: &Context<'_>) -> Changeset {
    let gone = WebhookEndpoint { deleted_at: Some(context.now), enabled: false, ..endpoint.clone() };
    changed(endpoint, gone, context).1
}

/// Sends an endpoint a notice that says nothing but that it was meant to come.
pub fn test(endpoint: &WebhookEndpoint, context: &Context<'_>) -> (NewDelivery, Changeset) {
    let notice = Notice::EndpointTest(endpoint.id);
    let head = EventHead { id: context.id(), workspace: endpoint.workspace, created_at: context.now };
    let delivery = NewDelivery {
        id: context.id(),
        destination: Destination::Endpoint(endpoint.id),
        event: head.id,
        event_type: notice.event_type(),
        payload: context.events.encode_notice(head, notice),
        created_at: context.now,
    };
    let mut changeset = Changeset::new(endpoint.workspace);
    changeset.new_deliveries.push(delivery.clone());
    (delivery, changeset)
}

fn changed(
    before: &WebhookEndpoint,
    mut after: WebhookEndpoint,
    context: &Context<'_>,
) -> (WebhookEndpoint, Changeset) {
    after.updated_at = context.now.max(before.updated_at.after(Duration::from_millis(1)));
    let mut changeset = Changeset::new(before.workspace);
    changeset.changed_endpoints.push(Change { row: after.clone(), expected: before.version });
    (after, changeset)
}

fn fresh(context: &Context<'_>) -> EndpointSecret {
    EndpointSecret { secret: SigningSecret::new(context.ids.secret()), expires_at: None }
}
