//! Tags: only those given, and rather none than a wrong one.
//!
//! Every clue of a tag counts by its weight and by how many turns have it; a tag fits when its clues together outweigh a
//! threshold that grows with the conversation, since in a long one every word is said at some time.

mod instruction;
mod synonyms;

use std::collections::{HashMap, HashSet};

use hearken_domain::{
    ids::TagId,
    insight::{Conversation, SignalKind},
    tag::Tag,
};

use self::instruction::{Clue, Instruction, Reader};
use crate::{
    extract,
    language::Language,
    words::{plain_words, real},
};

/// Clues that are only near the subject count this much together at most.
const MOST_WEAK: f64 = 1.6;
/// A title says what a conversation is about: as much as this many turns.
const TITLE: f64 = 2.0;
/// What the signals of a kind say about the subject.
fn signal_weight(kind: SignalKind) -> f64 {
    match kind {
        SignalKind::Competitor => 1.3,
        SignalKind::Objection => 0.9,
        _ => 0.7,
    }
}

/// The tags that fit, in the given order.
pub(crate) fn fitting(conversation: &Conversation, tags: &[Tag]) -> Vec<TagId> {
    if conversation.turns.is_empty() {
        return Vec::new();
    }
    let (english, language) = (Language::english(), Language::of(conversation));
    let reader = Reader { english: &english, language: &language };
    let instructions: Vec<Instruction> = tags.iter().map(|tag| reader.read(tag)).collect();
    let seen = Seen::of(conversation, &instructions, &reader);
    let signals = if instructions.iter().any(|instruction| !instruction.signals.is_empty()) {
        extract::from(conversation).signals
    } else {
        Vec::new()
    };
    let mut given = HashSet::new();
    let fits = |instruction: &Instruction| {
        let shown = |kind: &SignalKind| signals.iter().filter(|signal| signal.kind == *kind).count();
        let weighed = instruction.signals.iter().map(|kind| signal_weight(*kind) * frequency(shown(kind)));
        let signs: f64 = weighed.sum();
        seen.weight(instruction, signs > 0.0) + signs >= seen.threshold()
    };
    let fitting = tags.iter().zip(&instructions).filter(|(_, instruction)| fits(instruction));
    fitting.map(|(tag, _)| tag.id).filter(|id| given.insert(*id)).collect()
}

/// How often each phrase is said.
struct Seen {
    /// The turns that have a phrase, by its stems.
    turns: HashMap<Vec<String>, usize>,
    /// The phrases in the title.
    title: HashSet<Vec<String>>,
    words: usize,
}

impl Seen {
    fn of(conversation: &Conversation, instructions: &[Instruction], reader: &Reader<'_>) -> Self {
        let clues = instructions.iter().flat_map(|instruction| &instruction.clues);
        let mut by_first: [HashMap<&str, Vec<&Vec<String>>>; 2] = [HashMap::new(), HashMap::new()];
        for clue in clues {
            for (phrases, stems) in by_first.iter_mut().zip(&clue.stems) {
                let Some(first) = stems.first() else { continue };
                let known = phrases.entry(first.as_str()).or_default();
                if !known.contains(&stems) {
                    known.push(stems);
                }
            }
        }
        let ways = if reader.language.is_english() { 1 } else { 2 };
        let find = |text: &str| {
            let words = plain_words(text);
            let mut found: HashSet<&Vec<String>> = HashSet::new();
            for (language, phrases) in [reader.english, reader.language].into_iter().zip(&by_first).take(ways) {
                let stems: Vec<String> = words.iter().map(|word| language.stem(word)).collect();
                for at in 0..stems.len() {
                    let starting = phrases.get(stems[at].as_str()).into_iter().flatten();
                    found.extend(starting.filter(|phrase| stems[at..].starts_with(phrase)));
                }
            }
            (words.len(), found)
        };
        let mut seen = Self { turns: HashMap::new(), title: HashSet::new(), words: 0 };
        for turn in &conversation.turns {
            let (words, found) = find(&turn.text);
            seen.words += words;
            for phrase in found {
                *seen.turns.entry(phrase.clone()).or_default() += 1;
            }
        }
        seen.title = find(&conversation.title).1.into_iter().cloned().collect();
        seen
    }

    fn weight(&self, instruction: &Instruction, is_shown: bool) -> f64 {
        let (mut strong, mut weak, mut near) = (0.0, 0.0, 0);
        for clue in &instruction.clues {
            let value = self.value(clue);
            if clue.is_strong {
                strong += value;
            } else if value > 0.0 {
                weak += value;
                near += 1;
            }
        }
        // What is only near the subject does not make a tag, unless there is a lot of it.
        if strong == 0.0 && near < 2 && !is_shown { 0.0 } else { strong + weak.min(MOST_WEAK) }
    }

    fn value(&self, clue: &Clue) -> f64 {
        let turns = clue.stems.iter().filter_map(|stems| self.turns.get(stems)).copied().max().unwrap_or(0);
        let titled = clue.stems.iter().any(|stems| self.title.contains(stems));
        clue.weight * (frequency(turns) + if titled { TITLE } else { 0.0 })
    }

    fn threshold(&self) -> f64 {
        let words = real(self.words);
        let short = (0.9 + words / 400.0).clamp(1.1, 1.8);
        short + (words / 1000.0).max(1.0).log10()
    }
}

/// The second and the third time say less than the first.
fn frequency(turns: usize) -> f64 {
    if turns == 0 {
        return 0.0;
    }
    1.0 + 0.7 * real(turns).ln()
}
