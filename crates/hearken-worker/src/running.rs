//! The jobs that a loop has under way: begun, settled when they break off, and given back when the worker ends.

use std::{
    collections::{HashMap, HashSet},
    error::Error,
};

use hearken_application::pipeline::Pipeline;
use hearken_domain::{
    ids::WorkspaceId,
    job::LeasedJob,
    ports::{Clock, Ports},
    store_error::StoreError,
};
use tokio::{
    task::{Id, JoinError, JoinSet},
    time::{Instant, timeout_at},
};

use crate::{WorkerSettings, company::Presence, renewal::while_renewing};

pub(crate) struct Running {
    ports: Ports,
    pipeline: Pipeline,
    settings: WorkerSettings,
    tasks: JoinSet<Result<(), StoreError>>,
    jobs: HashMap<Id, LeasedJob>,
}

impl Running {
    /// Nothing is under way.
    pub(crate) fn new(ports: Ports, pipeline: Pipeline, settings: WorkerSettings) -> Self {
        Self { ports, pipeline, settings, tasks: JoinSet::new(), jobs: HashMap::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Whose jobs are under way.
    pub(crate) fn workspaces(&self) -> HashSet<WorkspaceId> {
        self.jobs.values().map(|job| job.job.workspace).collect()
    }

    /// Begins a job in this company.
    pub(crate) fn begin(&mut self, job: LeasedJob, presence: Presence) {
        let delay = self.ports.clock.now().since(job.job.run_at);
        metrics::histogram!("hearken_job_start_delay_seconds", "lane" => job.job.step.lane().as_str())
            .record(delay.as_secs_f64());
        let (ports, pipeline, leased) = (self.ports.clone(), self.pipeline.clone(), job.clone());
        let step = leased.job.step.as_str();
        let task = self.tasks.spawn(async move {
            let _presence = presence;
            let began = Instant::now();
            let taken = while_renewing(&ports, &leased, pipeline.take(&leased)).await;
            metrics::histogram!("hearken_job_seconds", "step" => step).record(began.elapsed().as_secs_f64());
            taken
        });
        self.jobs.insert(task.id(), job);
    }

    /// Waits until one has ended, and looks after all that have; for ever while nothing is under way.
    pub(crate) async fn one_ended(&mut self) -> Ended {
        match self.tasks.join_next_with_id().await {
            Some(ended) => Ended(ended),
            None => std::future::pending().await,
        }
    }

    /// Looks after one that has ended, and all others that have meanwhile.
    pub(crate) async fn look_after(&mut self, ended: Ended) {
        let mut next = Some(ended.0);
        while let Some(ended) = next {
            self.ended(ended).await;
            next = self.tasks.try_join_next_with_id();
        }
    }

    async fn ended(&mut self, ended: Result<(Id, Result<(), StoreError>), JoinError>) {
        let (id, outcome) = match ended {
            Ok((id, outcome)) => (id, Ok(outcome)),
            Err(error) => (error.id(), Err(error)),
        };
        let Some(job) = self.jobs.remove(&id) else { return };
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

    /// Lets what is under way end within the worker's grace, and gives the rest back.
    pub(crate) async fn end(mut self) {
        let deadline = Instant::now() + self.settings.grace;
        while !self.tasks.is_empty() {
            match timeout_at(deadline, self.tasks.join_next_with_id()).await {
                Ok(Some(ended)) => self.ended(ended).await,
                Ok(None) | Err(_) => break,
            }
        }
        self.tasks.shutdown().await;
        for job in self.jobs.values() {
            tracing::info!(job.id = %job.job.id, job.step = %job.job.step, "a job is given back");
            if let Err(error) = self.pipeline.put_back(job).await {
                tracing::warn!(job.id = %job.job.id, error = &error as &dyn Error, "a job was not given back; its lease will end");
            }
        }
    }
}

/// A task that has ended.
pub(crate) struct Ended(Result<(Id, Result<(), StoreError>), JoinError>);
