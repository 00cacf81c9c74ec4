//! The ports that read a conversation: summary, tags, action items and signals.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    engine::EngineError,
    ids::TagId,
    insight::{Conversation, Extraction, Made, Summary},
    tag::Tag,
};

/// Summarises.
///
/// What must hold: the whole conversation is read, however long it is; no turns give an empty text and no sentiment;
/// there is one sentiment, or `None`, for each speaker; sentiments lie between −1 and 1.
#[async_trait]
pub trait Summariser: Send + Sync {
    /// Summarises the conversation.
    async fn summarise(&self, conversation: &Conversation) -> Result<Made<Summary>, EngineError>;
}

/// Tags.
///
/// What must hold: only tags of the list are given, each once; no turns give none.
#[async_trait]
pub trait Tagger: Send + Sync {
    /// Which of the tags fit. Name and description are the instruction.
    async fn tag(&self, conversation: &Conversation, tags: &[Tag]) -> Result<Made<Vec<TagId>>, EngineError>;
}

/// Extracts action items and signals.
///
/// What must hold: a quote is a part of a turn, word for word; a speaker is a position of the conversation; texts are
/// within their limits; at most `MAX_FINDINGS` of each; no turns give none.
#[async_trait]
pub trait Extractor: Send + Sync {
    /// Finds them.
    async fn extract(&self, conversation: &Conversation) -> Result<Made<Extraction>, EngineError>;
}

#[async_trait]
impl<P: Summariser + ?Sized> Summariser for Arc<P> {
    async fn summarise(&self, conversation: &Conversation) -> Result<Made<Summary>, EngineError> {
        (**self).summarise(conversation).await
    }
}

#[async_trait]
impl<P: Tagger + ?Sized> Tagger for Arc<P> {
    async fn tag(&self, conversation: &Conversation, tags: &[Tag]) -> Result<Made<Vec<TagId>>, EngineError> {
        (**self).tag(conversation, tags).await
    }
}

#[async_trait]
impl<P: Extractor + ?Sized> Extractor for Arc<P> {
    async fn extract(&self, conversation: &Conversation) -> Result<Made<Extraction>, EngineError> {
        (**self).extract(conversation).await
    }
}
