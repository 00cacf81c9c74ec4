//! Rows of uploads and events.

use hearken_domain::{
    event::{Event, KeptEvent},
    ids::Ulid,
    upload::Upload,
};

use crate::{
    columns::{Place, key},
    error::Misfit,
    schema::work::{events, uploads},
};

/// The upload of a row.
pub(crate) fn upload_from_row(row: &uploads::Model) -> Result<Upload, Misfit> {
    let place = Place { table: "uploads", row: &row.id };
    Ok(Upload {
        id: place.id("id", &row.id)?,
        workspace: place.id("workspace_id", &row.workspace_id)?,
        state: place.parsed("state", &row.state)?,
        expires_at: place.time("expires_at", row.expires_at)?,
    })
}

/// The row of an event. The workspace is the changeset's.
pub(crate) fn event_to_row(workspace: &str, event: &Event) -> events::Model {
    events::Model {
        workspace_id: workspace.to_owned(),
        id: key(event.id),
        kind: event.kind.as_str().to_owned(),
        about: Some(event.about.to_string()),
        payload: Some(event.payload.to_vec()),
        created_at: event.created_at.unix_millis(),
    }
}

/// The event of a row.
pub(crate) fn event_from_row(row: events::Model) -> Result<KeptEvent, Misfit> {
    let id = row.id.clone();
    let place = Place { table: "events", row: &id };
    let about = row.about.as_deref().map(Ulid::from_string).transpose();
    Ok(KeptEvent {
        id: place.id("id", &row.id)?,
        workspace: place.id("workspace_id", &row.workspace_id)?,
        kind: place.parsed("kind", &row.kind)?,
        about: about.map_err(|_| place.misfit("about"))?,
        payload: row.payload.map(Into::into),
        created_at: place.time("created_at", row.created_at)?,
    })
}
