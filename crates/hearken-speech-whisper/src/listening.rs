//! One track being listened to: window by window, each from where the last one was understood.

use std::path::Path;

use hearken_domain::speech::{Heard, Segment};

use crate::{
    decode::Window,
    error::WhisperError,
    language::tag_of,
    mel::WINDOW,
    model::Model,
    segments::{Pieces, pieces_of},
    sound::Sound,
    stop::Stop,
};

/// Samples of a millisecond.
const PER_MS: u64 = 16;
/// Milliseconds of a tick, the unit of Whisper's times.
const TICK_MS: u64 = 20;
/// Samples of a tick.
const PER_TICK: u64 = PER_MS * TICK_MS;
/// Samples at the track's end that are too few for a word: 0.1 s.
const TOO_SHORT: u64 = 1600;

/// Where it stands.
pub(crate) struct Listening {
    sound: Sound,
    at: u64,
    wished: Option<String>,
    language: Option<(&'static str, u32)>,
    segments: Vec<Segment>,
}

/// Whether there is more to hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Another window.
    More,
    /// The track is over.
    Done,
}

impl Listening {
    /// Opens the track.
    pub(crate) fn begin(wav: &Path, wished: Option<&str>) -> Result<Self, WhisperError> {
        let sound = Sound::open(wav)?;
        Ok(Self { sound, at: 0, wished: wished.map(str::to_owned), language: None, segments: Vec::new() })
    }

    /// Listens to the next window that is not silent.
    pub(crate) fn step(&mut self, model: &Model, stop: &Stop) -> Result<Step, WhisperError> {
        let Some(at) = self.sound.next_sound(self.at)? else { return Ok(Step::Done) };
        let left = self.sound.samples() - at;
        if left < TOO_SHORT {
            return Ok(Step::Done);
        }
        let window = Window::listen(model, &self.sound.window(at)?, stop)?;
        if self.language.is_none() {
            let wished = self.wished.as_deref().and_then(|wished| model.vocabulary.language(wished));
            self.language = match wished {
                Some(language) => Some(language),
                None => window.language()?,
            };
        }
        let guess = window.text(self.language.map(|(_, token)| token), at)?;
        let length = left.min(WINDOW as u64);
        let ticks = u32::try_from(length / PER_TICK).expect("a window is short");
        if guess.is_silence() {
            self.at = at + length;
            return Ok(Step::More);
        }
        let Pieces { pieces, until } = pieces_of(&guess.tokens, &model.vocabulary.marks, ticks);
        let end_of_window = (at + length) / PER_MS;
        for piece in pieces {
            let ms = |tick: u32| (at / PER_MS + u64::from(tick) * TICK_MS).min(end_of_window);
            let (start_ms, end_ms) = (ms(piece.start), ms(piece.end));
            let text = model.vocabulary.text(&piece.tokens)?;
            if start_ms < end_ms && !text.is_empty() {
                self.segments.push(Segment { start_ms, end_ms, text, words: Vec::new() });
            }
        }
        self.at = if until >= ticks { at + length } else { at + u64::from(until) * PER_TICK };
        Ok(Step::More)
    }

    /// What was heard so far.
    pub(crate) fn finish(self, model: &Model) -> Heard {
        let only_english = model.vocabulary.languages.is_empty();
        let language = match self.language {
            Some((code, _)) => Some(tag_of(code).to_owned()),
            None => (only_english && !self.segments.is_empty()).then(|| "en".to_owned()),
        };
        Heard { language, segments: self.segments }
    }
}
