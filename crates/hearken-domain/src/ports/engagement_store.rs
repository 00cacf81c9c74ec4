//! The port of engagements: reads, and the one way to write.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    changeset::{Changeset, CommitError},
    engagement::{Engagement, ResolvedParticipant},
    ids::{EngagementId, WorkspaceId},
    query::{EngagementQuery, Page},
    store_error::StoreError,
    text::ExternalId,
    time::Timestamp,
    timeline::Transcripts,
};

/// Engagements, and every write of the service.
///
/// What must hold:
///
/// - A commit is all or nothing, and durable when it returns `Ok`.
/// - Of any number of commits with one external id in one workspace exactly one succeeds; the others are
///   [`CommitError::KeyTaken`] with the winner's id, whatever else is wrong with them. Other workspaces are not
///   concerned.
/// - A change whose expected version is no longer the stored one is [`CommitError::Stale`].
/// - A settlement whose token is not the holder's, and an upload that is not in the expected state, are
///   [`CommitError::LeaseLost`].
/// - A contact's e-mail or a company's domain that another one has is [`CommitError::Stale`]; a user's e-mail, and any
///   id, is [`CommitError::Exists`].
/// - What a commit wrote is seen by every read that begins after it returned; an ascending walk by the last change sees
///   it once no write is under way that may come before it.
/// - Nothing is ever committed at or before a place that an ascending walk by the last change has passed: not by another
///   process, not by a slow write, not with a clock that is behind or stepped back.
/// - No read or write of one workspace shows or touches another's rows.
/// - A list is sorted by its moment and then by id; a walk shows every row that does not change once, also while other
///   rows change; invisible rows are neither listed nor counted.
#[async_trait]
pub trait EngagementStore: Send + Sync {
    /// The engagement with this id.
    async fn by_id(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Option<Engagement>, StoreError>;

    /// The engagement with this external id, compared byte for byte.
    async fn by_external_id(
        &self,
        workspace: WorkspaceId,
        external_id: &ExternalId,
    ) -> Result<Option<Engagement>, StoreError>;

    /// One page of a list.
    async fn list(&self, workspace: WorkspaceId, query: &EngagementQuery) -> Result<Page<Engagement>, StoreError>;

    /// Who took part in these engagements: one entry for each id given, in that order; empty for an unknown id.
    async fn participants(
        &self,
        workspace: WorkspaceId,
        ids: &[EngagementId],
    ) -> Result<Vec<Vec<ResolvedParticipant>>, StoreError>;

    /// The texts of an engagement; nothing for an unknown id.
    async fn transcripts(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Transcripts, StoreError>;

    /// Applies a changeset, whole or not at all, and gives the moment that nothing in it is earlier than: what was made
    /// and changed bears this moment where its own was earlier ([`Moments::Ordered`](crate::order::Moments)).
    async fn commit(&self, changeset: Changeset) -> Result<Timestamp, CommitError>;
}

#[async_trait]
impl<P: EngagementStore + ?Sized> EngagementStore for Arc<P> {
    async fn by_id(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Option<Engagement>, StoreError> {
        (**self).by_id(workspace, id).await
    }

    async fn by_external_id(
        &self,
        workspace: WorkspaceId,
        external_id: &ExternalId,
    ) -> Result<Option<Engagement>, StoreError> {
        (**self).by_external_id(workspace, external_id).await
    }

    async fn list(&self, workspace: WorkspaceId, query: &EngagementQuery) -> Result<Page<Engagement>, StoreError> {
        (**self).list(workspace, query).await
    }

    async fn participants(
        &self,
        workspace: WorkspaceId,
        ids: &[EngagementId],
    ) -> Result<Vec<Vec<ResolvedParticipant>>, StoreError> {
        (**self).participants(workspace, ids).await
    }

    async fn transcripts(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Transcripts, StoreError> {
        (**self).transcripts(workspace, id).await
    }

    async fn commit(&self, changeset: Changeset) -> Result<Timestamp, CommitError> {
        (**self).commit(changeset).await
    }
}
