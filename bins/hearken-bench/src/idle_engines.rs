//! Engines that do nothing, or nothing for a while, and tell when they were asked.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use hearken_domain::{
    engine::EngineError,
    ids::TagId,
    insight::{Conversation, Extraction, Made, Summary},
    ports::{Engines, Extractor, Summariser, Tagger},
    tag::Tag,
};

use crate::marks::Marks;

/// All three analysers.
#[derive(Clone)]
struct Idle {
    marks: Arc<Marks>,
    /// How long a step takes.
    step: Duration,
}

/// Engines whose steps take this long; each call is marked by the engagement's title.
pub(crate) fn engines(marks: &Arc<Marks>, step: Duration) -> Engines {
    let idle = Arc::new(Idle { marks: marks.clone(), step });
    Engines {
        transcriber: None,
        summariser: idle.clone(),
        tagger: idle.clone(),
        extractor: idle,
        ..hearken_memory::Memory::new().engines()
    }
}

impl Idle {
    async fn take<T>(&self, conversation: &Conversation, value: T) -> Made<T> {
        self.marks.saw(&conversation.title);
        if !self.step.is_zero() {
            tokio::time::sleep(self.step).await;
        }
        Made { by: "bench".to_owned(), value }
    }
}

#[async_trait]
impl Summariser for Idle {
    async fn summarise(&self, conversation: &Conversation) -> Result<Made<Summary>, EngineError> {
        let speaker_sentiments = vec![None; conversation.speakers.len()];
        Ok(self.take(conversation, Summary { speaker_sentiments, ..Summary::default() }).await)
    }
}

#[async_trait]
impl Tagger for Idle {
    async fn tag(&self, conversation: &Conversation, _: &[Tag]) -> Result<Made<Vec<TagId>>, EngineError> {
        Ok(self.take(conversation, Vec::new()).await)
    }
}

#[async_trait]
impl Extractor for Idle {
    async fn extract(&self, conversation: &Conversation) -> Result<Made<Extraction>, EngineError> {
        Ok(self.take(conversation, Extraction::default()).await)
    }
}
