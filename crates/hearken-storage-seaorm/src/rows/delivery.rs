//! Rows of deliveries and their attempts. A row's destination is told by which of its columns are filled.

use hearken_domain::{
    delivery::{Attempt, Delivery, DeliveryLane, DeliveryState, Destination, LeasedDelivery, NewDelivery},
    ids::WorkspaceId,
    webhook::SigningSecret,
};

use crate::{
    columns::{Place, key},
    error::Misfit,
    schema::automation::{deliveries, delivery_attempts},
};

/// The row of a new delivery.
pub(crate) fn to_row(workspace: WorkspaceId, new: &NewDelivery) -> deliveries::Model {
    let mut row = deliveries::Model {
        workspace_id: key(workspace),
        id: key(new.id),
        lane: DeliveryLane::of(workspace, &new.destination).0,
        state: DeliveryState::Pending.as_str().to_owned(),
        event_id: key(new.event),
        event_type: new.event_type.to_owned(),
        endpoint_id: None,
        run_id: None,
        action: None,
        engagement_id: None,
        recipient: None,
        url: None,
        secret: None,
        payload: Some(new.payload.to_vec()),
        attempt: 0,
        due_at: Some(new.created_at.unix_millis()),
        token: None,
        process: None,
        created_at: new.created_at.unix_millis(),
        settled_at: None,
    };
    match &new.destination {
        Destination::Endpoint(endpoint) => row.endpoint_id = Some(key(*endpoint)),
        Destination::Workflow { run, action, url, secret } => {
            row.run_id = Some(key(*run));
            row.action = Some(i64::from(*action));
            row.url = Some(url.as_str().to_owned());
            row.secret = Some(secret.expose().to_vec());
        }
        Destination::Email { run, action, engagement, recipient } => {
            row.run_id = Some(key(*run));
            row.action = Some(i64::from(*action));
            row.engagement_id = Some(key(*engagement));
            row.recipient = Some(recipient.as_str().to_owned());
        }
    }
    row
}

fn destination(place: Place<'_>, row: &deliveries::Model) -> Result<Destination, Misfit> {
    if let Some(endpoint) = &row.endpoint_id {
        return Ok(Destination::Endpoint(place.id("endpoint_id", endpoint)?));
    }
    let run = place.id("run_id", row.run_id.as_deref().ok_or_else(|| place.misfit("run_id"))?)?;
    let action = place.number("action", row.action.ok_or_else(|| place.misfit("action"))?)?;
    match (&row.url, &row.secret, &row.engagement_id, &row.recipient) {
        (Some(url), Some(secret), None, None) => Ok(Destination::Workflow {
            run,
            action,
            url: url.clone().try_into().map_err(|_| place.misfit("url"))?,
            secret: SigningSecret::new(secret.clone()),
        }),
        (None, None, Some(engagement), Some(recipient)) => Ok(Destination::Email {
            run,
            action,
            engagement: place.id("engagement_id", engagement)?,
            recipient: place.handle("recipient", recipient)?,
        }),
        _ => Err(place.misfit("url")),
    }
}

/// The delivery of a row that was just leased; the payload is the event's where it has none of its own.
pub(crate) fn leased_from_row(row: &deliveries::Model, event: Option<Vec<u8>>) -> Result<LeasedDelivery, Misfit> {
    let place = Place { table: "deliveries", row: &row.id };
    let token = row.token.as_deref().ok_or_else(|| place.misfit("token"))?;
    let payload = row.payload.clone().or(event).ok_or_else(|| place.misfit("payload"))?;
    Ok(LeasedDelivery {
        id: place.id("id", &row.id)?,
        workspace: place.id("workspace_id", &row.workspace_id)?,
        lane: DeliveryLane(row.lane.clone()),
        destination: destination(place, row)?,
        event: place.id("event_id", &row.event_id)?,
        payload: payload.into(),
        attempt: place.number("attempt", row.attempt)?,
        token: place.id("token", token)?,
    })
}

/// The delivery of a row and of its attempts' rows, these in their order.
pub(crate) fn from_rows(row: &deliveries::Model, attempts: Vec<delivery_attempts::Model>) -> Result<Delivery, Misfit> {
    let place = Place { table: "deliveries", row: &row.id };
    Ok(Delivery {
        id: place.id("id", &row.id)?,
        workspace: place.id("workspace_id", &row.workspace_id)?,
        destination: destination(place, row)?,
        event: place.id("event_id", &row.event_id)?,
        event_type: row.event_type.clone(),
        state: place.parsed("state", &row.state)?,
        attempts: attempts.into_iter().map(|row| attempt_from_row(place, row)).collect::<Result<_, _>>()?,
        next_attempt_at: place.maybe_time("due_at", row.due_at)?,
        created_at: place.time("created_at", row.created_at)?,
        settled_at: place.maybe_time("settled_at", row.settled_at)?,
    })
}

/// The row of an attempt; its position is chosen by whoever inserts it.
pub(crate) fn attempt_to_row(
    (workspace, delivery): (&str, &str),
    position: i64,
    attempt: &Attempt,
) -> delivery_attempts::Model {
    delivery_attempts::Model {
        workspace_id: workspace.to_owned(),
        delivery_id: delivery.to_owned(),
        position,
        at: attempt.at.unix_millis(),
        status_code: attempt.status_code.map(i64::from),
        duration_ms: i64::from(attempt.duration_ms),
        error: attempt.error.clone(),
        response_body: attempt.response_body.clone(),
    }
}

fn attempt_from_row(place: Place<'_>, row: delivery_attempts::Model) -> Result<Attempt, Misfit> {
    Ok(Attempt {
        at: place.time("at", row.at)?,
        status_code: row.status_code.map(|code| place.number("status_code", code)).transpose()?,
        duration_ms: place.number("duration_ms", row.duration_ms)?,
        error: row.error,
        response_body: row.response_body,
    })
}
