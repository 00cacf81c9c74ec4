//! What a program wrote: which form it has, and what was heard according to it.

mod captions;
mod json;
mod sphinx;

use hearken_domain::speech::{Heard, Segment};

use crate::error::Fault;

/// Reads an output of whichever form, for a track of this length.
pub(crate) fn heard(text: &str, length_ms: u64) -> Result<Heard, Fault> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let mut heard = if text.starts_with('{') {
        json::heard(text)?
    } else if captions::are_bracketed(text) {
        of(captions::bracketed(text))
    } else if captions::are_in(text) {
        of(captions::blocks(text))
    } else if sphinx::is_timed(text) {
        of(sphinx::utterances(text))
    } else {
        let words: Vec<&str> = text.split_whitespace().collect();
        of(vec![Segment { start_ms: 0, end_ms: length_ms, text: words.join(" "), words: Vec::new() }])
    };
    put_right(&mut heard.segments, length_ms);
    Ok(heard)
}

fn of(segments: Vec<Segment>) -> Heard {
    Heard { language: None, segments }
}

/// What the port promises: within the track, in order, nothing empty.
fn put_right(segments: &mut Vec<Segment>, length_ms: u64) {
    for segment in segments.iter_mut() {
        segment.text = segment.text.trim().to_owned();
        (segment.start_ms, segment.end_ms) = within(segment.start_ms, segment.end_ms, length_ms);
        for word in &mut segment.words {
            word.text = word.text.trim().to_owned();
            (word.start_ms, word.end_ms) = within(word.start_ms, word.end_ms, length_ms);
        }
        segment.words.retain(|word| !word.text.is_empty());
    }
    segments.retain(|segment| says_something(&segment.text));
    segments.sort_by_key(|segment| segment.start_ms);
}

fn within(start_ms: u64, end_ms: u64, length_ms: u64) -> (u64, u64) {
    let start_ms = start_ms.min(length_ms);
    (start_ms, end_ms.clamp(start_ms, length_ms))
}

/// Not the marks that whisper.cpp writes for silence.
fn says_something(text: &str) -> bool {
    !matches!(text, "" | "[BLANK_AUDIO]" | "[ Silence ]" | "[SILENCE]")
}

/// Seconds in milliseconds; what is before the start is the start.
fn millis(seconds: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast stops at both ends")]
    let millis = (seconds * 1000.0).round() as u64;
    millis
}

#[cfg(test)]
mod tests;
