//! JSON: of whisper.cpp, of OpenAI's `whisper` and its relatives, and of pocketsphinx 5.

use hearken_domain::{
    speech::{Heard, Segment},
    timeline::{Word, confidence},
};
use hearken_support::json;
use serde::Deserialize;

use super::{millis, sphinx};
use crate::error::Fault;

/// Any of them. Which it is shows in what is there.
#[derive(Deserialize)]
struct Body {
    /// whisper.cpp.
    transcription: Option<Vec<Cpp>>,
    /// whisper.cpp: about the whole.
    result: Option<Whole>,
    /// OpenAI's.
    segments: Option<Vec<Timed>>,
    /// OpenAI's.
    language: Option<String>,
    /// pocketsphinx 5: an utterance's words.
    w: Option<Vec<Heard5>>,
}

#[derive(Deserialize)]
struct Cpp {
    offsets: Offsets,
    text: String,
}

/// In milliseconds.
#[derive(Deserialize)]
struct Offsets {
    from: i64,
    to: i64,
}

#[derive(Deserialize)]
struct Whole {
    language: Option<String>,
}

/// In seconds.
#[derive(Deserialize)]
struct Timed {
    start: f64,
    end: f64,
    text: String,
    #[serde(default)]
    words: Vec<TimedWord>,
}

#[derive(Deserialize)]
struct TimedWord {
    word: String,
    start: Option<f64>,
    end: Option<f64>,
    probability: Option<f64>,
}

/// In seconds: begin, duration, probability, text.
#[derive(Deserialize)]
struct Heard5 {
    b: f64,
    d: f64,
    p: Option<f64>,
    t: String,
}

/// One document, or several one after the other.
pub(crate) fn heard(text: &str) -> Result<Heard, Fault> {
    let mut heard = Heard::default();
    for body in serde_json::Deserializer::from_str(&json::mended(text.as_bytes())).into_iter::<Body>() {
        // The error itself may quote the text.
        let body = body.map_err(|_| Fault::Form("it is no json of a known form"))?;
        let language = body.language.or_else(|| body.result?.language).filter(|language| is_code(language));
        heard.language = heard.language.or(language);
        match (body.transcription, body.segments, body.w) {
            (Some(segments), _, _) => heard.segments.extend(segments.into_iter().map(Cpp::segment)),
            (_, Some(segments), _) => heard.segments.extend(segments.into_iter().map(Timed::segment)),
            (_, _, Some(words)) => heard.segments.extend(sphinx::utterance(words.into_iter().map(Heard5::word))),
            (None, None, None) => return Err(Fault::Form("its json has none of the known lists")),
        }
    }
    Ok(heard)
}

impl Cpp {
    fn segment(self) -> Segment {
        let [start_ms, end_ms] = [self.offsets.from, self.offsets.to].map(|millis| u64::try_from(millis).unwrap_or(0));
        Segment { start_ms, end_ms, text: self.text, words: Vec::new() }
    }
}

impl Timed {
    fn segment(self) -> Segment {
        let words = self.words.into_iter().filter_map(TimedWord::word).collect();
        Segment { start_ms: millis(self.start), end_ms: millis(self.end), text: self.text, words }
    }
}

impl TimedWord {
    fn word(self) -> Option<Word> {
        let (start_ms, end_ms) = (millis(self.start?), millis(self.end?));
        Some(Word { text: self.word, start_ms, end_ms, confidence: self.probability.and_then(confidence) })
    }
}

impl Heard5 {
    fn word(self) -> Word {
        let (start_ms, end_ms) = (millis(self.b), millis(self.b + self.d));
        Word { text: self.t, start_ms, end_ms, confidence: self.p.and_then(confidence) }
    }
}

fn is_code(language: &str) -> bool {
    matches!(language.len(), 2 | 3) && language.bytes().all(|byte| byte.is_ascii_lowercase())
}
