//! An analyser whose results a test can foresee.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use hearken_domain::{
    engine::EngineError,
    ids::TagId,
    insight::{Conversation, Extraction, FoundActionItem, FoundSignal, MAX_FINDINGS, Made, SignalKind, Summary, Turn},
    job::Step,
    ports::{Extractor, Summariser, Tagger},
    tag::Tag,
};

/// All three analysers in one. The summary is the first turn and how many there are; a tag fits when a turn says its
/// name; a turn that says "will" is an action item, and one with a question mark is a signal.
#[derive(Debug, Default)]
pub struct MemoryAnalyser {
    failures: Mutex<HashMap<Step, VecDeque<EngineError>>>,
}

impl MemoryAnalyser {
    /// One that never fails.
    pub fn new() -> Self {
        Self::default()
    }

    /// The next call for a step that has no error yet fails with this one.
    ///
    /// The steps are [`Step::Summarise`], [`Step::Tag`] and [`Step::Extract`]; for others nothing happens.
    pub fn fails(&self, step: Step, error: EngineError) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.entry(step).or_default().push_back(error);
    }

    fn made<T>(&self, step: Step, value: T) -> Result<Made<T>, EngineError> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        match failures.get_mut(&step).and_then(VecDeque::pop_front) {
            Some(error) => Err(error),
            None => Ok(Made { by: "memory".to_owned(), value }),
        }
    }
}

#[async_trait]
impl Summariser for MemoryAnalyser {
    async fn summarise(&self, conversation: &Conversation) -> Result<Made<Summary>, EngineError> {
        let Conversation { speakers, turns, .. } = conversation;
        let Some(first) = turns.first() else {
            let speaker_sentiments = vec![None; speakers.len()];
            return self.made(Step::Summarise, Summary { speaker_sentiments, ..Summary::default() });
        };
        let has_turn = |position| turns.iter().any(|turn| turn.speaker == position);
        let summary = Summary {
            text: format!("{} ({} in all)", first.text, turns.len()),
            overall_sentiment: Some(0.5),
            speaker_sentiments: (0..speakers.len()).map(|position| has_turn(position).then_some(0.25)).collect(),
        };
        self.made(Step::Summarise, summary)
    }
}

#[async_trait]
impl Tagger for MemoryAnalyser {
    async fn tag(&self, conversation: &Conversation, tags: &[Tag]) -> Result<Made<Vec<TagId>>, EngineError> {
        let said: Vec<String> = conversation.turns.iter().map(|turn| turn.text.to_lowercase()).collect();
        let fits = |tag: &&Tag| said.iter().any(|text| text.contains(&tag.name.as_str().to_lowercase()));
        self.made(Step::Tag, tags.iter().filter(fits).map(|tag| tag.id).collect())
    }
}

#[async_trait]
impl Extractor for MemoryAnalyser {
    async fn extract(&self, conversation: &Conversation) -> Result<Made<Extraction>, EngineError> {
        let Conversation { speakers, turns, .. } = conversation;
        let name = |turn: &Turn| speakers.get(turn.speaker).map(|speaker| speaker.name.clone());
        let item = |turn: &Turn| FoundActionItem {
            title: beginning(&turn.text, 500),
            description: Some(turn.text.clone()),
            assignee: name(turn),
            due_at: None,
            span_ms: turn.span_ms,
        };
        let signal = |turn: &Turn| FoundSignal {
            kind: SignalKind::Question,
            title: beginning(&turn.text, 200),
            quote: turn.text.clone(),
            speaker: Some(turn.speaker),
            span_ms: turn.span_ms,
            confidence: 0.5,
        };
        let says = |part: &'static str| turns.iter().filter(move |turn| turn.text.contains(part)).take(MAX_FINDINGS);
        let extraction =
            Extraction { action_items: says("will").map(item).collect(), signals: says("?").map(signal).collect() };
        self.made(Step::Extract, extraction)
    }
}

fn beginning(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use hearken_domain::{engagement::EngagementType, engine::EngineErrorKind, time::Timestamp};

    use super::*;

    #[test]
    fn an_error_is_given_once_and_only_for_its_step() {
        let conversation = Conversation {
            title: "A call".to_owned(),
            engagement_type: EngagementType::Call,
            start_at: Timestamp::MIN,
            language: None,
            speakers: Vec::new(),
            turns: vec![Turn { speaker: 0, span_ms: None, text: "I will. Will you?".to_owned() }],
        };
        let analyser = MemoryAnalyser::new();
        analyser.fails(Step::Extract, EngineError::new(EngineErrorKind::Nonsense, "nonsense", "no"));
        let extract = || analyser.extract(&conversation).now_or_never().unwrap();
        assert!(analyser.summarise(&conversation).now_or_never().unwrap().is_ok());
        assert_eq!(extract().unwrap_err().code, "nonsense");
        let found = extract().unwrap().value;
        assert_eq!((found.action_items.len(), found.signals.len()), (1, 1));
    }
}
