//! The openings themselves, sorted by who is to do what follows. The first that fits counts.

#![expect(clippy::match_same_arms, reason = "each line is one way to say it")]

use super::{
    lead::{Doer, Kind},
    verbs,
};
use crate::{people::People, said::Said};

/// A kind, and how many words lead to it.
type Opening = Option<(Kind, usize)>;

/// The lead that begins with this word, and how many words it has.
pub(crate) fn opening(said: &Said<'_>, words: &[&str], at: usize, people: &People<'_>) -> Opening {
    let rest = &words[at..];
    let ordered = || ordered(rest, at, said.has_question_mark());
    let marked = || marked(said, rest, at);
    owed(rest)
        .or_else(|| needed(rest))
        .or_else(|| promised(rest))
        .or_else(|| promised_jointly(rest))
        .or_else(|| of_nobody(rest))
        .or_else(|| asked(rest))
        .or_else(ordered)
        .or_else(marked)
        .or_else(|| named(said, words, at, people))
}

/// The speaker has to.
fn owed(words: &[&str]) -> Opening {
    let length = match words {
        ["i'll" | "i'd" | "i", "need" | "have", "to", ..] => 3,
        ["i", "will", "need" | "have", "to", ..] => 4,
        ["i", "must", ..] => 2,
        _ => return None,
    };
    Some((Kind::OwnDuty, length))
}

/// The speaker needs something from the other one.
fn needed(words: &[&str]) -> Opening {
    let is_article =
        |word: &str| matches!(word, "the" | "a" | "an" | "your" | "two" | "three" | "some" | "those" | "these" | "my");
    let is_thing =
        |word: &str| matches!(word, "refund" | "credit" | "copy" | "list" | "report" | "quote" | "discount" | "money");
    let length = match words {
        ["i'd" | "we'd" | "i'll" | "we'll", "need", article, ..] if is_article(article) => 2,
        ["i'd", "just", "need" | "want", article, ..] if is_article(article) => 3,
        ["need" | "want", "from", "you", "is" | "are", ..] => 4,
        ["i'd", "like" | "want", article, thing, ..] if is_article(article) && is_thing(thing) => 2,
        ["i" | "we", "want" | "expect" | "need", "a", thing, ..] if is_thing(thing) => 2,
        ["i", "also", "want" | "expect" | "need", "a", ..] => 3,
        _ => return None,
    };
    Some((Kind::Need, length))
}

/// The speaker will.
fn promised(words: &[&str]) -> Opening {
    let length = match words {
        ["i", "need" | "want", "you", ..] => return None,
        ["i'm", "going", "to", ..] => 3,
        ["i", "am", "going", "to", ..] => 4,
        ["i'm", "gonna", ..] | ["i", "will" | "shall", ..] => 2,
        ["i'm", "sending" | "forwarding" | "mailing" | "emailing" | "preparing" | "drafting", ..] | ["i'll", ..] => 1,
        ["i'm" | "we're", "putting" | "setting" | "writing", "together" | "up", ..] => 1,
        ["let", "me", rest @ ..] if is_put_off(rest) => 2,
        ["i", "can" | "could" | "should", ..] => return Some((Kind::Offer, 2)),
        _ => return None,
    };
    Some((Kind::Promise, length))
}

/// "Let me check that with finance" comes later, "let me check" comes now.
fn is_put_off(words: &[&str]) -> bool {
    match words {
        ["check" | "verify", "that" | "this" | "it", "with", ..] => true,
        ["check" | "talk" | "speak" | "confirm", "with" | "to", ..] => true,
        ["ask", who, ..] => *who != "you",
        ["find" | "get" | "send" | "follow" | "come", ..] => true,
        _ => false,
    }
}

/// The speaker's side will, or the other one gets something.
fn promised_jointly(words: &[&str]) -> Opening {
    let lead = match words {
        ["we'll" | "we", "need" | "have", "to", ..] => (Kind::Duty, 3),
        ["we", "should" | "must", ..] => (Kind::Duty, 2),
        ["we'll", ..] => (Kind::WePromise, 1),
        ["we", "will", ..] => (Kind::WePromise, 2),
        ["we're", "going", "to", ..] => (Kind::WePromise, 3),
        ["you'll", "have" | "need", "to", ..] => (Kind::Request, 3),
        ["you'll", "get" | "receive" | "hear" | "have", ..] => (Kind::Delivery, 1),
        ["you", "will", "get" | "receive" | "hear", ..] => (Kind::Delivery, 2),
        _ => return None,
    };
    Some(lead)
}

