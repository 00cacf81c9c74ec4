//! One lane of jobs: leases as many as there are places, workspaces in turn, and has them done.

use std::{
    collections::{HashMap, HashSet},
    error::Error,
    time::Duration,
};

use hearken_application::pipeline::Pipeline;
use hearken_domain::{
    ids::{LeaseToken, WorkspaceId},
    job::{JobLane, LeaseTerms, LeasedJob},
    ports::{Clock, IdSource, JobQueue, Ports},
    store_error::StoreError,
    time::Timestamp,
};
use tokio::{
    sync::watch,
    task::{Id, JoinError, JoinSet},
    time::{Instant, sleep_until, timeout_at},
};

use crate::{
    WorkerSettings,
    bell::Ear,
    renewal::{LEASE, while_renewing},
};

/// How long to wait before looking again when nobody rings.
pub(crate) const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long to wait when the store cannot be asked.
pub(crate) const STORE_PAUSE: Duration = Duration::from_secs(2);
/// How often to ask whether an engine that was missing is there.
const ENGINE_PAUSE: Duration = Duration::from_secs(5);

pub(crate) struct JobLoop {
    pub(crate) ports: Ports,
    pub(crate) pipeline: Pipeline,
    pub(crate) settings: WorkerSettings,
    pub(crate) lane: JobLane,
    pub(crate) places: usize,
}

/// What is under way, and whose turn is next.
#[derive(Default)]
struct Under {
    tasks: JoinSet<Result<(), StoreError>>,
    jobs: HashMap<Id, LeasedJob>,
    last: Option<WorkspaceId>,
    engine: Engine,
}

/// Whether the lane's engine is there, as far as it was asked.
#[derive(Default)]
struct Engine {
    is_missing: bool,
    ask_at: Option<Instant>,
}

impl JobLoop {
    /// Runs until it is told to end; then lets what is under way end, and gives the rest back.
    pub(crate) async fn run(self, mut ear: Ear, mut stop: watch::Receiver<bool>) {
        let mut under = Under::default();
        loop {
            let look_at = match self.fill(&mut under).await {
                Ok(()) => Instant::now() + LOOK_EVERY,
                Err(error) => {
                    tracing::warn!(lane = %self.lane, error = &error as &dyn Error, "jobs could not be leased");
                    Instant::now() + STORE_PAUSE
                }
            };
            tokio::select! {
                () = ear.heard() => {}
                Some(ended) = under.tasks.join_next_with_id(), if !under.tasks.is_empty() => {
                    self.ended(&mut under, ended).await;
                }
                () = sleep_until(look_at) => {}
                () = told_to_end(&mut stop) => break,
            }
            while let Some(ended) = under.tasks.try_join_next_with_id() {
                self.ended(&mut under, ended).await;
            }
        }
        self.end(under).await;
    }

    /// Leases as many jobs as there are places, and begins them.
    async fn fill(&self, under: &mut Under) -> Result<(), StoreError> {
        let free = self.places.saturating_sub(under.tasks.len());
        let guests = if free == 0 { (self.places + self.guests()).saturating_sub(under.tasks.len()) } else { 0 };
        if free + guests == 0 || !self.has_engine(&mut under.engine).await {
            return Ok(());
        }
        let now = self.ports.clock.now();
        let turns = match guests {
            0 => self.turns(&mut under.last, free, now).await?,
            _ => self.newcomers(under, guests, now).await?,
        };
        if turns.is_empty() {
            return Ok(());
        }
        let token = LeaseToken::from(self.ports.ids.ulid(now));
        let terms = LeaseTerms { token, process: self.settings.process, now, until: now.after(LEASE) };
        let leased = self.ports.queue.lease(self.lane, &turns, terms).await?;
        for job in leased {
            self.begin(under, job);
        }
        Ok(())
    }

    /// Who gets how many places: each workspace with due jobs in its turn, equally many.
    async fn turns(
        &self,
        last: &mut Option<WorkspaceId>,
        free: usize,
        now: Timestamp,
    ) -> Result<Vec<(WorkspaceId, u16)>, StoreError> {
        let limit = u16::try_from(free).unwrap_or(u16::MAX);
        let mut turn = self.ports.queue.due(self.lane, now, *last, limit).await?;
        if turn.len() < free && last.is_some() {
            let missing = u16::try_from(free - turn.len()).unwrap_or(u16::MAX);
            for workspace in self.ports.queue.due(self.lane, now, None, missing).await? {
                if !turn.contains(&workspace) {
                    turn.push(workspace);
                }
            }
        }
        if let Some(workspace) = turn.last() {
            *last = Some(*workspace);
        }
        Ok(shares(&turn, free))
    }

    /// How many more places there are for workspaces of which nothing is under way. Those who listen have none: their
    /// places are as many as there are cores.
    fn guests(&self) -> usize {
        match self.lane {
            JobLane::Quick => (self.places / 4).max(1),
            JobLane::Speech => 0,
        }
    }

    /// One job each of workspaces that have something due and nothing under way: they do not wait until somebody else's
    /// long queue leaves them a place.
    async fn newcomers(
        &self,
        under: &Under,
        guests: usize,
        now: Timestamp,
    ) -> Result<Vec<(WorkspaceId, u16)>, StoreError> {
        let served: HashSet<WorkspaceId> = under.jobs.values().map(|job| job.job.workspace).collect();
        let limit = u16::try_from(served.len() + guests).unwrap_or(u16::MAX);
        let due = self.ports.queue.due(self.lane, now, None, limit).await?;
        let new = due.into_iter().filter(|workspace| !served.contains(workspace));
        Ok(new.take(guests).map(|workspace| (workspace, 1)).collect())
    }

