//! `hearken jobs`: what waits, what was given up, and driving it again.

use hearken_application::{
    administer::Administrator,
    jobs::{JobDesk, RetryError},
};
use hearken_domain::{
    ids::{EngagementId, JobId, WorkspaceId},
    job::{JobQuery, JobRecord, JobState},
};
use serde::Serialize;

use super::lookup;
use crate::{
    cli::Jobs,
    failure::{Failure, OrFail},
    output::Format,
};

/// How many rows one look takes.
const BATCH: u16 = 500;

/// A job.
#[derive(Serialize)]
struct JobView {
    id: String,
    workspace_id: String,
    engagement_id: String,
    step: &'static str,
    state: &'static str,
    lane: &'static str,
    attempt: u32,
    crashes: u32,
    is_suspect: bool,
    run_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl JobView {
    fn of(record: &JobRecord) -> Self {
        let note = record.note.clone();
        Self {
            id: record.job.id.to_string(),
            workspace_id: record.job.workspace.to_string(),
            engagement_id: record.job.engagement.to_string(),
            step: record.job.step.as_str(),
            state: record.state.as_str(),
            lane: record.lane.as_str(),
            attempt: record.attempt,
            crashes: record.crashes,
            is_suspect: record.lane.is_of_suspects(),
            run_at: hearken_wire::time::format(record.job.run_at),
            code: note.as_ref().map(|note| note.code.clone()),
            message: note.map(|note| note.message),
        }
    }

    fn line(&self) -> String {
        let note = match (&self.code, &self.message) {
            (Some(code), Some(message)) => format!("  {code}: {message}"),
            _ => String::new(),
        };
        let Self { id, engagement_id, step, state, lane, attempt, run_at, .. } = self;
        let suspect = if self.is_suspect { format!("  {lane}, {} crashes", self.crashes) } else { String::new() };
        format!("{id}  {engagement_id}  {step:<10}  {state:<7}  attempt {attempt}  {run_at}{suspect}{note}")
    }
}

/// What was driven again.
#[derive(Serialize)]
struct Retried {
    engagement_id: String,
    jobs: usize,
}

pub(crate) async fn run(
    (administrator, desk): (&Administrator, &JobDesk),
    command: Jobs,
    format: Format,
) -> Result<(), Failure> {
    match command {
        Jobs::List { workspace, state } => {
            let states = if state.is_empty() {
                vec![JobState::Queued, JobState::Running, JobState::Dead]
            } else {
                state.iter().map(|text| parse_state(text)).collect::<Result<_, _>>()?
            };
            let workspace = workspace_id(administrator, workspace.as_deref()).await?;
            let records = all(desk, workspace, states).await?;
            format.many(&records.iter().map(JobView::of).collect::<Vec<_>>(), JobView::line)
        }
        Jobs::Retry { ids, workspace } => {
            let workspace = workspace_id(administrator, workspace.as_deref()).await?;
            let dead = all(desk, workspace, vec![JobState::Dead]).await?;
            let chosen = chosen(&dead, &ids)?;
            let mut retried = Vec::new();
            for (workspace, engagement) in chosen {
                match desk.retry(workspace, engagement).await {
                    Ok(jobs) => retried.push(Retried { engagement_id: engagement.to_string(), jobs }),
                    // Somebody else was faster.
                    Err(RetryError::NothingDead) => {}
                    Err(error) => return Err(Failure::new(format!("{engagement} was not driven again"), error)),
                }
            }
            format.many(&retried, |done| format!("{}  {} driven again", done.engagement_id, done.jobs))
        }
    }
}

async fn workspace_id(administrator: &Administrator, text: Option<&str>) -> Result<Option<WorkspaceId>, Failure> {
    match text {
        Some(text) => Ok(Some(lookup::workspace(administrator, text).await?.id)),
        None => Ok(None),
    }
}

/// Every job in one of these states.
async fn all(desk: &JobDesk, workspace: Option<WorkspaceId>, states: Vec<JobState>) -> Result<Vec<JobRecord>, Failure> {
    let mut query = JobQuery { workspace, states, limit: BATCH, ..JobQuery::default() };
    let mut records = Vec::new();
    loop {
        let more = desk.records(&query).await.or_fail("the jobs could not be read")?;
        let is_last = more.len() < usize::from(BATCH);
        query.after = more.last().map(|record| (record.job.workspace, record.job.id));
        records.extend(more);
        if is_last {
            return Ok(records);
        }
    }
}

/// The engagements that are meant, each once: all with a dead job, or those named by an id of theirs or of a job.
fn chosen(dead: &[JobRecord], ids: &[String]) -> Result<Vec<(WorkspaceId, EngagementId)>, Failure> {
    let mut chosen = Vec::new();
    let mut choose = |record: &JobRecord| {
        let one = (record.job.workspace, record.job.engagement);
        if !chosen.contains(&one) {
            chosen.push(one);
        }
    };
    if ids.is_empty() {
        dead.iter().for_each(&mut choose);
        return Ok(chosen);
    }
    for text in ids {
        let (job, engagement) = (text.parse::<JobId>().ok(), text.parse::<EngagementId>().ok());
        if job.is_none() && engagement.is_none() {
            return Err(Failure::usage(format!("{text} is no id of a job (job_…) or an engagement (ngmt_…)")));
        }
        let is_meant = |record: &&JobRecord| Some(record.job.id) == job || Some(record.job.engagement) == engagement;
        let found = dead.iter().find(is_meant);
        choose(found.ok_or_else(|| Failure::plain(format!("{text} has no dead job")))?);
    }
    Ok(chosen)
}

fn parse_state(text: &str) -> Result<JobState, Failure> {
    text.parse().map_err(|_| {
        let known = JobState::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>().join(", ");
        Failure::usage(format!("--state {text}: there are {known}"))
    })
}
