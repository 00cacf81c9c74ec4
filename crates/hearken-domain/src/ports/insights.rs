//! The port of what was read out of engagements. It is written by commits.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    ids::{EngagementId, WorkspaceId},
    insight::Findings,
    result::ResultHead,
    speech::MediaFacts,
    store_error::StoreError,
};

/// What steps found.
///
/// What must hold: only the given workspace's rows are found; items come in the order in which they were found.
#[async_trait]
pub trait Insights: Send + Sync {
    /// The action items and signals of these engagements: one entry for each id given, in that order.
    async fn findings(&self, workspace: WorkspaceId, ids: &[EngagementId]) -> Result<Vec<Findings>, StoreError>;

    /// What the probe found.
    async fn media_facts(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Option<MediaFacts>, StoreError>;

    /// Which steps have a result, and who made it, in the order in which they were made.
    async fn results(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Vec<ResultHead>, StoreError>;

    /// How many bytes the texts of these engagements have as they are stored, at least those of what was said: one entry
    /// for each id given, in that order; nothing for one that has no text. It reads no text, so that a reader who is to read
    /// them can first see what they will take.
    async fn text_sizes(&self, workspace: WorkspaceId, ids: &[EngagementId]) -> Result<Vec<Option<u64>>, StoreError>;
}

#[async_trait]
impl<P: Insights + ?Sized> Insights for Arc<P> {
    async fn findings(&self, workspace: WorkspaceId, ids: &[EngagementId]) -> Result<Vec<Findings>, StoreError> {
        (**self).findings(workspace, ids).await
    }

    async fn media_facts(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Option<MediaFacts>, StoreError> {
        (**self).media_facts(workspace, id).await
    }

    async fn results(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Vec<ResultHead>, StoreError> {
        (**self).results(workspace, id).await
    }

    async fn text_sizes(&self, workspace: WorkspaceId, ids: &[EngagementId]) -> Result<Vec<Option<u64>>, StoreError> {
        (**self).text_sizes(workspace, ids).await
    }
}
