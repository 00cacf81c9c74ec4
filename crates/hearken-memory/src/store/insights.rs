//! What steps found.

use async_trait::async_trait;
use hearken_domain::{
    ids::{EngagementId, WorkspaceId},
    insight::Findings,
    ports::Insights,
    result::ResultHead,
    speech::MediaFacts,
    store_error::StoreError,
    timeline::Transcripts,
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

    async fn text_sizes(&self, workspace: WorkspaceId, ids: &[EngagementId]) -> Result<Vec<Option<u64>>, StoreError> {
        let of = |id: &EngagementId| self.read(workspace, |tenant| size(&tenant.engagements.get(id)?.transcripts));
        Ok(ids.iter().map(of).collect())
    }
}

/// The bytes of what was said and supplied.
fn size(texts: &Transcripts) -> Option<u64> {
    let Transcripts { timeline, supplied } = texts;
    let said = timeline.as_ref().map(|timeline| timeline.entries.iter().map(|entry| entry.text.len()).sum::<usize>());
    let all = [said, supplied.as_ref().map(String::len)];
    all.iter().any(Option::is_some).then(|| all.into_iter().flatten().map(|bytes| bytes as u64).sum())
}
