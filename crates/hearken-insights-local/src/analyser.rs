//! The three ports, over plain functions that run off the threads that serve everybody.

use async_trait::async_trait;
use hearken_domain::{
    engine::EngineError,
    ids::TagId,
    insight::{Conversation, Extraction, Made, Summary},
    ports::{Extractor, Summariser, Tagger},
    tag::Tag,
};

use crate::{error, extract, summary, tags};

/// What results are made by.
const NAME: &str = "local";

/// The embedded analyser. It has no state and no settings: the same conversation always gives the same result.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalAnalyser;

impl LocalAnalyser {
    /// Ready at once.
    pub fn new() -> Self {
        Self
    }
}

#[async_trait]
impl Summariser for LocalAnalyser {
    async fn summarise(&self, conversation: &Conversation) -> Result<Made<Summary>, EngineError> {
        apart(conversation, |conversation| summary::of(&conversation)).await
    }
}

#[async_trait]
impl Tagger for LocalAnalyser {
    async fn tag(&self, conversation: &Conversation, tags: &[Tag]) -> Result<Made<Vec<TagId>>, EngineError> {
        let tags = tags.to_vec();
        apart(conversation, move |conversation| tags::fitting(&conversation, &tags)).await
    }
}

#[async_trait]
impl Extractor for LocalAnalyser {
    async fn extract(&self, conversation: &Conversation) -> Result<Made<Extraction>, EngineError> {
        apart(conversation, |conversation| extract::from(&conversation)).await
    }
}

/// Runs the work on a thread that may be busy for seconds.
async fn apart<T, F>(conversation: &Conversation, work: F) -> Result<Made<T>, EngineError>
where
    T: Send + 'static,
    F: FnOnce(Conversation) -> T + Send + 'static,
{
    let conversation = conversation.clone();
    let value = tokio::task::spawn_blocking(move || work(conversation)).await.map_err(error::unfinished)?;
    Ok(Made { by: NAME.to_owned(), value })
}
