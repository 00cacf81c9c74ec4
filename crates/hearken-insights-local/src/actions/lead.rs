//! The words that lead to something to do: "I'll", "could you", "we need to", "Sam should".

use super::{opening::opening, verbs};
use crate::{people::People, said::Said};

/// Who is to do what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// "I'll send it": the speaker promises.
    Promise,
    /// "We'll send it": the speaker's side promises.
    WePromise,
    /// "I can have it by Friday": a promise only because of its date.
    Offer,
    /// "You'll get it": the speaker's promise, too.
    Delivery,
    /// "I have to ask": the speaker owes it to somebody else.
    OwnDuty,
    /// "Could you send it".
    Request,
    /// "I'd need your photos": a request without a verb.
    Need,
    /// "We need to send it", "somebody should send it": nobody in particular.
    Duty,
    /// "Sam will send it": the speaker at this position, or the word at this position of the sentence.
    Named(Doer),
    /// "Action item: send it".
    Marked,
}

/// Somebody who is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doer {
    /// A speaker.
    Speaker(usize),
    /// Somebody else: the words from here to there.
    Word(usize, usize),
}

/// A lead: positions in the sentence's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lead {
    pub(crate) kind: Kind,
    /// Its first word.
    pub(crate) from: usize,
    /// The verb it leads to.
    pub(crate) verb: usize,
    /// After the last word that may belong to it.
    pub(crate) end: usize,
}

/// What makes everything after it a thought, a report or a condition.
const UNREAL: &[&str] = &[
    "if",
    "unless",
    "suppose",
    "whether",
    "said",
    "says",
    "told",
    "thought",
    "wish",
    "otherwise",
    "promised",
    "promises",
    "hoped",
    "asked",
    "claimed",
    "imagine",
    "maybe",
    "might",
    "wondering",
    "wondered",
];

/// Conditions that are only polite.
const POLITE: &[&[&str]] =
    &[&["if", "that's"], &["if", "you", "like"], &["if", "you", "want"], &["if", "you", "don't"]];

/// Words that put a thing off until nobody knows when, or mean it is being done already.
const NOT_TO_DO: &[&[&str]] = &[
    &["another", "day"],
    &["some", "day"],
    &["one", "day"],
    &["at", "some", "point"],
    &["right", "now"],
    &["while", "we're"],
    &["now"],
    &["later", "on"],
];

/// The leads of a sentence that hold, in their order.
pub(crate) fn leads(said: &Said<'_>, people: &People<'_>) -> Vec<Lead> {
    let words = said.plain();
    let mut found: Vec<Lead> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let Some((kind, length)) = opening(said, &words, at, people) else {
            at += 1;
            continue;
        };
        let verb = verbs::verb_from(&words, at + length);
        if let Some(last) = found.last_mut() {
            last.end = last.end.min(at);
        }
        found.push(Lead { kind, from: at, verb, end: words.len() });
        at = verb.max(at + 1);
    }
    found.retain(|lead| is_real(&words, lead.from) && leads_to_a_task(&words, lead));
    found
}

fn leads_to_a_task(words: &[&str], lead: &Lead) -> bool {
    let clause = words.get(lead.verb..lead.end).unwrap_or_default();
    let put_off = NOT_TO_DO.iter().any(|phrase| clause.windows(phrase.len()).any(|window| window == *phrase));
    let from_now = clause.windows(2).any(|window| window == ["from", "now"]);
    if clause.is_empty() || (put_off && !from_now) {
        return false;
    }
    match lead.kind {
        Kind::Promise => verbs::is_promise(clause),
        Kind::Marked | Kind::Delivery | Kind::Need => clause.len() > 1,
        Kind::WePromise => verbs::is_joint_promise(clause),
        Kind::OwnDuty => verbs::is_owed(clause),
        Kind::Offer | Kind::Duty | Kind::Named(_) | Kind::Request => verbs::is_later_task(clause),
    }
}

/// Whether what is said from here on is meant: not in a condition, a report or a doubt.
fn is_real(words: &[&str], from: usize) -> bool {
    let before = &words[..from];
    let unreal = before.iter().position(|word| UNREAL.contains(word));
    // "If you could send it" is a request in itself: its "if" does not stand before it.
    unreal.is_none_or(|at| POLITE.iter().any(|phrase| words[at..].starts_with(phrase)))
}
