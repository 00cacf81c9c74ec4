//! The checks of engines: a sound engine passes them, and one that breaks a clause does not.

use std::{panic::AssertUnwindSafe, time::Duration};

use async_trait::async_trait;
use futures_util::FutureExt;
use hearken_domain::{
    engine::EngineError,
    ids::TagId,
    insight::{Conversation, Extraction, Made, Summary},
    ports::{Extractor, Summariser, Tagger},
    speech::{Heard, Segment, SpeechTrack},
    tag::Tag,
};
use hearken_memory::{MemoryAnalyser, MemoryTranscriber};
use hearken_testkit::engine::{check_extractor, check_summariser, check_tagger, check_transcriber};

/// Changes what a sound analyser says.
struct Spoilt<T>(fn(&mut T));

#[async_trait]
impl Summariser for Spoilt<Summary> {
    async fn summarise(&self, conversation: &Conversation) -> Result<Made<Summary>, EngineError> {
        let mut made = MemoryAnalyser::new().summarise(conversation).await?;
        (self.0)(&mut made.value);
        Ok(made)
    }
}

#[async_trait]
impl Tagger for Spoilt<Vec<TagId>> {
    async fn tag(&self, conversation: &Conversation, tags: &[Tag]) -> Result<Made<Vec<TagId>>, EngineError> {
        let mut made = MemoryAnalyser::new().tag(conversation, tags).await?;
        (self.0)(&mut made.value);
        Ok(made)
    }
}

#[async_trait]
impl Extractor for Spoilt<Extraction> {
    async fn extract(&self, conversation: &Conversation) -> Result<Made<Extraction>, EngineError> {
        let mut made = MemoryAnalyser::new().extract(conversation).await?;
        (self.0)(&mut made.value);
        Ok(made)
    }
}

#[tokio::test]
async fn a_sound_analyser_passes() {
    let analyser = MemoryAnalyser::new();
    check_summariser(&analyser).await;
    check_tagger(&analyser).await;
    check_extractor(&analyser).await;
}

#[tokio::test]
async fn a_summary_that_breaks_a_clause_is_noticed() {
    let spoils: [fn(&mut Summary); 4] = [
        |summary| summary.text.push('x'),
        |summary| summary.speaker_sentiments.push(None),
        |summary| summary.overall_sentiment = Some(1.5),
        |summary| summary.overall_sentiment = summary.overall_sentiment.or(Some(0.0)),
    ];
    for (n, spoil) in spoils.into_iter().enumerate() {
        assert!(fails(check_summariser(&Spoilt(spoil))).await, "flaw {n} passes");
    }
}

#[tokio::test]
async fn a_tag_that_breaks_a_clause_is_noticed() {
    let spoils: [fn(&mut Vec<TagId>); 2] =
        [|tags| tags.push(hearken_testkit::fixture::new_id()), |tags| tags.extend(tags.first().copied())];
    for (n, spoil) in spoils.into_iter().enumerate() {
        assert!(fails(check_tagger(&Spoilt(spoil))).await, "flaw {n} passes");
    }
}

#[tokio::test]
async fn a_finding_that_breaks_a_clause_is_noticed() {
    let spoils: [fn(&mut Extraction); 5] = [
        |found| found.signals.iter_mut().for_each(|signal| signal.quote.insert(0, 'x')),
        |found| found.signals.iter_mut().for_each(|signal| signal.speaker = Some(3)),
        |found| found.signals.iter_mut().for_each(|signal| signal.confidence = 1.5),
        |found| found.signals.extend(found.signals.clone()),
        |found| found.action_items.iter_mut().for_each(|item| item.title = "x".repeat(501)),
    ];
    for (n, spoil) in spoils.into_iter().enumerate() {
        assert!(fails(check_extractor(&Spoilt(spoil))).await, "flaw {n} passes");
    }
}

#[tokio::test]
async fn a_transcriber_is_held_to_its_clauses() {
    let track = SpeechTrack { channel: 0, wav: "/nowhere/spoken.wav".into() };
    let segment = |start_ms, text: &str| Segment { start_ms, end_ms: 900, text: text.to_owned(), words: Vec::new() };
    let heard = |segments: &[Segment]| Heard { language: None, segments: segments.to_vec() };
    let check = |spoken: Heard, silence: Heard| {
        let transcriber = MemoryTranscriber::new();
        for heard in [spoken.clone(), spoken, silence] {
            transcriber.hears(heard);
        }
        let track = track.clone();
        async move { fails(check_transcriber(&transcriber, (&track, Duration::from_secs(1)))).await }
    };
    let good = [segment(0, "Hello."), segment(500, "Bye.")];
    assert!(!check(heard(&good), heard(&[])).await, "a sound transcriber fails");
    assert!(check(heard(&good), heard(&good)).await, "who hears silence passes");
    for bad in [
        vec![],
        vec![segment(500, "Bye."), segment(0, "Hello.")],
        vec![segment(0, "")],
        vec![segment(0, " Hello.")],
        vec![segment(901, "Hello.")],
        vec![Segment { end_ms: 1001, ..segment(0, "Hello.") }],
    ] {
        assert!(check(heard(&bad), heard(&[])).await, "{bad:?} passes");
    }
}

async fn fails(check: impl Future<Output = ()>) -> bool {
    AssertUnwindSafe(check).catch_unwind().await.is_err()
}
