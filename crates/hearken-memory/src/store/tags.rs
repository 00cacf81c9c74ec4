//! Tags, and which engagements have them.

use async_trait::async_trait;
use hearken_domain::{
    ids::{EngagementId, TagId, WorkspaceId},
    ports::Tags,
    query::{ListQuery, Page},
    store_error::StoreError,
    tag::Tag,
};

use super::{MemoryStore, row};

#[async_trait]
impl Tags for MemoryStore {
    async fn by_id(&self, workspace: WorkspaceId, id: TagId) -> Result<Option<Tag>, StoreError> {
        Ok(self.read(workspace, |tenant| row::one(&tenant.tags, id)))
    }

    async fn list(&self, workspace: WorkspaceId, query: &ListQuery<TagId>) -> Result<Page<Tag>, StoreError> {
        let found = self.read(workspace, |tenant| Some(row::listed(&tenant.tags, query)));
        Ok(found.unwrap_or_else(row::empty))
    }

    async fn automatic(&self, workspace: WorkspaceId) -> Result<Vec<Tag>, StoreError> {
        Ok(self.read(workspace, |tenant| {
            row::there(&tenant.tags).filter(|tag| tag.auto_tagging_enabled).cloned().collect()
        }))
    }

    async fn of_engagements(&self, workspace: WorkspaceId, ids: &[EngagementId]) -> Result<Vec<Vec<Tag>>, StoreError> {
        let of = |id: &EngagementId| self.read(workspace, |tenant| tenant.tags_of(*id).cloned().collect());
        Ok(ids.iter().map(of).collect())
    }
}
