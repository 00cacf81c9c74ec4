//! What pocketsphinx prints with `-time yes`: the utterance, then a line for each of its words.
//!
//! ```text
//! hello world
//! <s> 0.000 0.020 0.998501
//! hello 0.030 0.430 0.123818
//! <sil> 0.440 0.500 0.990000
//! world(2) 0.510 0.830 0.446064
//! </s> 0.840 0.900 1.000000
//! ```

use hearken_domain::{
    speech::Segment,
    timeline::{Word, confidence},
};

use super::millis;

/// Where an utterance begins and ends.
const BEGIN: &str = "<s>";
const END: &str = "</s>";

/// Whether there are lines with times.
pub(crate) fn is_timed(text: &str) -> bool {
    text.lines().filter_map(line).any(|word| word.text == BEGIN || word.text == END)
}

/// A segment for each utterance; its text is that of its words.
pub(crate) fn utterances(text: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut words = Vec::new();
    for word in text.lines().filter_map(line) {
        if word.text == BEGIN || word.text == END {
            segments.extend(utterance(words.drain(..)));
        } else {
            words.push(word);
        }
    }
    segments.extend(utterance(words));
    segments
}

/// The segment of these, without what is no word; none where nothing is left.
pub(crate) fn utterance(words: impl IntoIterator<Item = Word>) -> Option<Segment> {
    let mut words: Vec<Word> = words.into_iter().filter(|word| !word.text.starts_with(['<', '[', '+'])).collect();
    for word in &mut words {
        // `world(2)` is another way to say `world`.
        if let Some((text, _)) = word.text.split_once('(') {
            word.text = text.to_owned();
        }
    }
    let (start_ms, end_ms) = (words.first()?.start_ms, words.last()?.end_ms);
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    Some(Segment { start_ms, end_ms, text: texts.join(" "), words })
}

fn line(line: &str) -> Option<Word> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [text, start, end, probability] = fields.as_slice() else { return None };
    let number = |text: &str| text.parse::<f64>().ok();
    Some(Word {
        text: (*text).to_owned(),
        start_ms: millis(number(start)?),
        end_ms: millis(number(end)?),
        confidence: confidence(number(probability)?),
    })
}
