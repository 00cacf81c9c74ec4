//! What the operator sees and does of jobs, and what is done with those of dead processes.

use hearken_domain::{
    changeset::CommitError,
    engagement::Context,
    ids::{EngagementId, WorkspaceId},
    job::{JobQuery, JobRecord, LostLeases},
    pipeline,
    ports::{Clock, EngagementStore, JobQueue, Ports},
    store_error::StoreError,
};

use crate::writing::DECISIONS;

/// Takes jobs back from processes that died with them, and names each to the operator.
pub async fn take_back(ports: &Ports, lost: LostLeases) -> Result<(), StoreError> {
    for record in ports.queue.end_leases(lost, ports.clock.now()).await? {
        tracing::warn!(
            job.id = %record.job.id,
            engagement.id = %record.job.engagement,
            job.step = %record.job.step,
            job.lane = %record.lane,
            job.attempt = record.attempt,
            job.crashes = record.crashes,
            "a process lost this job, and may have died of it; it is taken again apart from other suspects"
        );
    }
    Ok(())
}

/// The operator's view of the queue.
#[derive(Clone)]
pub struct JobDesk {
    ports: Ports,
}

/// Why a job was not driven again.
#[derive(Debug, thiserror::Error)]
pub enum RetryError {
    /// The engagement has no dead job.
    #[error("the engagement has no dead job")]
    NothingDead,
    /// The store could not be read.
    #[error("the store could not be read")]
    Store(#[from] StoreError),
    /// The write did not happen, or may not have.
    #[error("the change could not be written")]
    Commit(#[source] CommitError),
}

impl JobDesk {
    /// Over these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Jobs, in the order of workspace and id.
    pub async fn records(&self, query: &JobQuery) -> Result<Vec<JobRecord>, StoreError> {
        self.ports.queue.records(query).await
    }

    /// Drives every dead job of an engagement again, and says how many there were.
    pub async fn retry(&self, workspace: WorkspaceId, engagement: EngagementId) -> Result<usize, RetryError> {
        let mut refusal = CommitError::Stale;
        for _ in 0..DECISIONS {
            let found = self.ports.store.by_id(workspace, engagement).await?.ok_or(RetryError::NothingDead)?;
            let jobs = self.ports.queue.of_engagement(workspace, engagement).await?;
            let context = Context { now: self.ports.clock.now(), ids: &*self.ports.ids, events: &*self.ports.events };
            let changeset = pipeline::retried(&found, &jobs, &context).ok_or(RetryError::NothingDead)?;
            let revived = changeset.revived_jobs.len();
            match self.ports.store.commit(changeset).await {
                Ok(_) => return Ok(revived),
                Err(error @ CommitError::Stale) => refusal = error,
                Err(error) => return Err(RetryError::Commit(error)),
            }
        }
        Err(RetryError::Commit(refusal))
    }
}
