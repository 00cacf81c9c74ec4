//! From an answer to segments of the recording: times that can be, in their order, nothing empty.

use std::ops::Range;

use hearken_domain::speech::Segment;

use crate::{
    answer::{Answer, RawSegment},
    language,
    words::{distribute, grouped, placed_words},
};

/// What was heard in one piece.
pub(crate) struct PieceHeard {
    pub(crate) language: Option<String>,
    /// In the order of their start, within the piece; times are the recording's.
    pub(crate) segments: Vec<Segment>,
    /// Whether the server told where anything is.
    pub(crate) is_timed: bool,
}

/// Puts an answer to where its piece is, in milliseconds.
pub(crate) fn put_back(answer: Answer, piece: &Range<u64>) -> PieceHeard {
    let language = answer.language.as_deref().and_then(language::told);
    let words = placed_words(answer.words, piece);
    let told = answer.segments.filter(|segments| segments.iter().any(|segment| segment.start.is_some()));
    let is_timed = told.is_some() || !words.is_empty();
    let mut segments = match told {
        Some(segments) => {
            let mut segments = placed(segments, piece);
            distribute(words, &mut segments);
            segments
        }
        None if words.is_empty() => vec![whole(answer.text, piece)],
        None => grouped(words),
    };
    segments.retain(|segment| says_something(&segment.text));
    PieceHeard { language, is_timed: is_timed || segments.is_empty(), segments }
}

/// Seconds from the piece's start as milliseconds of the recording, moved into the piece where they are not in it.
pub(crate) fn place(seconds: f64, piece: &Range<u64>) -> u64 {
    #[expect(clippy::cast_precision_loss, reason = "a piece has far fewer than 2^52 milliseconds")]
    let length = (piece.end - piece.start) as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and the length")]
    let millis = (seconds * 1000.0).round().clamp(0.0, length) as u64;
    piece.start + millis
}

fn placed(raw: Vec<RawSegment>, piece: &Range<u64>) -> Vec<Segment> {
    let mut last = piece.start;
    let mut segments = Vec::with_capacity(raw.len());
    for raw in raw {
        let start_ms = raw.start.map_or(last, |seconds| place(seconds, piece));
        let end_ms = raw.end.map_or(start_ms, |seconds| place(seconds, piece)).max(start_ms);
        last = end_ms;
        segments.push(Segment { start_ms, end_ms, text: raw.text, words: placed_words(raw.words, piece) });
    }
    segments.sort_by_key(|segment| segment.start_ms);
    segments
}

fn whole(text: String, piece: &Range<u64>) -> Segment {
    Segment { start_ms: piece.start, end_ms: piece.end, text, words: Vec::new() }
}

/// Not the marks that whisper.cpp writes for silence.
fn says_something(text: &str) -> bool {
    !matches!(text, "" | "[BLANK_AUDIO]" | "[ Silence ]" | "[SILENCE]")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a piece from second 100 to 110: each segment's start, end and text.
    fn heard(body: &str) -> (Vec<(u64, u64, String)>, PieceHeard) {
        let heard = put_back(Answer::read(body.as_bytes()).unwrap(), &(100_000..110_000));
        let brief = |segment: &Segment| (segment.start_ms, segment.end_ms, segment.text.clone());
        (heard.segments.iter().map(brief).collect(), heard)
    }

    fn brief(start: u64, end: u64, text: &str) -> (u64, u64, String) {
        (start, end, text.to_owned())
    }

    #[test]
    fn times_that_cannot_be_are_moved() {
        let (segments, _) = heard(
            r#"{"segments": [
                {"start": -3, "end": 1, "text": "before"}, {"start": 5, "end": 2, "text": "backwards"},
                {"start": 1, "end": 1.5, "text": "late"}, {"start": 9, "end": 1e300, "text": "behind"},
                {"text": "no times"}, {"start": 2, "end": 3, "text": "  "}, {"start": 3, "end": 4, "text": "[BLANK_AUDIO]"}
            ]}"#,
        );
        assert_eq!(
            segments,
            [
                brief(100_000, 101_000, "before"),
                brief(101_000, 101_500, "late"),
                brief(105_000, 105_000, "backwards"),
                brief(109_000, 110_000, "behind"),
                brief(110_000, 110_000, "no times"),
            ]
        );
    }

    #[test]
    fn words_beside_the_segments_go_to_theirs() {
        let (_, heard) = heard(
            r#"{"language": "english", "segments": [
                {"start": 0, "end": 2, "text": "one two"}, {"start": 2, "end": 4, "text": "three"}
            ], "words": [
                {"word": "one", "start": 0, "end": 0.9}, {"word": "two", "start": 1, "end": 2.4, "probability": 0.75},
                {"word": "three", "start": 3, "end": 4}, {"word": " ", "start": 3, "end": 4}
            ]}"#,
        );
        let words = |segment: &Segment| segment.words.iter().map(|word| word.text.clone()).collect::<Vec<_>>();
        assert_eq!(heard.segments.iter().map(words).collect::<Vec<_>>(), [vec!["one", "two"], vec!["three"]]);
        let two = &heard.segments[0].words[1];
        assert_eq!((two.start_ms, two.end_ms, two.confidence), (101_000, 102_400, Some(0.75)));
        assert_eq!(heard.language.as_deref(), Some("en"));
    }

    #[test]
    fn words_without_segments_make_some() {
        let (segments, _) = heard(
            r#"{"text": "Hello you. How are you", "words": [
                {"word": "Hello", "start": 0, "end": 1}, {"word": "you.", "start": 1, "end": 2},
                {"word": "How", "start": 2, "end": 3}, {"word": "are", "start": 3, "end": 3.5},
                {"word": "you", "start": 6, "end": 7}
            ]}"#,
        );
        assert_eq!(
            segments,
            [brief(100_000, 102_000, "Hello you."), brief(102_000, 103_500, "How are"), brief(106_000, 107_000, "you")]
        );
    }

    #[test]
    fn a_text_without_times_is_the_pieces() {
        let (segments, heard) = heard(r#"{"text": " hello ", "segments": [{"text": "hello"}]}"#);
        assert_eq!(segments, [brief(100_000, 110_000, "hello")]);
        assert!(!heard.is_timed);
    }
}
