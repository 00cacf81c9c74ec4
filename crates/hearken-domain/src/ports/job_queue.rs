//! The port of queued steps. They are made and settled by commits; here they are found and leased.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    ids::{EngagementId, JobId, LeaseToken, ProcessId, WorkspaceId},
    job::{JobLane, JobQuery, JobRecord, LeaseTerms, LeasedJob},
    store_error::StoreError,
    time::Timestamp,
};

/// Queued steps.
///
/// What must hold: of any number of leases of one job at one time at most one is granted; a job is due when it is queued
/// and its moment has come, or when it is running and its lease has ended; each lease counts an attempt, and one of an
/// ended lease counts a crash; only the token's holder renews; within a workspace the longest due comes first.
#[async_trait]
pub trait JobQueue: Send + Sync {
    /// Workspaces that have due jobs of a lane, after the given one in the order of ids, at most `limit`. Reads only.
    async fn due(
        &self,
        lane: JobLane,
        now: Timestamp,
        after: Option<WorkspaceId>,
        limit: u16,
    ) -> Result<Vec<WorkspaceId>, StoreError>;

    /// Leases at most so many due jobs of each workspace named.
    async fn lease(
        &self,
        lane: JobLane,
        wanted: &[(WorkspaceId, u16)],
        terms: LeaseTerms,
    ) -> Result<Vec<LeasedJob>, StoreError>;

    /// Makes a lease run longer; `false` when it is no longer the token's.
    async fn renew(
        &self,
        workspace: WorkspaceId,
        held: (JobId, LeaseToken),
        until: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Jobs as an operator sees them, in the order of workspace and id.
    async fn records(&self, query: &JobQuery) -> Result<Vec<JobRecord>, StoreError>;

    /// The jobs of an engagement, oldest id first.
    async fn of_engagement(
        &self,
        workspace: WorkspaceId,
        engagement: EngagementId,
    ) -> Result<Vec<JobRecord>, StoreError>;

    /// Ends the leases of other processes, on jobs and on deliveries. Only for a process that knows itself to be the only
    /// one, when it starts.
    async fn end_leases_of_others(&self, process: ProcessId, now: Timestamp) -> Result<(), StoreError>;
}

#[async_trait]
impl<P: JobQueue + ?Sized> JobQueue for Arc<P> {
    async fn due(
        &self,
        lane: JobLane,
        now: Timestamp,
        after: Option<WorkspaceId>,
        limit: u16,
    ) -> Result<Vec<WorkspaceId>, StoreError> {
        (**self).due(lane, now, after, limit).await
    }

    async fn lease(
        &self,
        lane: JobLane,
        wanted: &[(WorkspaceId, u16)],
        terms: LeaseTerms,
    ) -> Result<Vec<LeasedJob>, StoreError> {
        (**self).lease(lane, wanted, terms).await
    }

    async fn renew(
        &self,
        workspace: WorkspaceId,
        held: (JobId, LeaseToken),
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        (**self).renew(workspace, held, until).await
    }

    async fn records(&self, query: &JobQuery) -> Result<Vec<JobRecord>, StoreError> {
        (**self).records(query).await
    }

    async fn of_engagement(
        &self,
        workspace: WorkspaceId,
        engagement: EngagementId,
    ) -> Result<Vec<JobRecord>, StoreError> {
        (**self).of_engagement(workspace, engagement).await
    }

    async fn end_leases_of_others(&self, process: ProcessId, now: Timestamp) -> Result<(), StoreError> {
        (**self).end_leases_of_others(process, now).await
    }
}
