//! What a tag tells the tagger to look for: its name, what means the same, and its description.

use std::collections::BTreeSet;

use hearken_domain::{insight::SignalKind, tag::Tag};

use super::synonyms::SUBJECTS;
use crate::{language::Language, words::plain_words};

/// Words of descriptions that are about conversations as such.
const GENERIC: &[&str] = &[
    "customer",
    "customers",
    "client",
    "clients",
    "call",
    "calls",
    "meeting",
    "meetings",
    "conversation",
    "conversations",
    "somebody",
    "someone",
    "mention",
    "mentions",
    "mentioned",
    "talk",
    "talks",
    "discussed",
    "discuss",
    "discusses",
    "asks",
    "asked",
    "asking",
    "says",
    "wants",
    "want",
    "wish",
    "wishes",
    "use",
    "uses",
    "used",
    "new",
    "first",
    "second",
    "about",
    "product",
    "products",
    "company",
    "team",
    "people",
    "user",
    "users",
    "prospect",
    "prospects",
    "tag",
    "tagged",
    "apply",
    "applies",
    "running",
    "whenever",
    "related",
    "regarding",
    "including",
    "topic",
    "topics",
    "learn",
    "show",
    "outside",
    "report",
    "reports",
    "reported",
    "says",
    "next",
    "build",
    "building",
    "another",
    "today",
    "works",
    "plan",
    "bigger",
    "kunde",
    "kunden",
    "gespräch",
    "gespräche",
    "besprochen",
    "wenn",
    "cliente",
    "clientes",
    "habla",
    "cuando",
];

/// What the following words of a description are meant by.
const POINTERS: &[&str] = &[
    "about",
    "for",
    "mention",
    "mentions",
    "mentioned",
    "mentioning",
    "over",
    "über",
    "around",
    "discussed",
    "regarding",
];

/// A phrase to look for.
pub(crate) struct Clue {
    /// Its stems in English, and in the conversation's language.
    pub(crate) stems: [Vec<String>; 2],
    /// What finding it says.
    pub(crate) weight: f64,
    /// Whether it names the subject, rather than something near it.
    pub(crate) is_strong: bool,
}

/// What to look for.
pub(crate) struct Instruction {
    pub(crate) clues: Vec<Clue>,
    pub(crate) signals: Vec<SignalKind>,
}

/// Reads a tag's name and description.
pub(crate) struct Reader<'l> {
    pub(crate) english: &'l Language,
    pub(crate) language: &'l Language,
}

impl Reader<'_> {
    /// What the tag tells to look for.
    pub(crate) fn read(&self, tag: &Tag) -> Instruction {
        let name = plain_words(tag.name.as_str());
        let mut clues = Vec::new();
        let mut signals = Vec::new();
        self.add(&mut clues, tag.name.as_str(), if name.len() > 1 { 1.6 } else { 1.0 }, true);
        for subject in SUBJECTS.iter().filter(|subject| name.iter().any(|word| names(subject.names, word))) {
            for phrase in subject.phrases.split(", ") {
                self.add(&mut clues, phrase, 0.7, true);
            }
            signals.extend(subject.signal);
        }
        if let Some(description) = &tag.description {
            self.describe(description.as_str(), &mut clues);
        }
        if name.len() > 1 {
            for word in name.iter().filter(|word| !GENERIC.contains(&word.as_str())) {
                self.add(&mut clues, word, 0.5, false);
            }
        }
        let mut seen = BTreeSet::new();
        clues.retain(|clue| !clue.stems[0].is_empty() && seen.insert(clue.stems[0].clone()));
        Instruction { clues, signals }
    }

    fn add(&self, clues: &mut Vec<Clue>, phrase: &str, weight: f64, is_strong: bool) {
        let words = plain_words(phrase);
        let stems =
            [self.english, self.language].map(|language| words.iter().map(|word| language.stem(word)).collect());
        clues.push(Clue { stems, weight, is_strong });
    }

    /// Quoted phrases, words after "about" or "mentions", and the other words of meaning.
    fn describe(&self, description: &str, clues: &mut Vec<Clue>) {
        for phrase in quoted(description) {
            self.add(clues, phrase, 1.2, true);
        }
        let words = plain_words(description);
        let mut pointed = 0;
        for word in &words {
            let means = self.english.term(word).is_some() && self.language.term(word).is_some();
            if POINTERS.contains(&word.as_str()) {
                pointed = 6;
            } else if means && !GENERIC.contains(&word.as_str()) {
                let weight = if pointed > 0 { 0.9 } else { 0.65 };
                self.add(clues, word, weight, pointed > 0);
            }
            pointed = usize::saturating_sub(pointed, 1);
        }
    }
}

fn names(list: &str, word: &str) -> bool {
    list.split(' ').any(|name| name == word)
}

/// The phrases between quotation marks.
fn quoted(text: &str) -> Vec<&str> {
    let marks = ['"', '“', '”', '„', '«', '»'];
    let parts: Vec<&str> = text.split(marks).collect();
    // Text stands outside, inside, outside, …; a mark without its partner quotes nothing.
    let complete = parts.len() - (parts.len() + 1) % 2;
    parts[..complete].iter().skip(1).step_by(2).map(|part| part.trim()).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_phrases_are_found() {
        assert_eq!(quoted("if “notice period” or \"API\" is said"), ["notice period", "API"]);
        assert_eq!(quoted("a lone \" mark"), Vec::<&str>::new());
        assert_eq!(quoted("none"), Vec::<&str>::new());
    }
}
