//! Short conversations, written as they are spoken.

use hearken_domain::{
    engagement::EngagementType,
    insight::{Conversation, ConversationSpeaker, Extraction, Summary, Turn},
    ports::{Extractor, Summariser, Tagger},
    tag::Tag,
    time::Timestamp,
};
use hearken_insights_local::LocalAnalyser;

/// 2026-03-02, a Monday, at 15:00 UTC.
pub(crate) const MONDAY_MS: i64 = 1_772_463_600_000;

/// A call of Ada, who is one of us, and Marco, who is not; the turns name them.
pub(crate) fn call(turns: &[(&str, &str)]) -> Conversation {
    meeting(&[("Ada Lindqvist", true), ("Marco Ruiz", false)], turns)
}

/// A conversation of these people; a turn names its speaker by how the name begins.
pub(crate) fn meeting(people: &[(&str, bool)], turns: &[(&str, &str)]) -> Conversation {
    let position = |name: &str| people.iter().position(|(full, _)| full.starts_with(name)).unwrap();
    let turn = |((name, text), at): (&(&str, &str), u64)| Turn {
        speaker: position(name),
        span_ms: Some((at * 10_000, at * 10_000 + 9_000)),
        text: (*text).to_owned(),
    };
    Conversation {
        title: "Conversation".to_owned(),
        engagement_type: EngagementType::Call,
        start_at: Timestamp::from_unix_millis(MONDAY_MS).unwrap(),
        language: Some("en".to_owned()),
        speakers: people
            .iter()
            .map(|(name, is_internal)| ConversationSpeaker { name: (*name).to_owned(), is_internal: *is_internal })
            .collect(),
        turns: turns.iter().zip(0..).map(turn).collect(),
    }
}

pub(crate) async fn extracted(conversation: &Conversation) -> Extraction {
    LocalAnalyser::new().extract(conversation).await.unwrap().value
}

pub(crate) async fn summarised(conversation: &Conversation) -> Summary {
    LocalAnalyser::new().summarise(conversation).await.unwrap().value
}

/// The names of the tags that are given.
pub(crate) async fn tagged(conversation: &Conversation, tags: &[Tag]) -> Vec<String> {
    let given = LocalAnalyser::new().tag(conversation, tags).await.unwrap().value;
    let name = |id| tags.iter().find(|tag| tag.id == id).unwrap().name.to_string();
    given.into_iter().map(name).collect()
}