/// Somebody should.
fn of_nobody(words: &[&str]) -> Opening {
    let length = match words {
        ["somebody" | "someone", "should" | "must", ..] => 2,
        ["somebody" | "someone", "needs" | "has", "to", ..] | ["somebody's" | "someone's", "got", "to", ..] => 3,
        ["can" | "could" | "would", "somebody" | "someone" | "anybody" | "anyone", ..] => 2,
        ["can" | "could" | "would", "one", "of", "you", ..] => 4,
        ["everybody" | "everyone", ..] => 1,
        _ => return None,
    };
    Some((Kind::Duty, length))
}

/// The other one is asked to.
fn asked(words: &[&str]) -> Opening {
    let length = match words {
        ["i", "need" | "want", "you", "to", ..] | ["i'd", "like", "you", "to", ..] => 4,
        ["any", "chance", "you", "could" | "can", ..] => 4,
        ["you", "need" | "have", "to", ..] | ["would" | "do", "you", "mind", ..] | ["why", "don't", "you", ..] => 3,
        ["don't", "forget", "to", ..] | ["make", "sure", "you" | "to", ..] => 3,
        ["can" | "could" | "would" | "will", "you", ..] | ["remember", "to", ..] => 2,
        ["please", ..] => 1,
        _ => return None,
    };
    Some((Kind::Request, length))
}

/// The other one is told to.
fn ordered(words: &[&str], at: usize, asks: bool) -> Opening {
    let length = match words {
        ["if", "you", "could" | "can", ..] if at == 0 => 3,
        ["do", verb, ..] if at < 2 && verbs::is_task(verb) && verbs::is_later_task(&words[1..]) => 1,
        ["just", rest @ ..] if verbs::is_order(rest) => 1,
        [_, ..] if at == 0 && !asks && verbs::is_order(words) => 0,
        _ => return None,
    };
    Some((Kind::Request, length))
}

/// Written down as such.
fn marked(said: &Said<'_>, words: &[&str], at: usize) -> Opening {
    let length = match words {
        ["action", "item" | "point", ..] if said.text()[said.words[at + 1].end()..].starts_with(':') => 2,
        ["todo", ..] if at == 0 => 1,
        _ => return None,
    };
    Some((Kind::Marked, length))
}

/// "Sam will", "Ms. Klein will need to", "Sam to send".
fn named(said: &Said<'_>, words: &[&str], at: usize, people: &People<'_>) -> Opening {
    let length = match &words[at + 1..] {
        ["will", "need" | "have", "to", ..] => 3,
        ["will" | "should" | "must", ..] => 1,
        ["needs" | "has" | "is", "to", ..] => 2,
        ["to", verb, ..] if at == 0 && verbs::is_task(verb) => 1,
        _ => return None,
    };
    if let Some(somebody) = people.by_first_name(words[at]) {
        return Some((Kind::Named(Doer::Speaker(somebody)), 1 + length));
    }
    let begin = at.saturating_sub(1);
    let titled = at > 0 && matches!(words[begin], "mr" | "ms" | "mrs" | "dr" | "frau" | "herr");
    // At a sentence's beginning every word has a capital letter; only what is no common word there may be a name.
    let is_name = said.words[at].is_capital() && (at > 0 || is_likely_name(words[at]));
    let begin = if titled { begin } else { at };
    is_name.then_some((Kind::Named(Doer::Word(begin, at)), 1 + length))
}

fn is_likely_name(word: &str) -> bool {
    word.len() > 2
        && !matches!(
            word,
            "that"
                | "this"
                | "they"
                | "there"
                | "these"
                | "those"
                | "who"
                | "what"
                | "which"
                | "she"
                | "everything"
                | "something"
                | "nothing"
                | "it"
                | "sales"
                | "support"
                | "marketing"
                | "people"
                | "customers"
                | "nobody"
                | "you"
                | "everybody"
                | "how"
                | "when"
                | "where"
                | "why"
                | "then"
                | "and"
                | "but"
                | "our"
                | "the"
        )
}
