//! Queued steps: who has due ones, their leases, and what an operator sees.

use async_trait::async_trait;
use hearken_domain::{
    ids::{EngagementId, JobId, LeaseToken, ProcessId, WorkspaceId},
    job::{Job, JobLane, JobQuery, JobRecord, JobState, LeaseTerms, LeasedJob},
    ports::JobQueue,
    store_error::StoreError,
    time::Timestamp,
};

use super::{
    MemoryStore,
    state::{Held, StoredJob, Tenant},
};

#[async_trait]
impl JobQueue for MemoryStore {
    async fn due(
        &self,
        lane: JobLane,
        now: Timestamp,
        after: Option<WorkspaceId>,
        limit: u16,
    ) -> Result<Vec<WorkspaceId>, StoreError> {
        let state = self.lock();
        let has_due = |tenant: &Tenant| tenant.jobs.values().any(|job| job.is_due(lane, now));
        let behind = state.tenants.iter().filter(|(id, _)| after.is_none_or(|after| **id > after));
        Ok(behind.filter(|(_, tenant)| has_due(tenant)).map(|(id, _)| *id).take(usize::from(limit)).collect())
    }

    async fn lease(
        &self,
        lane: JobLane,
        wanted: &[(WorkspaceId, u16)],
        terms: LeaseTerms,
    ) -> Result<Vec<LeasedJob>, StoreError> {
        let mut state = self.lock();
        let mut leased = Vec::new();
        for (workspace, most) in wanted {
            if let Some(tenant) = state.tenants.get_mut(workspace) {
                leased.extend(lease(tenant, (lane, *most), terms));
            }
        }
        Ok(leased)
    }

    async fn renew(
        &self,
        workspace: WorkspaceId,
        (id, token): (JobId, LeaseToken),
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut state = self.lock();
        let job = state.tenants.get_mut(&workspace).and_then(|tenant| tenant.jobs.get_mut(&id));
        let Some(job) = job.filter(|job| job.held.is_some_and(|held| held.token == token)) else { return Ok(false) };
        job.due_at = Some(until);
        Ok(true)
    }

    async fn records(&self, query: &JobQuery) -> Result<Vec<JobRecord>, StoreError> {
        let JobQuery { workspace, engagement, states, after, limit } = query;
        let is_wanted = |record: &JobRecord| {
            let JobRecord { job, state, .. } = record;
            workspace.is_none_or(|workspace| job.workspace == workspace)
                && engagement.is_none_or(|engagement| job.engagement == engagement)
                && (states.is_empty() || states.contains(state))
                && after.is_none_or(|after| (job.workspace, job.id) > after)
        };
        let state = self.lock();
        let all = state.tenants.values().flat_map(|tenant| tenant.jobs.values()).map(StoredJob::record);
        Ok(all.filter(is_wanted).take(usize::from(*limit)).collect())
    }

    async fn of_engagement(
        &self,
        workspace: WorkspaceId,
        engagement: EngagementId,
    ) -> Result<Vec<JobRecord>, StoreError> {
        let is_its = |stored: &&StoredJob| stored.job.engagement == engagement;
        Ok(self.read(workspace, |tenant| tenant.jobs.values().filter(is_its).map(StoredJob::record).collect()))
    }

    async fn end_leases_of_others(&self, process: ProcessId, now: Timestamp) -> Result<(), StoreError> {
        let is_others = |held: Option<Held>| held.is_some_and(|held| held.process != process);
        for tenant in self.lock().tenants.values_mut() {
            for job in tenant.jobs.values_mut().filter(|job| is_others(job.held)) {
                job.due_at = Some(now);
            }
            for stored in tenant.deliveries.values_mut().filter(|stored| is_others(stored.held)) {
                stored.delivery.next_attempt_at = Some(now);
            }
        }
        Ok(())
    }
}

/// The longest due first.
fn lease(tenant: &mut Tenant, (lane, most): (JobLane, u16), terms: LeaseTerms) -> Vec<LeasedJob> {
    let mut due: Vec<&mut StoredJob> = tenant.jobs.values_mut().filter(|job| job.is_due(lane, terms.now)).collect();
    due.sort_by_key(|job| (job.due_at, job.job.id));
    due.into_iter().take(usize::from(most)).map(|job| job.lease(terms)).collect()
}

impl StoredJob {
    /// As it is when it was made.
    pub(super) fn new(job: Job) -> Self {
        let due_at = Some(job.run_at);
        Self { job, state: JobState::Queued, attempt: 0, crashes: 0, note: None, due_at, held: None }
    }

    fn is_due(&self, lane: JobLane, now: Timestamp) -> bool {
        self.job.step.lane() == lane && self.due_at.is_some_and(|due_at| due_at <= now)
    }

    fn lease(&mut self, terms: LeaseTerms) -> LeasedJob {
        let LeaseTerms { token, process, now: _, until } = terms;
        if self.state == JobState::Running {
            self.crashes += 1;
        }
        self.state = JobState::Running;
        self.attempt += 1;
        self.due_at = Some(until);
        self.held = Some(Held { token, process });
        LeasedJob { job: self.job.clone(), attempt: self.attempt, crashes: self.crashes, token }
    }

    fn record(&self) -> JobRecord {
        let Self { job, state, attempt, crashes, note, due_at: _, held: _ } = self;
        JobRecord { job: job.clone(), state: *state, attempt: *attempt, crashes: *crashes, note: note.clone() }
    }
}
