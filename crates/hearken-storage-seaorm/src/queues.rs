//! The ports of queued work, once for both stores: what is due, whose turn it is, and leases.

macro_rules! implement_queues {
    ($store:ty) => {
        #[async_trait]
        impl JobQueue for $store {
            async fn due(
                &self,
                lane: JobLane,
                now: Timestamp,
                after: Option<WorkspaceId>,
                limit: u16,
            ) -> Result<Vec<WorkspaceId>, StoreError> {
                Ok(self.reads.due_workspaces(lane, now, after, limit).await?)
            }

            async fn lease(
                &self,
                lane: JobLane,
                wanted: &[Share],
                terms: LeaseTerms,
            ) -> Result<Vec<LeasedJob>, StoreError> {
                let written = self.write(Write::LeaseJobs { lane, wanted: wanted.to_vec(), terms }).await?;
                Ok(written.into_jobs())
            }

            async fn renew(
                &self,
                workspace: WorkspaceId,
                held: (JobId, LeaseToken),
                until: Timestamp,
            ) -> Result<bool, StoreError> {
                let written = self.write(Write::RenewJob { workspace, held, until }).await?;
                Ok(written.is_renewed())
            }

            async fn records(&self, query: &JobQuery) -> Result<Vec<JobRecord>, StoreError> {
                Ok(self.reads.job_records(query).await?)
            }

            async fn of_engagement(
                &self,
                workspace: WorkspaceId,
                engagement: EngagementId,
            ) -> Result<Vec<JobRecord>, StoreError> {
                Ok(self.reads.jobs_of(workspace, engagement).await?)
            }

            async fn end_leases(&self, lost: LostLeases, now: Timestamp) -> Result<Vec<JobRecord>, StoreError> {
                Ok(self.write(Write::EndLeases { lost, now }).await?.into_lost())
            }
        }

        #[async_trait]
        impl Deliveries for $store {
            async fn due(
                &self,
                now: Timestamp,
                after: Option<&DeliveryLane>,
                limit: u16,
            ) -> Result<Vec<DeliveryLane>, StoreError> {
                Ok(self.reads.due_lanes(now, after, limit).await?)
            }

            async fn lease(
                &self,
                wanted: &[(DeliveryLane, u16)],
                terms: LeaseTerms,
            ) -> Result<Vec<LeasedDelivery>, StoreError> {
                let written = self.write(Write::LeaseDeliveries { wanted: wanted.to_vec(), terms }).await?;
                Ok(written.into_deliveries())
            }

            async fn by_id(&self, workspace: WorkspaceId, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
                Ok(self.reads.delivery(workspace, id).await?)
            }

            async fn of_endpoint(
                &self,
                workspace: WorkspaceId,
                endpoint: WebhookEndpointId,
                query: &ListQuery<DeliveryId>,
            ) -> Result<Page<Delivery>, StoreError> {
                Ok(self.reads.deliveries_of_endpoint(workspace, endpoint, query).await?)
            }

            async fn of_runs(
                &self,
                workspace: WorkspaceId,
                runs: &[WorkflowRunId],
            ) -> Result<Vec<Delivery>, StoreError> {
                Ok(self.reads.deliveries_of_runs(workspace, runs).await?)
            }

            async fn failed_since(
                &self,
                workspace: WorkspaceId,
                endpoint: WebhookEndpointId,
                since: Timestamp,
                limit: u16,
            ) -> Result<Vec<DeliveryId>, StoreError> {
                Ok(self.reads.failed_deliveries(workspace, endpoint, since, limit).await?)
            }
        }
    };
}

use async_trait::async_trait;
use hearken_domain::{
    delivery::{Delivery, DeliveryLane, LeasedDelivery},
    ids::{DeliveryId, EngagementId, JobId, LeaseToken, WebhookEndpointId, WorkflowRunId, WorkspaceId},
    job::{JobLane, JobQuery, JobRecord, LeaseTerms, LeasedJob, LostLeases, Share},
    ports::{Deliveries, JobQueue},
    query::{ListQuery, Page},
    store_error::StoreError,
    time::Timestamp,
};

use crate::{PostgresStore, SqliteStore, write::Write};

implement_queues!(SqliteStore);
implement_queues!(PostgresStore);
