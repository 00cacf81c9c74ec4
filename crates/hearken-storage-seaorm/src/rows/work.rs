//! Rows of uploads, jobs and events.

use hearken_domain::{
    event::{Event, EventKind},
    job::Job,
    upload::Upload,
};

use crate::{
    columns::{Place, key},
    error::Misfit,
    schema::work::{events, jobs, uploads},
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

/// The row of a new job. The workspace is the changeset's.
pub(crate) fn job_to_row(workspace: &str, job: &Job) -> jobs::Model {
    jobs::Model {
        workspace_id: workspace.to_owned(),
        id: key(job.id),
        engagement_id: key(job.engagement),
        step: job.step.as_str().to_owned(),
        state: "queued".to_owned(),
        attempt: 0,
        run_at: job.run_at.unix_millis(),
    }
}

/// The job of a row.
pub(crate) fn job_from_row(row: &jobs::Model) -> Result<Job, Misfit> {
    let place = Place { table: "jobs", row: &row.id };
    Ok(Job {
        id: place.id("id", &row.id)?,
        workspace: place.id("workspace_id", &row.workspace_id)?,
        engagement: place.id("engagement_id", &row.engagement_id)?,
        step: place.parsed("step", &row.step)?,
        run_at: place.time("run_at", row.run_at)?,
    })
}

/// The row of an event. The workspace is the changeset's.
pub(crate) fn event_to_row(workspace: &str, event: &Event) -> events::Model {
    events::Model {
        workspace_id: workspace.to_owned(),
        id: key(event.id),
        kind: event.kind.as_str().to_owned(),
        payload: event.payload.to_vec(),
        created_at: event.created_at.unix_millis(),
    }
}

/// The event of a row.
pub(crate) fn event_from_row(row: events::Model) -> Result<Event, Misfit> {
    let id = row.id.clone();
    let place = Place { table: "events", row: &id };
    let kind = EventKind::ALL.iter().copied().find(|kind| kind.as_str() == row.kind);
    Ok(Event {
        id: place.id("id", &row.id)?,
        workspace: place.id("workspace_id", &row.workspace_id)?,
        kind: kind.ok_or_else(|| place.misfit("kind"))?,
        payload: row.payload.into(),
        created_at: place.time("created_at", row.created_at)?,
    })
}
