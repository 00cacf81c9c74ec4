//! How a conversation feels: a lexicon with negations, degrees and "but", for each speaker and for all.
//!
//! Only English is judged. A speaker of whom no English sentence is known has no sentiment; one who speaks without
//! feeling has 0.

mod lexicon;

use std::{collections::HashMap, sync::LazyLock};

use hearken_domain::insight::Conversation;

use crate::{language::Language, said::Said, words::real};

/// How far before a word a negation reaches.
const REACH: usize = 3;
/// A sentence with this much feeling counts as half of all that is possible.
const HALF: f64 = 4.0;
/// As if everybody had said this many sentences without feeling: one word alone says little.
const CALM: f64 = 1.5;

/// A weight, and the words that have it together.
type Phrase = (f64, Vec<&'static str>);

/// The words of the lexicon, with their weights.
static WEIGHTS: LazyLock<HashMap<&'static str, f64>> = LazyLock::new(|| spread(lexicon::WORDS));
/// The phrases by their first word.
static PHRASES: LazyLock<HashMap<&'static str, Vec<Phrase>>> = LazyLock::new(|| {
    let mut phrases: HashMap<&str, Vec<Phrase>> = HashMap::new();
    for (weight, phrase) in lexicon::PHRASES {
        let words: Vec<&str> = phrase.split(' ').collect();
        phrases.entry(words[0]).or_default().push((*weight, words));
    }
    phrases
});
static DEGREES: LazyLock<HashMap<&'static str, f64>> = LazyLock::new(|| spread(lexicon::DEGREES));

fn spread(groups: &[(f64, &'static str)]) -> HashMap<&'static str, f64> {
    groups.iter().flat_map(|(weight, words)| words.split_whitespace().map(|word| (word, *weight))).collect()
}

/// The overall sentiment, and one for each speaker.
pub(crate) fn of(conversation: &Conversation, language: &Language) -> (Option<f64>, Vec<Option<f64>>) {
    let mut speakers = vec![Mood::default(); conversation.speakers.len()];
    let mut all = Mood::default();
    for (position, turn) in conversation.turns.iter().enumerate() {
        for said in Said::of_turn(position, turn) {
            if !said.is_english(language) {
                continue;
            }
            let feeling = feeling(&said.plain());
            all.add(feeling);
            if let Some(speaker) = speakers.get_mut(turn.speaker) {
                speaker.add(feeling);
            }
        }
    }
    (all.value(), speakers.iter().map(Mood::value).collect())
}

/// What is known of somebody's feelings.
#[derive(Clone, Default)]
struct Mood {
    sentences: usize,
    felt: usize,
    sum: f64,
}

impl Mood {
    fn add(&mut self, feeling: f64) {
        self.sentences += 1;
        self.felt += usize::from(feeling.abs() > f64::EPSILON);
        self.sum += feeling;
    }

    fn value(&self) -> Option<f64> {
        if self.sentences == 0 {
            return None;
        }
        let value = self.sum / (real(self.felt) + CALM);
        Some((value.clamp(-1.0, 1.0) * 1000.0).round() / 1000.0)
    }
}

/// A sentence's feeling, −1 to 1.
pub(crate) fn feeling(words: &[&str]) -> f64 {
    let mut sum = 0.0;
    let mut at = 0;
    while at < words.len() {
        if let Some((weight, length)) = phrase(&words[at..]) {
            sum += weight;
            at += length;
            continue;
        }
        if words[at] == "but" {
            // What comes after counts.
            sum *= 0.5;
        }
        if let Some(weight) = WEIGHTS.get(words[at]) {
            sum += shifted(*weight, &words[at.saturating_sub(REACH)..at]);
        }
        at += 1;
    }
    let amount: f64 = sum;
    amount / (amount.abs() + HALF)
}

fn phrase(words: &[&str]) -> Option<(f64, usize)> {
    let phrases = PHRASES.get(words.first()?)?;
    let said = phrases.iter().find(|(_, phrase)| words.starts_with(phrase));
    said.map(|(weight, phrase)| (*weight, phrase.len()))
}

/// The weight, given the words before.
fn shifted(weight: f64, before: &[&str]) -> f64 {
    let degree = before.last().and_then(|word| DEGREES.get(word)).copied().unwrap_or(1.0);
    let negated = before.iter().any(|word| lexicon::NEGATIONS.contains(word));
    let turned = if !negated {
        1.0
    } else if weight > 0.0 {
        -0.8
    } else {
        // "Not bad" is no praise.
        -0.3
    };
    weight * degree * turned
}

#[cfg(test)]
mod tests {
    use super::*;

    fn felt(text: &str) -> f64 {
        feeling(&text.split(' ').collect::<Vec<_>>())
    }

    #[test]
    fn shifters_shift() {
        assert!(felt("this is terrible") < -0.3);
        assert!(felt("this is really wonderful") > felt("this is wonderful"));
        assert!(felt("i am not happy with it") < 0.0);
        assert!(felt("it is not bad") > -0.05 && felt("it is not bad") < 0.2);
        assert!(felt("the product is nice but the support is awful") < 0.0);
        assert!(felt("no problem").abs() < f64::EPSILON);
        assert!(felt("the meter is in the hall").abs() < f64::EPSILON);
    }

    #[test]
    fn no_word_is_in_two_groups_of_opposite_feeling() {
        for (weight, words) in lexicon::WORDS {
            for word in words.split_whitespace() {
                assert!(WEIGHTS[word] * weight > 0.0, "{word}");
            }
        }
    }
}
