//! Suspects, the jobs that a process died with: taken back, and taken again one at a time.
//!
//! Beside one suspect others run that are none, so a crash is most likely the suspect's. The crash that would end it has
//! to be its own: before that it runs with nothing beside it.

use std::error::Error;

use hearken_application::{jobs, pipeline::Pipeline};
use hearken_domain::{
    ids::{LeaseToken, WorkspaceId},
    job::{JobLane, LeaseTerms, LostLeases, Share},
    ports::{Clock, IdSource, JobQueue, Ports},
    store_error::StoreError,
};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use crate::{
    WorkerSettings,
    company::{Company, Presence},
    job_loop::{LOOK_EVERY, STORE_PAUSE, told_to_end},
    listener::Listener,
    renewal::LEASE,
    running::Running,
};

/// Quick ones first, so that none waits for a recording; those that need the process to themselves last.
const IN_COMPANY: [JobLane; 2] = [JobLane::QuickSuspect, JobLane::SpeechSuspect];
const ALONE: [JobLane; 2] = [JobLane::QuickAlone, JobLane::SpeechAlone];

pub(crate) struct SuspectLoop {
    ports: Ports,
    pipeline: Pipeline,
    settings: WorkerSettings,
    company: Company,
    running: Running,
    listener: Listener,
    last: Option<WorkspaceId>,
}

impl SuspectLoop {
    pub(crate) fn new(ports: Ports, pipeline: Pipeline, settings: WorkerSettings, company: Company) -> Self {
        let running = Running::new(ports.clone(), pipeline.clone(), settings);
        Self { ports, pipeline, settings, company, running, listener: Listener::default(), last: None }
    }

    /// Runs until it is told to end. It looks once a second and whenever its job has ended: suspects are rare, so no
    /// commit wakes it.
    pub(crate) async fn run(mut self, mut stop: watch::Receiver<bool>) {
        loop {
            let look_at = match self.look(&mut stop).await {
                Ok(()) => Instant::now() + LOOK_EVERY,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn Error, "suspects could not be looked for");
                    Instant::now() + STORE_PAUSE
                }
            };
            let ended = tokio::select! {
                ended = self.running.one_ended() => Some(ended),
                () = sleep_until(look_at) => None,
                () = told_to_end(&mut stop) => break,
            };
            if let Some(ended) = ended {
                self.running.look_after(ended).await;
            }
        }
        self.running.end().await;
    }

    async fn look(&mut self, stop: &mut watch::Receiver<bool>) -> Result<(), StoreError> {
        jobs::take_back(&self.ports, LostLeases::RunOut).await?;
        if self.running.len() > 0 {
            return Ok(());
        }
        for lane in IN_COMPANY {
            if let Some(workspace) = self.next(lane).await?
                && let Some(presence) = self.company.beside(lane)
                && self.begin((lane, workspace), presence).await?
            {
                return Ok(());
            }
        }
        for lane in ALONE {
            let Some(workspace) = self.next(lane).await? else { continue };
            let presence = tokio::select! {
                presence = self.company.alone() => presence,
                () = told_to_end(stop) => return Ok(()),
            };
            if self.begin((lane, workspace), presence).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Whose turn it is in this lane.
    async fn next(&mut self, lane: JobLane) -> Result<Option<WorkspaceId>, StoreError> {
        let now = self.ports.clock.now();
        let mut due = self.ports.queue.due(lane, now, self.last, 1).await?;
        if due.is_empty() && self.last.is_some() {
            due = self.ports.queue.due(lane, now, None, 1).await?;
        }
        let is_heard = due.is_empty() || !lane.listens() || self.listener.is_there(&self.pipeline).await;
        Ok(due.pop().filter(|_| is_heard))
    }

    /// Leases one and begins it; `false` when another process was faster.
    async fn begin(
        &mut self,
        (lane, workspace): (JobLane, WorkspaceId),
        presence: Presence,
    ) -> Result<bool, StoreError> {
        let now = self.ports.clock.now();
        let token = LeaseToken::from(self.ports.ids.ulid(now));
        let terms = LeaseTerms { token, process: self.settings.process, now, until: now.after(LEASE) };
        let mut leased = self.ports.queue.lease(lane, &[Share::of(workspace, 1)], terms).await?;
        let Some(job) = leased.pop() else { return Ok(false) };
        self.last = Some(workspace);
        self.running.begin(job, presence);
        Ok(true)
    }
}
