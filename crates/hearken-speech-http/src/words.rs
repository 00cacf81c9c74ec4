//! Words: their times, which segment they are of, and the segments that they make where a server tells none.

use std::ops::Range;

use hearken_domain::{
    speech::Segment,
    timeline::{Word, confidence},
};

use crate::{answer::RawWord, segments::place};

/// So much silence between words ends a segment, in milliseconds.
const PAUSE: u64 = 1000;

/// Words with times of the recording; their texts may still begin with a space. One without a time goes to where the
/// one before it ended.
pub(crate) fn placed_words(raw: Vec<RawWord>, piece: &Range<u64>) -> Vec<Word> {
    let mut last = piece.start;
    let mut words = Vec::with_capacity(raw.len());
    for raw in raw.into_iter().filter(|raw| !raw.text.trim().is_empty()) {
        let start_ms = raw.start.map_or(last, |seconds| place(seconds, piece));
        let end_ms = raw.end.map_or(start_ms, |seconds| place(seconds, piece)).max(start_ms);
        last = end_ms;
        words.push(Word { text: raw.text, start_ms, end_ms, confidence: raw.confidence.and_then(confidence) });
    }
    words
}

/// Gives each word to the segment around its middle, or else to the nearest. Segments that have words keep theirs only.
pub(crate) fn distribute(words: Vec<Word>, segments: &mut [Segment]) {
    if segments.iter().all(|segment| segment.words.is_empty()) {
        for word in words {
            let middle = word.start_ms.midpoint(word.end_ms);
            let nearest = nearest(middle, segments);
            if let Some(segment) = nearest.and_then(|at| segments.get_mut(at)) {
                segment.words.push(word);
            }
        }
    }
    for word in segments.iter_mut().flat_map(|segment| &mut segment.words) {
        trim(word);
    }
}

/// Segments of words: each ends with a sentence or before a pause.
pub(crate) fn grouped(words: Vec<Word>) -> Vec<Segment> {
    let between = if words.iter().any(|word| word.text.starts_with(char::is_whitespace)) { "" } else { " " };
    let mut segments: Vec<Segment> = Vec::new();
    for mut word in words {
        match segments.last_mut() {
            Some(last) if !is_over(last, &word) => {
                last.text.push_str(between);
                last.text.push_str(&word.text);
                last.end_ms = last.end_ms.max(word.end_ms);
                trim(&mut word);
                last.words.push(word);
            }
            _ => {
                trim(&mut word);
                let (start_ms, end_ms, text) = (word.start_ms, word.end_ms, word.text.clone());
                segments.push(Segment { start_ms, end_ms, text, words: vec![word] });
            }
        }
    }
    segments.sort_by_key(|segment| segment.start_ms);
    segments
}

fn is_over(segment: &Segment, next: &Word) -> bool {
    segment.text.ends_with(['.', '?', '!', '。', '？', '！']) || next.start_ms > segment.end_ms + PAUSE
}

/// Segments are in the order of their start.
fn nearest(middle: u64, segments: &[Segment]) -> Option<usize> {
    let next = segments.partition_point(|segment| segment.start_ms <= middle);
    let Some(before) = next.checked_sub(1) else { return (!segments.is_empty()).then_some(0) };
    let behind = middle.saturating_sub(segments[before].end_ms);
    let is_nearer = |segment: &Segment| segment.start_ms - middle < behind;
    Some(if segments.get(next).is_some_and(is_nearer) { next } else { before })
}

fn trim(word: &mut Word) {
    word.text = word.text.trim().to_owned();
}
