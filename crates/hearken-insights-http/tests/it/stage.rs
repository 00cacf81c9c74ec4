//! A conversation, tags, an analyser on a fake server, and somebody who stands in.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use hearken_domain::{
    engagement::EngagementType,
    engine::EngineError,
    ids::{TagId, Ulid, WorkspaceId},
    insight::{Conversation, ConversationSpeaker, Extraction, FoundActionItem, Made, Summary, Turn},
    ports::{Extractor, Summariser, Tagger},
    tag::Tag,
    time::Timestamp,
};
use hearken_insights_http::{ChatAnalyser, ChatSettings, Fallback};
use url::Url;

/// Wednesday, 2026-03-04T15:00:00Z.
pub(crate) const START: i64 = 1_772_636_400_000;

/// What was said in [`call`].
pub(crate) const SAID: [(usize, &str); 4] = [
    (0, "Hello Sam, thanks for the time."),
    (1, "The price is too high for us. We also look at Acme’s tool."),
    (0, "I will send you the new offer by Friday."),
    (1, "Fine, and Dr. Novak checks the contract."),
];

/// A short call.
pub(crate) fn call() -> Conversation {
    conversation(&SAID.map(|(speaker, text)| (speaker, text.to_owned())))
}

/// A call in which this is said, ten seconds a turn.
pub(crate) fn conversation(said: &[(usize, String)]) -> Conversation {
    let speaker = |name: &str, is_internal| ConversationSpeaker { name: name.to_owned(), is_internal };
    let turns = said.iter().zip(0..).map(|((speaker, text), at)| Turn {
        speaker: *speaker,
        span_ms: Some((at * 10_000, at * 10_000 + 9_000)),
        text: text.clone(),
    });
    Conversation {
        title: "Renewal".to_owned(),
        engagement_type: EngagementType::Call,
        start_at: Timestamp::from_unix_millis(START).unwrap(),
        language: Some("en".to_owned()),
        speakers: vec![speaker("Ada Lovelace", true), speaker("Sam Rivera", false), speaker("Silent Bob", false)],
        turns: turns.collect(),
    }
}

/// A tag with a number for its id.
pub(crate) fn tag(number: u128, name: &str, description: &str) -> Tag {
    let at = Timestamp::from_unix_millis(START).unwrap();
    Tag {
        id: TagId::from(Ulid::from(number)),
        workspace: WorkspaceId::from(Ulid::from(1)),
        name: name.try_into().unwrap(),
        description: Some(description.try_into().unwrap()),
        hex_color: None,
        auto_tagging_enabled: true,
        created_at: at,
        updated_at: at,
        deleted_at: None,
        version: 1,
    }
}

/// Three tags, with the ids 10, 11 and 12.
pub(crate) fn tags() -> [Tag; 3] {
    [
        tag(10, "Pricing", "Somebody talks about the price"),
        tag(11, "Competitor", "Another product is named"),
        tag(12, "Churn risk", "They think of leaving"),
    ]
}

/// The id of the tag with this number.
pub(crate) fn id(number: u128) -> TagId {
    TagId::from(Ulid::from(number))
}

/// Stands in, and counts how often.
#[derive(Default)]
pub(crate) struct Local(AtomicUsize);

impl Local {
    pub(crate) fn calls(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    fn made<T>(&self, value: T) -> Made<T> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Made { by: "local".to_owned(), value }
    }
}

#[async_trait]
impl Summariser for Local {
    async fn summarise(&self, _: &Conversation) -> Result<Made<Summary>, EngineError> {
        Ok(self.made(Summary { text: "From the fallback.".to_owned(), ..Summary::default() }))
    }
}

#[async_trait]
impl Tagger for Local {
    async fn tag(&self, _: &Conversation, tags: &[Tag]) -> Result<Made<Vec<TagId>>, EngineError> {
        Ok(self.made(tags.iter().map(|tag| tag.id).collect()))
    }
}

#[async_trait]
impl Extractor for Local {
    async fn extract(&self, _: &Conversation) -> Result<Made<Extraction>, EngineError> {
        let item = FoundActionItem {
            title: "From the fallback".to_owned(),
            description: None,
            assignee: None,
            due_at: None,
            span_ms: None,
        };
        Ok(self.made(Extraction { action_items: vec![item], signals: Vec::new() }))
    }
}

/// The settings for a server.
pub(crate) fn settings(url: &Url) -> ChatSettings {
    ChatSettings { model: Some("a-model".to_owned()), ..ChatSettings::new(url.clone()) }
}

/// An analyser with these settings, and who stands in for it.
pub(crate) fn analyser_with(settings: &ChatSettings) -> (ChatAnalyser, Arc<Local>) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let local = Arc::new(Local::default());
    let fallback = Fallback { summariser: local.clone(), tagger: local.clone(), extractor: local.clone() };
    (ChatAnalyser::new(settings, fallback).unwrap(), local)
}

/// An analyser for a server, and who stands in for it.
pub(crate) fn analyser(url: &Url) -> (ChatAnalyser, Arc<Local>) {
    analyser_with(&settings(url))
}
