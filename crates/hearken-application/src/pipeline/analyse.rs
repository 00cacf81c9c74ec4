//! The steps that read the transcript: summary, tags, action items and signals.

use hearken_domain::{
    engagement::Engagement,
    insight::Conversation,
    job::LeasedJob,
    pipeline,
    ports::{EngagementStore, Extractor, Summariser, Tagger, Tags},
    store_error::StoreError,
};

use super::{Pipeline, StepError};

impl Pipeline {
    pub(super) async fn summarise(&self, job: &LeasedJob, engagement: &Engagement) -> Result<(), StepError> {
        let conversation = self.conversation(engagement).await?;
        let summary = self.engines.summariser.summarise(&conversation).await?;
        Ok(self.settle(job, &|taken, context| pipeline::summarised(taken, summary.clone(), context)).await?)
    }

    pub(super) async fn tag(&self, job: &LeasedJob, engagement: &Engagement) -> Result<(), StepError> {
        let tags = self.ports.tags.automatic(engagement.workspace).await?;
        let conversation = self.conversation(engagement).await?;
        let given = self.engines.tagger.tag(&conversation, &tags).await?;
        Ok(self.settle(job, &|taken, context| pipeline::tagged(taken, given.clone(), context)).await?)
    }

    pub(super) async fn extract(&self, job: &LeasedJob, engagement: &Engagement) -> Result<(), StepError> {
        let conversation = self.conversation(engagement).await?;
        let found = self.engines.extractor.extract(&conversation).await?;
        Ok(self.settle(job, &|taken, context| pipeline::extracted(taken, found.clone(), context)).await?)
    }

    async fn conversation(&self, engagement: &Engagement) -> Result<Conversation, StoreError> {
        let texts = self.ports.store.transcripts(engagement.workspace, engagement.id).await?;
        Ok(pipeline::conversation(engagement, &texts))
    }
}
