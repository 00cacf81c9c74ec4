//! Rows of jobs.

use hearken_domain::job::{Job, JobNote, JobRecord, JobState, LeasedJob};

use crate::{
    columns::{Place, key},
    error::Misfit,
    schema::work::jobs,
};

/// The row of a new job. The workspace is the changeset's.
pub(crate) fn to_row(workspace: &str, job: &Job) -> jobs::Model {
    jobs::Model {
        workspace_id: workspace.to_owned(),
        id: key(job.id),
        engagement_id: key(job.engagement),
        step: job.step.as_str().to_owned(),
        state: JobState::Queued.as_str().to_owned(),
        attempt: 0,
        run_at: job.run_at.unix_millis(),
        lane: job.step.lane().as_str().to_owned(),
        rank: job.rank.as_str().to_owned(),
        due_at: Some(job.run_at.unix_millis()),
        token: None,
        process: None,
        crashes: 0,
        note_code: None,
        note_message: None,
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
        rank: place.parsed("rank", &row.rank)?,
    })
}

/// The job of a row that was just leased.
pub(crate) fn leased_from_row(row: &jobs::Model) -> Result<LeasedJob, Misfit> {
    let place = Place { table: "jobs", row: &row.id };
    let token = row.token.as_deref().ok_or_else(|| place.misfit("token"))?;
    Ok(LeasedJob {
        job: job_from_row(row)?,
        attempt: place.number("attempt", row.attempt)?,
        crashes: place.number("crashes", row.crashes)?,
        token: place.id("token", token)?,
    })
}

/// A row as an operator sees it.
pub(crate) fn record_from_row(row: &jobs::Model) -> Result<JobRecord, Misfit> {
    let place = Place { table: "jobs", row: &row.id };
    let note = match (&row.note_code, &row.note_message) {
        (Some(code), Some(message)) => Some(JobNote { code: code.clone(), message: message.clone() }),
        (None, None) => None,
        _ => return Err(place.misfit("note_code")),
    };
    Ok(JobRecord {
        job: job_from_row(row)?,
        state: place.parsed("state", &row.state)?,
        lane: place.parsed("lane", &row.lane)?,
        attempt: place.number("attempt", row.attempt)?,
        crashes: place.number("crashes", row.crashes)?,
        note,
    })
}
