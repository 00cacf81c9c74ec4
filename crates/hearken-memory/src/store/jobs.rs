//! Queued steps: who has due ones, their leases, and what an operator sees.

use std::collections::BTreeSet;

use async_trait::async_trait;
use hearken_domain::{
    ids::{EngagementId, JobId, LeaseToken, WorkspaceId},
    job::{Job, JobLane, JobQuery, JobRecord, JobState, LeaseTerms, LeasedJob, LostLeases, Rank, Share, after_death},
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

    async fn lease(&self, lane: JobLane, wanted: &[Share], terms: LeaseTerms) -> Result<Vec<LeasedJob>, StoreError> {
        let mut state = self.lock();
        let mut leased = Vec::new();
        for share in wanted {
            if let Some(tenant) = state.tenants.get_mut(&share.workspace) {
                leased.extend(lease(tenant, (lane, *share), terms));
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

    async fn end_leases(&self, lost: LostLeases, now: Timestamp) -> Result<Vec<JobRecord>, StoreError> {
        let is_lost = |held: Option<Held>, until: Option<Timestamp>| match lost {
            LostLeases::RunOut => held.is_some() && until.is_some_and(|until| until <= now),
            LostLeases::OfOthers(process) => held.is_some_and(|held| held.process != process),
        };
        let mut suspects = Vec::new();
        for tenant in self.lock().tenants.values_mut() {
            for job in tenant.jobs.values_mut().filter(|job| is_lost(job.held, job.due_at)) {
                job.lose(now);
                suspects.push(job.record());
            }
            for stored in tenant.deliveries.values_mut().filter(|stored| is_lost(stored.held, None)) {
                stored.delivery.next_attempt_at = Some(now);
            }
        }
        Ok(suspects)
    }
}

/// The newest live ones as far as their share goes, then by rank and the longest due first.
fn lease(tenant: &mut Tenant, (lane, share): (JobLane, Share), terms: LeaseTerms) -> Vec<LeasedJob> {
    let place = |job: &StoredJob| (job.job.rank, job.due_at, job.job.id);
    let mut due: Vec<&mut StoredJob> = tenant.jobs.values_mut().filter(|job| job.is_due(lane, terms.now)).collect();
    due.sort_by_key(|job| place(job));
    let live = due.iter().filter(|job| job.job.rank == Rank::Live).rev();
    let newest: BTreeSet<JobId> = live.take(usize::from(share.newest.min(share.most))).map(|job| job.job.id).collect();
    due.sort_by_key(|job| !newest.contains(&job.job.id));
    due.truncate(usize::from(share.most));
    due.sort_by_key(|job| place(job));
    due.into_iter().map(|job| job.lease(terms)).collect()
}

impl StoredJob {
    /// As it is when it was made.
    pub(super) fn new(job: Job) -> Self {
        let (due_at, lane) = (Some(job.run_at), job.step.lane());
        Self { job, state: JobState::Queued, lane, attempt: 0, crashes: 0, note: None, due_at, held: None }
    }

    fn is_due(&self, lane: JobLane, now: Timestamp) -> bool {
        self.state == JobState::Queued && self.lane == lane && self.due_at.is_some_and(|due_at| due_at <= now)
    }

    fn lease(&mut self, terms: LeaseTerms) -> LeasedJob {
        let LeaseTerms { token, process, until, .. } = terms;
        self.state = JobState::Running;
        self.attempt += 1;
        self.due_at = Some(until);
        self.held = Some(Held { token, process });
        LeasedJob { job: self.job.clone(), attempt: self.attempt, crashes: self.crashes, token }
    }

    /// Its process died with it.
    fn lose(&mut self, now: Timestamp) {
        (self.lane, self.crashes) = after_death(self.job.step, self.lane, self.crashes);
        self.state = JobState::Queued;
        self.job.run_at = now;
        self.due_at = Some(now);
        self.held = None;
    }

    fn record(&self) -> JobRecord {
        let Self { job, state, lane, attempt, crashes, note, due_at: _, held: _ } = self;
        let (job, note) = (job.clone(), note.clone());
        JobRecord { job, state: *state, lane: *lane, attempt: *attempt, crashes: *crashes, note }
    }
}
