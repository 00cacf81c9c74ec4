//! The port of tags. They are made and changed by commits.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    ids::{EngagementId, TagId, WorkspaceId},
    query::{ListQuery, Page},
    store_error::StoreError,
    tag::Tag,
};

/// Tags, and which engagements have them.
///
/// What must hold: only the given workspace's rows are found; a deleted tag is found nowhere; lists are sorted by their
/// last change and then by id.
#[async_trait]
pub trait Tags: Send + Sync {
    /// One tag.
    async fn by_id(&self, workspace: WorkspaceId, id: TagId) -> Result<Option<Tag>, StoreError>;

    /// One page of a list.
    async fn list(&self, workspace: WorkspaceId, query: &ListQuery<TagId>) -> Result<Page<Tag>, StoreError>;

    /// Those that the tagger may give, oldest id first.
    async fn automatic(&self, workspace: WorkspaceId) -> Result<Vec<Tag>, StoreError>;

    /// The tags of these engagements, each list oldest id first: one entry for each id given, in that order.
    async fn of_engagements(&self, workspace: WorkspaceId, ids: &[EngagementId]) -> Result<Vec<Vec<Tag>>, StoreError>;
}

#[async_trait]
impl<P: Tags + ?Sized> Tags for Arc<P> {
    async fn by_id(&self, workspace: WorkspaceId, id: TagId) -> Result<Option<Tag>, StoreError> {
        (**self).by_id(workspace, id).await
    }

    async fn list(&self, workspace: WorkspaceId, query: &ListQuery<TagId>) -> Result<Page<Tag>, StoreError> {
        (**self).list(workspace, query).await
    }

    async fn automatic(&self, workspace: WorkspaceId) -> Result<Vec<Tag>, StoreError> {
        (**self).automatic(workspace).await
    }

    async fn of_engagements(&self, workspace: WorkspaceId, ids: &[EngagementId]) -> Result<Vec<Vec<Tag>>, StoreError> {
        (**self).of_engagements(workspace, ids).await
    }
}
