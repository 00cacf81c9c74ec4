//! Which sentences are told.

use std::collections::BTreeSet;

use hearken_domain::insight::{Conversation, SignalKind};

use super::terms::Terms;
use crate::{
    actions,
    cue::Cues,
    language::Language,
    people::People,
    said::Said,
    signals::{self, Rivals},
    words::real,
};

/// Sections a conversation is read in.
const SECTIONS: usize = 12;
/// Finalists of a section.
const FINALISTS: usize = 8;
/// Sentences of a section that may become finalists, by their words alone.
const CANDIDATES: usize = 64;
/// Sentences of a summary at least, where there are so many, and at most.
const FEWEST: usize = 3;
const MOST: usize = 8;
/// Words of a sentence that says something, at least, and of one that is still read with pleasure.
const SHORT: usize = 5;
const LONG: usize = 32;

static DECISIONS: std::sync::LazyLock<Cues> = std::sync::LazyLock::new(|| {
    Cues::new(&[
        (
            1.0,
            "decision|we(?:'ve| have)? (?:decided|agreed)|let's do (?:it|that)|goes in|go in as well|let's go with|i'd rather|the goal|the plan|i wanted to talk about|i'd like to go through",
        ),
        (
            0.9,
            "(?:biggest|main|number one|most important|weak) (?:problem|reason|point|complaint|one|thing|gap|issue)|that's the reason|the (?:cause|reason|bad news|good news|problem) (?:is|was)|the only thing",
        ),
        (0.6, "because|honestly|that's a must|must|we need|i need|important|at the moment|currently"),
    ])
});

/// What only oils a conversation.
static OIL: std::sync::LazyLock<Cues> = std::sync::LazyLock::new(|| {
    Cues::new(&[(
        1.0,
        "thank(?:s| you)|nice to (?:see|meet)|good to (?:see|hear)|(?:good )?bye|have a (?:great|good|nice)|sorry to hear|welcome|how are you|can you hear|one moment|sounds good|talk to you|\
         i understand|i hear you|speaking|good morning|i see|that's a (?:good|fair|lot)|happy to|(?:a )?pleasure|great|perfect",
    )])
});

/// What is needed to weigh sentences.
pub(crate) struct Judge<'c> {
    pub(crate) conversation: &'c Conversation,
    pub(crate) language: &'c Language,
    pub(crate) people: &'c People<'c>,
    pub(crate) rivals: &'c Rivals,
    pub(crate) terms: &'c Terms,
}

/// A sentence that may be told.
pub(crate) struct Point<'c> {
    pub(crate) turn: usize,
    pub(crate) at: usize,
    pub(crate) speaker: usize,
    pub(crate) text: &'c str,
    weight: f64,
    factor: f64,
    terms: BTreeSet<String>,
}

impl Point<'_> {
    fn worth(&self) -> f64 {
        self.weight * self.factor
    }
}

