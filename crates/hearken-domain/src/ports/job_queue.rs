//! The port of queued steps. They are made and settled by commits; here they are found and leased.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    ids::{EngagementId, JobId, LeaseToken, WorkspaceId},
    job::{JobLane, JobQuery, JobRecord, LeaseTerms, LeasedJob, LostLeases, Share},
    store_error::StoreError,
    time::Timestamp,
};

/// Queued steps.
///
/// What must hold: of any number of leases of one job at one time at most one is granted; a job is due when it is queued
/// and its moment has come; each lease counts an attempt; only the token's holder renews; within a workspace jobs come by
/// their rank and the longest due first, but for the share of the newest live ones. A job whose lease was lost is queued
/// where [`after_death`](crate::job::after_death) says, and one that ends in order is back among the others of its step.
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

    /// Leases a share of the due jobs of each workspace named.
    async fn lease(&self, lane: JobLane, wanted: &[Share], terms: LeaseTerms) -> Result<Vec<LeasedJob>, StoreError>;

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

    /// Takes jobs back from processes that died, and gives them as they are then: suspects. The leases of
    /// [`OfOthers`](LostLeases::OfOthers) on deliveries end too; one that has run out needs no end.
    async fn end_leases(&self, lost: LostLeases, now: Timestamp) -> Result<Vec<JobRecord>, StoreError>;
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

    async fn lease(&self, lane: JobLane, wanted: &[Share], terms: LeaseTerms) -> Result<Vec<LeasedJob>, StoreError> {
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

    async fn end_leases(&self, lost: LostLeases, now: Timestamp) -> Result<Vec<JobRecord>, StoreError> {
        (**self).end_leases(lost, now).await
    }
}
