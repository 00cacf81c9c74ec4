//! What a conversation is about: its words by how often they are said, and in which form.

use std::collections::HashMap;

use hearken_domain::insight::Conversation;

use crate::{
    language::Language,
    people::People,
    words::{Word, real, words},
};

/// A term, counted.
struct Count {
    turns: usize,
    last_turn: usize,
    /// The form it was said in first, for showing.
    shown: String,
}

/// The terms of a conversation.
pub(crate) struct Terms {
    counts: HashMap<String, Count>,
    most: usize,
}

/// More different terms than any conversation has by itself; what comes later is not counted.
const MAX_TERMS: usize = 200_000;

impl Terms {
    /// Counts in how many turns each term is said. Names of speakers are no terms.
    pub(crate) fn of(conversation: &Conversation, language: &Language, people: &People<'_>) -> Self {
        let mut counts: HashMap<String, Count> = HashMap::new();
        for (turn, said) in conversation.turns.iter().enumerate() {
            for word in words(&said.text) {
                let Some(term) = language.term(&word.plain).filter(|_| !people.is_part_of_a_name(&word.plain)) else {
                    continue;
                };
                if let Some(count) = counts.get_mut(&term) {
                    count.turns += usize::from(count.last_turn != turn);
                    count.last_turn = turn;
                } else if counts.len() < MAX_TERMS {
                    counts.insert(term, Count { turns: 1, last_turn: turn, shown: shown(&said.text, &word) });
                }
            }
        }
        let most = counts.values().map(|count| count.turns).max().unwrap_or(1);
        Self { counts, most }
    }

    /// How central a term is, 0 to 1.
    pub(crate) fn weight(&self, term: &str) -> f64 {
        let count = self.counts.get(term).map_or(0, |count| count.turns);
        (1.0 + real(count)).ln() / (1.0 + real(self.most)).ln()
    }

    /// The terms that are said most, as they were said, when they were said more than once.
    pub(crate) fn topics(&self, most: usize) -> Vec<&str> {
        let mut counted: Vec<(&String, &Count)> =
            self.counts.iter().filter(|(_, count)| count.turns > 1 && count.shown.chars().count() > 3).collect();
        counted
            .sort_by(|(a, x), (b, y)| y.turns.cmp(&x.turns).then_with(|| b.len().cmp(&a.len())).then_with(|| a.cmp(b)));
        counted
            .into_iter()
            .filter(|(_, count)| !count.shown.bytes().all(|b| b.is_ascii_digit()))
            .take(most)
            .map(|(_, count)| count.shown.as_str())
            .collect()
    }
}

/// A capital letter inside a sentence belongs to the word: names, German nouns, "API".
fn shown(text: &str, word: &Word<'_>) -> String {
    let goes_on = text[..word.at].trim_end().ends_with(|c: char| c.is_alphanumeric() || c == ',');
    let inner = word.text.chars().skip(1).any(char::is_uppercase);
    if inner || (goes_on && word.is_capital()) { word.text.to_owned() } else { word.plain.clone().into_owned() }
}
