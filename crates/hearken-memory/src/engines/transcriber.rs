//! What is said on a track, as a test says.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use hearken_domain::{
    engine::{EngineError, EngineErrorKind},
    insight::Made,
    ports::Transcriber,
    speech::{Heard, Segment, SpeechTrack},
};

/// A transcriber that hears what it was told to hear, call by call, and after that one greeting on every track.
#[derive(Debug, Default)]
pub struct MemoryTranscriber {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    answers: VecDeque<Result<Heard, EngineError>>,
    missing: Option<&'static str>,
    asked: Vec<(SpeechTrack, Option<String>)>,
}

impl MemoryTranscriber {
    /// One that is ready, and hears a greeting.
    pub fn new() -> Self {
        Self::default()
    }

    /// The next call that has no answer yet hears this.
    pub fn hears(&self, heard: Heard) {
        self.lock().answers.push_back(Ok(heard));
    }

    /// The next call that has no answer yet fails with this error.
    pub fn fails(&self, error: EngineError) {
        self.lock().answers.push_back(Err(error));
    }

    /// From now on it is not set up, for this reason: neither checks nor calls succeed, and calls use up no answer.
    pub fn is_missing(&self, what: &'static str) {
        self.lock().missing = Some(what);
    }

    /// Ends [`is_missing`](Self::is_missing).
    pub fn is_ready(&self) {
        self.lock().missing = None;
    }

    /// The tracks it listened to and the languages that were wished for, in order, whatever it answered.
    pub fn asked(&self) -> Vec<(SpeechTrack, Option<String>)> {
        self.lock().asked.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn check(&self) -> Result<(), EngineError> {
        let error = |what| EngineError::new(EngineErrorKind::NotReady, "transcriber_not_ready", what);
        self.missing.map_or(Ok(()), |what| Err(error(what)))
    }
}

#[async_trait]
impl Transcriber for MemoryTranscriber {
    async fn check(&self) -> Result<(), EngineError> {
        self.lock().check()
    }

    async fn transcribe(&self, track: &SpeechTrack, language: Option<&str>) -> Result<Made<Heard>, EngineError> {
        let mut state = self.lock();
        state.check()?;
        state.asked.push((track.clone(), language.map(str::to_owned)));
        let heard = state.answers.pop_front().unwrap_or_else(|| Ok(greeting()))?;
        Ok(Made { by: "memory".to_owned(), value: heard })
    }
}

fn greeting() -> Heard {
    let segment = Segment { start_ms: 0, end_ms: 900, text: "Hello.".to_owned(), words: Vec::new() };
    Heard { language: Some("en".to_owned()), segments: vec![segment] }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn answers_are_given_in_their_order_and_none_is_used_up_while_it_is_not_ready() {
        let transcriber = MemoryTranscriber::new();
        let track = SpeechTrack { channel: 0, wav: "/nowhere/a.wav".into() };
        let call = || transcriber.transcribe(&track, Some("de")).now_or_never().unwrap();
        transcriber.fails(EngineError::new(EngineErrorKind::Nonsense, "nonsense", "it sang"));
        transcriber.hears(Heard::default());
        transcriber.is_missing("a model");
        assert_eq!(call().unwrap_err().kind, EngineErrorKind::NotReady);
        assert!(transcriber.check().now_or_never().unwrap().is_err());
        transcriber.is_ready();
        assert_eq!(call().unwrap_err().code, "nonsense");
        assert_eq!(call().unwrap().value, Heard::default());
        assert_eq!(call().unwrap().value, greeting());
        assert_eq!(transcriber.asked().len(), 3);
    }
}
