//! What decorators share: everything but the commit goes to the store inside.

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
            ) -> Result<(), hearken_domain::changeset::CommitError> {
                self.decorated_commit(changeset).await
            }
        }
    };
}

pub(crate) use decorates_commit;
