//! What steps found.

use async_trait::async_trait;
use hearken_domain::{
    ids::{EngagementId, WorkspaceId},
    insight::Findings,
    ports::Insights,
    result::ResultHead,
    speech::MediaFacts,
    store_error::StoreError,
};

use super::MemoryStore;

#[async_trait]
impl Insights for MemoryStore {
    async fn findings(&self, workspace: WorkspaceId, ids: &[EngagementId]) -> Result<Vec<Findings>, StoreError> {
        let of = |id: &EngagementId| self.read(workspace, |tenant| tenant.findings.get(id).cloned());
        Ok(ids.iter().map(|id| of(id).unwrap_or_default()).collect())
    }

    async fn media_facts(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Option<MediaFacts>, StoreError> {
        Ok(self.read(workspace, |tenant| tenant.media_facts.get(&id).cloned()))
    }

    async fn results(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Vec<ResultHead>, StoreError> {
        let mut heads = self.read(workspace, |tenant| tenant.results.get(&id).cloned()).unwrap_or_default();
        heads.sort_by_key(|head| head.at);
        Ok(heads)
    }
}