impl<'c> Judge<'c> {
    /// The sentences to tell, in the conversation's order.
    pub(crate) fn points(&self) -> Vec<Point<'c>> {
        let mut sentences = 0;
        let mut finalists = Vec::new();
        let turns = &self.conversation.turns;
        let length = turns.len().div_ceil(SECTIONS).max(1);
        for from in (0..turns.len()).step_by(length) {
            let mut section: Vec<Point<'c>> = Vec::new();
            for (position, turn) in turns.iter().enumerate().skip(from).take(length) {
                for said in Said::of_turn(position, turn) {
                    sentences += 1;
                    section.extend(self.point(&said));
                }
                if section.len() > 4 * CANDIDATES {
                    keep_best(&mut section, CANDIDATES);
                }
            }
            keep_best(&mut section, CANDIDATES);
            for point in &mut section {
                self.understand(point);
            }
            keep_best(&mut section, FINALISTS);
            finalists.extend(section);
        }
        let mut chosen = chosen(finalists, count(sentences));
        chosen.sort_by_key(|point| (point.turn, point.at));
        chosen
    }

    fn point(&self, said: &Said<'c>) -> Option<Point<'c>> {
        let words = said.words.len();
        let terms: BTreeSet<String> = said.words.iter().filter_map(|word| self.language.term(&word.plain)).collect();
        if words < SHORT || terms.is_empty() {
            return None;
        }
        let central: f64 = terms.iter().map(|term| self.terms.weight(term)).sum::<f64>() / (real(terms.len()) + 3.0);
        let rich = (real(terms.len()) / 8.0).min(1.0);
        let length = if words > LONG { real(LONG) / real(words) } else { 1.0 };
        // A conversation begins with greetings, which only the cues of English tell from the rest.
        let position = match said.turn {
            0 | 1 if !self.language.is_english() => 0.6,
            0..4 => 0.9,
            _ => 1.0,
        };
        let question = if said.has_question_mark() { 0.45 } else { 1.0 };
        Some(Point {
            turn: said.turn,
            at: said.sentence.at,
            speaker: said.speaker,
            text: said.text(),
            weight: central + 0.5 * rich,
            factor: length * position * question,
            terms,
        })
    }

    /// Adds what the sentence means to what its words weigh.
    fn understand(&self, point: &mut Point<'c>) {
        let Some(turn) = self.conversation.turns.get(point.turn) else { return };
        let said = Said::of_turn(point.turn, turn).into_iter().find(|said| said.sentence.at == point.at);
        point.weight += said.map_or(0.0, |said| self.meaning(&said));
    }

    /// What a sentence is a sign of makes it worth telling.
    fn meaning(&self, said: &Said<'_>) -> f64 {
        if !said.is_english(self.language) {
            return 0.0;
        }
        let leads = actions::leads(said, self.people);
        let signs = signals::signs(said, self.people, self.rivals, &leads);
        let signs = signs.iter().map(|sign| match sign.kind {
            SignalKind::Objection | SignalKind::Competitor => 0.4,
            SignalKind::Risk => 0.35,
            SignalKind::Pricing => 0.3,
            SignalKind::Commitment => 0.1,
            SignalKind::NextStep => 0.2,
            SignalKind::Question => 0.0,
        } * sign.confidence);
        let signs: f64 = signs.sum::<f64>().min(0.6);
        let decided = DECISIONS.surest(said.text()).unwrap_or(0.0) * 0.35;
        let oil = if OIL.any(said.text()) { -0.35 } else { 0.0 };
        signs + decided + oil
    }
}

/// How many sentences a summary has: two more for a conversation of four times the length.
fn count(sentences: usize) -> usize {
    let doublings = (sentences / 12).checked_ilog2().map_or(0, |log| log + 1);
    (FEWEST + usize::try_from(doublings).unwrap_or(MOST)).min(MOST)
}

fn keep_best(points: &mut Vec<Point<'_>>, most: usize) {
    points.sort_by(|a, b| b.worth().total_cmp(&a.worth()).then(a.turn.cmp(&b.turn)).then(a.at.cmp(&b.at)));
    // What is said over and over is a finalist once.
    let mut told = BTreeSet::new();
    points.retain(|point| told.len() < most && told.insert(point.terms.clone()));
}

/// Takes the best one after the other, each weighed again by how much of it was already told.
fn chosen(mut finalists: Vec<Point<'_>>, most: usize) -> Vec<Point<'_>> {
    let mut chosen: Vec<Point<'_>> = Vec::new();
    while chosen.len() < most && !finalists.is_empty() {
        let worth = |point: &Point<'_>| {
            let told = chosen.iter().map(|other| overlap(&point.terms, &other.terms)).fold(0.0, f64::max);
            let near = chosen.iter().any(|other| other.turn == point.turn);
            point.worth() * (1.0 - 0.8 * told) * if near { 0.7 } else { 1.0 }
        };
        let best =
            (0..finalists.len()).max_by(|a, b| worth(&finalists[*a]).total_cmp(&worth(&finalists[*b])).then(b.cmp(a)));
        let Some(best) = best else { break };
        chosen.push(finalists.swap_remove(best));
    }
    chosen
}

fn overlap(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    real(a.intersection(b).count()) / real(a.len().min(b.len()).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_grows_slowly() {
        assert_eq!([0, 5, 12, 30, 60, 200, 150_000].map(count), [3, 3, 4, 5, 6, 8, 8]);
    }
}