    fn begin(&self, under: &mut Under, job: LeasedJob) {
        let delay = self.ports.clock.now().since(job.job.run_at);
        metrics::histogram!("hearken_job_start_delay_seconds", "lane" => self.lane.as_str())
            .record(delay.as_secs_f64());
        let (ports, pipeline, leased) = (self.ports.clone(), self.pipeline.clone(), job.clone());
        let step = leased.job.step.as_str();
        let task = under.tasks.spawn(async move {
            let began = Instant::now();
            let taken = while_renewing(&ports, &leased, pipeline.take(&leased)).await;
            metrics::histogram!("hearken_job_seconds", "step" => step).record(began.elapsed().as_secs_f64());
            taken
        });
        under.jobs.insert(task.id(), job);
    }

    async fn ended(&self, under: &mut Under, ended: Result<(Id, Result<(), StoreError>), JoinError>) {
        let (id, outcome) = match ended {
            Ok((id, outcome)) => (id, Ok(outcome)),
            Err(error) => (error.id(), Err(error)),
        };
        let Some(job) = under.jobs.remove(&id) else { return };
        let step = job.job.step.as_str();
        match outcome {
            Ok(Ok(())) => metrics::counter!("hearken_jobs_total", "step" => step, "outcome" => "settled").increment(1),
            Ok(Err(error)) => {
                metrics::counter!("hearken_jobs_total", "step" => step, "outcome" => "unsettled").increment(1);
                tracing::warn!(job.id = %job.job.id, error = &error as &dyn Error, "a job was not settled; its lease will end");
            }
            Err(panic) => {
                metrics::counter!("hearken_jobs_total", "step" => step, "outcome" => "broke_off").increment(1);
                tracing::error!(job.id = %job.job.id, job.step = step, error = %panic, "a step broke off");
                if let Err(error) = self.pipeline.broke_off(&job).await {
                    tracing::warn!(job.id = %job.job.id, error = &error as &dyn Error, "a job was not settled; its lease will end");
                }
            }
        }
    }

    /// Recordings are not leased while nobody can listen to them: they wait where they are.
    async fn has_engine(&self, engine: &mut Engine) -> bool {
        if self.lane != JobLane::Speech {
            return true;
        }
        if engine.ask_at.is_some_and(|at| Instant::now() < at) {
            return !engine.is_missing;
        }
        let missing = self.pipeline.closed_to_speech().await;
        match &missing {
            Some(error) if !engine.is_missing => {
                tracing::warn!(speech.code = error.code, "recordings wait to be transcribed: {error}");
            }
            None if engine.is_missing => tracing::info!("a speech engine is there: recordings go on"),
            Some(_) | None => {}
        }
        engine.is_missing = missing.is_some();
        engine.ask_at = Some(Instant::now() + ENGINE_PAUSE);
        !engine.is_missing
    }

    async fn end(&self, mut under: Under) {
        let deadline = Instant::now() + self.settings.grace;
        while !under.tasks.is_empty() {
            match timeout_at(deadline, under.tasks.join_next_with_id()).await {
                Ok(Some(ended)) => self.ended(&mut under, ended).await,
                Ok(None) | Err(_) => break,
            }
        }
        under.tasks.shutdown().await;
        for job in under.jobs.values() {
            tracing::info!(job.id = %job.job.id, job.step = %job.job.step, "a job is given back");
            if let Err(error) = self.pipeline.put_back(job).await {
                tracing::warn!(job.id = %job.job.id, error = &error as &dyn Error, "a job was not given back; its lease will end");
            }
        }
    }
}

/// Returns once the worker is to end; at once when whoever could say so is gone.
pub(crate) async fn told_to_end(stop: &mut watch::Receiver<bool>) {
    while !*stop.borrow_and_update() && stop.changed().await.is_ok() {}
}

/// Equal shares of the places, at least one each, as far as they go.
fn shares(turn: &[WorkspaceId], free: usize) -> Vec<(WorkspaceId, u16)> {
    let turn = &turn[..turn.len().min(free)];
    if turn.is_empty() {
        return Vec::new();
    }
    let (each, more) = (free / turn.len(), free % turn.len());
    let share = |(i, workspace): (usize, &WorkspaceId)| {
        (*workspace, u16::try_from(each + usize::from(i < more)).unwrap_or(u16::MAX))
    };
    turn.iter().enumerate().map(share).collect()
}

#[cfg(test)]
mod tests {
    use hearken_domain::ids::Ulid;

    use super::*;

    #[test]
    fn places_are_shared_equally_and_never_more_than_there_are() {
        let of = |n: u64| WorkspaceId::from(Ulid::from_parts(n, 1));
        let counts = |turn: &[WorkspaceId], free| shares(turn, free).iter().map(|share| share.1).collect::<Vec<_>>();
        assert_eq!(counts(&[of(1), of(2), of(3)], 8), [3, 3, 2]);
        assert_eq!(counts(&[of(1), of(2), of(3)], 2), [1, 1]);
        assert_eq!(counts(&[of(1)], 5), [5]);
        assert!(counts(&[], 5).is_empty());
    }
}
