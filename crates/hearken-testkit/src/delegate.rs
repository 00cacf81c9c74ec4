//! What decorators share: everything but the commit, or the lease, goes to the store inside.

/// Implements `EngagementStore` for a type with a field `inner` and an `async fn decorated_commit(&self, changeset)`.
macro_rules! decorates_commit {
    ($name:ident) => {
        #[async_trait::async_trait]
        impl hearken_domain::ports::EngagementStore for $name {
            async fn by_id(
                &self,
                workspace: hearken_domain::ids::WorkspaceId,
                id: hearken_domain::ids::EngagementId,
            ) -> Result<Option<hearken_domain::engagement::Engagement>, hearken_domain::store_error::StoreError> {
                self.inner.by_id(workspace, id).await
            }

            async fn by_external_id(
                &self,
                workspace: hearken_domain::ids::WorkspaceId,
                external_id: &hearken_domain::text::ExternalId,
            ) -> Result<Option<hearken_domain::engagement::Engagement>, hearken_domain::store_error::StoreError> {
                self.inner.by_external_id(workspace, external_id).await
            }

            async fn list(
                &self,
                workspace: hearken_domain::ids::WorkspaceId,
                query: &hearken_domain::query::EngagementQuery,
            ) -> Result<
                hearken_domain::query::Page<hearken_domain::engagement::Engagement>,
                hearken_domain::store_error::StoreError,
            > {
                self.inner.list(workspace, query).await
            }

            async fn participants(
                &self,
                workspace: hearken_domain::ids::WorkspaceId,
                ids: &[hearken_domain::ids::EngagementId],
            ) -> Result<
                Vec<Vec<hearken_domain::engagement::ResolvedParticipant>>,
                hearken_domain::store_error::StoreError,
            > {
                self.inner.participants(workspace, ids).await
            }

            async fn transcripts(
                &self,
                workspace: hearken_domain::ids::WorkspaceId,
                id: hearken_domain::ids::EngagementId,
            ) -> Result<hearken_domain::timeline::Transcripts, hearken_domain::store_error::StoreError> {
                self.inner.transcripts(workspace, id).await
            }

            async fn commit(
                &self,
                changeset: hearken_domain::changeset::Changeset,
            ) -> Result<hearken_domain::time::Timestamp, hearken_domain::changeset::CommitError> {
                self.decorated_commit(changeset).await
            }
        }
    };
}

pub(crate) use decorates_commit;

/// Implements `JobQueue` for a type with a field `queue` and an `async fn decorated_lease(&self, lane, wanted, terms)`.
macro_rules! decorates_lease {
    ($name:ident) => {
        #[async_trait::async_trait]
        impl hearken_domain::ports::JobQueue for $name {
            async fn due(
                &self,
                lane: hearken_domain::job::JobLane,
                now: hearken_domain::time::Timestamp,
                after: Option<hearken_domain::ids::WorkspaceId>,
                limit: u16,
            ) -> Result<Vec<hearken_domain::ids::WorkspaceId>, hearken_domain::store_error::StoreError> {
                self.queue.due(lane, now, after, limit).await
            }

            async fn lease(
                &self,
                lane: hearken_domain::job::JobLane,
                wanted: &[hearken_domain::job::Share],
                terms: hearken_domain::job::LeaseTerms,
            ) -> Result<Vec<hearken_domain::job::LeasedJob>, hearken_domain::store_error::StoreError> {
                self.decorated_lease(lane, wanted, terms).await
            }

            async fn renew(
                &self,
                workspace: hearken_domain::ids::WorkspaceId,
                held: (hearken_domain::ids::JobId, hearken_domain::ids::LeaseToken),
                until: hearken_domain::time::Timestamp,
            ) -> Result<bool, hearken_domain::store_error::StoreError> {
                self.queue.renew(workspace, held, until).await
            }

            async fn records(
                &self,
                query: &hearken_domain::job::JobQuery,
            ) -> Result<Vec<hearken_domain::job::JobRecord>, hearken_domain::store_error::StoreError> {
                self.queue.records(query).await
            }

            async fn of_engagement(
                &self,
                workspace: hearken_domain::ids::WorkspaceId,
                engagement: hearken_domain::ids::EngagementId,
            ) -> Result<Vec<hearken_domain::job::JobRecord>, hearken_domain::store_error::StoreError> {
                self.queue.of_engagement(workspace, engagement).await
            }

            async fn end_leases(
                &self,
                lost: hearken_domain::job::LostLeases,
                now: hearken_domain::time::Timestamp,
            ) -> Result<Vec<hearken_domain::job::JobRecord>, hearken_domain::store_error::StoreError> {
                self.queue.end_leases(lost, now).await
            }
        }
    };
}

pub(crate) use decorates_lease;
