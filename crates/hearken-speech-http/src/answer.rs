//! An answer as servers give it: `verbose_json`, its relatives, or the mere text.
//!
//! What does not fit is left out instead of failing the whole: a time that is no number, a word that is no object, half a
//! character. Only an answer that is no JSON however it is mended, or has nothing of what was asked for, is none.

use std::{fmt, marker::PhantomData};

use hearken_support::json;
use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;

use crate::error::Fault;

/// More segments or words than this are no speech of one piece; what is over is left out.
const MOST: usize = 50_000;
/// Whisper's own rule for a segment that is none: more probable than this that nobody speaks, ...
const NO_SPEECH: f64 = 0.6;
/// ... and the text less probable than this.
const IMPROBABLE: f64 = -1.0;

/// What a server heard in one piece. Times are seconds from the piece's start, as the server told them.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) language: Option<String>,
    /// None when the server does not tell segments at all.
    pub(crate) segments: Option<Vec<RawSegment>>,
    /// Those that stand beside the segments instead of within.
    pub(crate) words: Vec<RawWord>,
}

#[derive(Debug)]
pub(crate) struct RawSegment {
    pub(crate) start: Option<f64>,
    pub(crate) end: Option<f64>,
    pub(crate) text: String,
    pub(crate) words: Vec<RawWord>,
}

#[derive(Debug)]
pub(crate) struct RawWord {
    pub(crate) start: Option<f64>,
    pub(crate) end: Option<f64>,
    /// Not trimmed: some servers put the space between words at their beginning.
    pub(crate) text: String,
    pub(crate) confidence: Option<f64>,
}

impl Answer {
    /// Reads an answer's body.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Fault> {
        let body: Body = json::read(bytes).map_err(|error| no_json(&error))?;
        let text = body.text.as_str();
        if text.is_none() && body.segments.0.is_none() && body.words.0.is_none() {
            return Err(Fault::NoText);
        }
        Ok(Self {
            text: text.unwrap_or_default().trim().to_owned(),
            language: body.language.as_str().map(str::to_owned),
            segments: body.segments.0,
            words: body.words.0.unwrap_or_default(),
        })
    }
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    text: Value,
    #[serde(default)]
    language: Value,
    #[serde(default)]
    segments: Few<RawSegment>,
    #[serde(default)]
    words: Few<RawWord>,
}

/// One thing of a list.
trait Item: Sized {
    fn of(value: &Value) -> Option<Self>;
}

impl Item for RawSegment {
    fn of(value: &Value) -> Option<Self> {
        let text = value.get("text")?.as_str()?;
        let nobody = number(value, &["no_speech_prob"]).is_some_and(|probability| probability > NO_SPEECH);
        let improbable = number(value, &["avg_logprob"]).is_some_and(|logarithm| logarithm < IMPROBABLE);
        if nobody && improbable {
            return None;
        }
        let words = value.get("words").and_then(Value::as_array);
        Some(Self {
            start: number(value, &["start"]),
            end: number(value, &["end"]),
            text: text.trim().to_owned(),
            words: words.into_iter().flatten().take(MOST).filter_map(RawWord::of).collect(),
        })
    }
}

impl Item for RawWord {
    fn of(value: &Value) -> Option<Self> {
        let text = value.get("word").or_else(|| value.get("text"))?.as_str()?;
        Some(Self {
            start: number(value, &["start"]),
            end: number(value, &["end"]),
            text: text.to_owned(),
            confidence: number(value, &["probability", "confidence", "score"]),
        })
    }
}

/// The first of these that is a number, also where it is written as a text.
fn number(value: &Value, names: &[&str]) -> Option<f64> {
    let found = names.iter().find_map(|name| value.get(*name))?;
    let number = found.as_f64().or_else(|| found.as_str()?.trim().parse().ok())?;
    number.is_finite().then_some(number)
}

/// A list of which at most [`MOST`] are kept; none where something else stands in its place.
struct Few<T>(Option<Vec<T>>);

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Item> Deserialize<'de> for Few<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FewVisitor(PhantomData))
    }
}

struct FewVisitor<T>(PhantomData<T>);

impl<'de, T: Item> Visitor<'de> for FewVisitor<T> {
    type Value = Few<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Few<T>, A::Error> {
        let mut items = Vec::new();
        while items.len() < MOST {
            // One at a time: what servers add to each, such as tokens, is never held for all.
            let Some(value) = list.next_element::<Value>()? else { return Ok(Few(Some(items))) };
            items.extend(T::of(&value));
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Few(Some(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Few<T>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Few(None))
    }

    fn visit_unit<E: Error>(self) -> Result<Few<T>, E> {
        Ok(Few(None))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Few<T>, E> {
        Ok(Few(None))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Few<T>, E> {
        Ok(Few(None))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Few<T>, E> {
        Ok(Few(None))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Few<T>, E> {
        Ok(Few(None))
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Few<T>, E> {
        Ok(Few(None))
    }
}

/// The error's place only: its text may quote the answer.
fn no_json(error: &serde_json::Error) -> Fault {
    Fault::NoJson { line: error.line(), column: error.column() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_left_out() {
        let body = br#"{"text": " a \"NaN\" b ", "language": 7, "segments": [
            {"start": NaN, "end": -Infinity, "text": " a "}, 12, null, {"text": 5},
            {"start": "1.5", "end": 2, "text": "b", "words": [{"word": " b", "probability": 0.5}, "x"], "tokens": [1, 2]},
            {"start": 3, "end": 4, "text": "Thank you.", "no_speech_prob": 0.9, "avg_logprob": -1.5},
            {"start": 5, "end": 6, "text": "sure", "no_speech_prob": 0.9, "avg_logprob": -0.2}
        ], "words": {"a": 1}}"#;
        let answer = Answer::read(body).unwrap();
        assert_eq!((answer.text.as_str(), answer.language), ("a \"NaN\" b", None));
        let segments = answer.segments.unwrap();
        let told: Vec<_> = segments.iter().map(|segment| (segment.text.as_str(), segment.start, segment.end)).collect();
        assert_eq!(told, [("a", None, None), ("b", Some(1.5), Some(2.0)), ("sure", Some(5.0), Some(6.0))]);
        assert_eq!(segments[1].words.len(), 1);
        assert_eq!(segments[1].words[0].confidence, Some(0.5));
        assert!(answer.words.is_empty());
    }

    #[test]
    fn what_is_no_answer_is_none() {
        assert!(matches!(Answer::read(b"<html>"), Err(Fault::NoJson { line: 1, .. })));
        assert!(matches!(Answer::read(b"[]"), Err(Fault::NoText | Fault::NoJson { .. })));
        assert!(matches!(Answer::read(b"\"secret words\""), Err(Fault::NoJson { .. })));
        assert!(matches!(Answer::read(br#"{"error": {"message": "x"}}"#), Err(Fault::NoText)));
        assert!(matches!(Answer::read(br#"{"text": null, "segments": "none"}"#), Err(Fault::NoText)));
        assert_eq!(Answer::read(br#"{"text": ""}"#).unwrap().text, "");
    }

    #[test]
    fn a_list_without_end_is_cut() {
        let many = vec![r#"{"text":"a"}"#; MOST + 10].join(",");
        let answer = Answer::read(format!(r#"{{"segments":[{many}],"text":"b"}}"#).as_bytes()).unwrap();
        assert_eq!(answer.segments.unwrap().len(), MOST);
        assert_eq!(answer.text, "b");
    }
}
