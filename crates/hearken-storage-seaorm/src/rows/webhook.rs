//! Rows of webhook endpoints and their secrets. The wanted kinds of events are one text with a space before and behind
//! each, so that a statement finds a kind in it; an empty text means all.

use hearken_domain::{
    event::EventKind,
    time::Timestamp,
    webhook::{EndpointSecret, SigningSecret, WebhookEndpoint},
};

use crate::{
    columns::{Place, count, key, position},
    error::Misfit,
    schema::automation::{endpoint_secrets, webhook_endpoints},
};

/// The row of an endpoint. The workspace is the changeset's.
pub(crate) fn to_row(workspace: &str, endpoint: &WebhookEndpoint) -> webhook_endpoints::Model {
    webhook_endpoints::Model {
        workspace_id: workspace.to_owned(),
        id: key(endpoint.id),
        url: endpoint.url.as_str().to_owned(),
        event_types: kinds_to_text(&endpoint.event_types),
        description: endpoint.description.as_ref().map(|text| text.as_str().to_owned()),
        enabled: endpoint.enabled,
        disabled_reason: endpoint.disabled_reason.map(|reason| reason.as_str().to_owned()),
        failing_since: endpoint.failing_since.map(Timestamp::unix_millis),
        created_at: endpoint.created_at.unix_millis(),
        updated_at: endpoint.updated_at.unix_millis(),
        deleted_at: endpoint.deleted_at.map(Timestamp::unix_millis),
        version: count(endpoint.version),
    }
}

/// The rows of an endpoint's secrets.
pub(crate) fn secrets_to_rows(workspace: &str, endpoint: &WebhookEndpoint) -> Vec<endpoint_secrets::Model> {
    let row = |(index, secret): (usize, &EndpointSecret)| endpoint_secrets::Model {
        workspace_id: workspace.to_owned(),
        endpoint_id: key(endpoint.id),
        position: position(index),
        secret: secret.secret.expose().to_vec(),
        expires_at: secret.expires_at.map(Timestamp::unix_millis),
    };
    endpoint.secrets.iter().enumerate().map(row).collect()
}

/// The endpoint of its rows; the secrets in their order.
pub(crate) fn from_rows(
    row: webhook_endpoints::Model,
    secrets: Vec<endpoint_secrets::Model>,
) -> Result<WebhookEndpoint, Misfit> {
    let name = row.id.clone();
    let place = Place { table: "webhook_endpoints", row: &name };
    let secret = |row: endpoint_secrets::Model| {
        let expires_at = place.maybe_time("expires_at", row.expires_at)?;
        Ok(EndpointSecret { secret: SigningSecret::new(row.secret), expires_at })
    };
    Ok(WebhookEndpoint {
        id: place.id("id", &row.id)?,
        workspace: place.id("workspace_id", &row.workspace_id)?,
        url: row.url.try_into().map_err(|_| place.misfit("url"))?,
        event_types: kinds_from_text(place, &row.event_types)?,
        description: place.maybe_text("description", row.description)?,
        enabled: row.enabled,
        disabled_reason: row.disabled_reason.map(|reason| place.parsed("disabled_reason", &reason)).transpose()?,
        secrets: secrets.into_iter().map(secret).collect::<Result<_, _>>()?,
        failing_since: place.maybe_time("failing_since", row.failing_since)?,
        created_at: place.time("created_at", row.created_at)?,
        updated_at: place.time("updated_at", row.updated_at)?,
        deleted_at: place.maybe_time("deleted_at", row.deleted_at)?,
        version: place.number("version", row.version)?,
    })
}

fn kinds_to_text(kinds: &[EventKind]) -> String {
    let mut text = String::new();
    for kind in kinds {
        text.push_str(if text.is_empty() { " " } else { "" });
        text.push_str(kind.as_str());
        text.push(' ');
    }
    text
}

fn kinds_from_text(place: Place<'_>, text: &str) -> Result<Vec<EventKind>, Misfit> {
    text.split_whitespace().map(|kind| place.parsed("event_types", kind)).collect()
}
