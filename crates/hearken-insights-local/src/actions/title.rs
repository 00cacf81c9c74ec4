//! The title of something to do, in the imperative and readable on its own: "Send Marco a pilot proposal".

use crate::{
    due::{self, Due},
    words::{capitalised, clipped, plain_words, words},
};
use chrono::NaiveDate;

/// Characters of a title at most; the contract allows more, people read no more.
const LENGTH: usize = 120;

/// Whom the pronouns mean.
#[derive(Clone, Copy, Default)]
pub(crate) struct Pronouns<'a> {
    /// "You", where it is not the one who is to do it.
    pub(crate) you: Option<&'a str>,
    /// "Me", where it is not the one who is to do it.
    pub(crate) me: Option<&'a str>,
}

/// What ends the part of a sentence that says what is to be done.
const ENDS: &[&str] = &[
    "because",
    "but",
    "if",
    "since",
    "although",
    "otherwise",
    "unless",
    "okay",
    "right",
    "so",
    "anyway",
    "instead",
    "too",
];

/// After a comma these begin another thought.
const SUBJECTS: &[&str] = &[
    "i", "i'll", "we", "we'll", "you", "they", "he", "she", "it", "then", "please", "to", "which", "and", "that", "no",
    "yes",
];

/// What says nothing at the end of a title.
const TAILS: &[&str] = &[
    "of", "by", "please", "then", "though", "now", "again", "and", "also", "just", "you", "later", "or", "as", "well",
    "for", "the", "maybe", "a", "little",
];

/// The title, from the verb on; `None` when nothing is left.
pub(crate) fn title(clause: &str, pronouns: Pronouns<'_>, today: Option<NaiveDate>) -> Option<String> {
    let clause = thought(clause);
    let clause = without_date(clause, today);
    let mut said: Vec<String> = Vec::new();
    for token in clause.split_whitespace() {
        said.push(resolved(token, said.last().map(String::as_str), pronouns));
    }
    while said.len() > 1 && said.last().is_some_and(|word| TAILS.contains(&bare(word).as_str())) {
        said.pop();
    }
    // "Send it back, Sam": the name is called, not sent.
    if let [.., before, last] = said.as_slice()
        && before.ends_with(',')
        && last.starts_with(char::is_uppercase)
    {
        said.pop();
    }
    let text = said.join(" ");
    let text = text.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '%' | '$' | '€' | '£' | ')' | '('));
    let title = capitalised(&clipped(&base_form(text), LENGTH));
    (!title.is_empty()).then_some(title)
}

/// Up to where the next thought begins.
fn thought(clause: &str) -> &str {
    let found = words(clause);
    for (at, word) in found.iter().enumerate().skip(1) {
        let gap = &clause[found[at - 1].end()..word.at];
        let breaks = gap.contains([';', ':', '.', '?', '!', '…']) || gap.contains(" - ") || gap.contains('—');
        let comma = gap.contains(',') && SUBJECTS.contains(&word.plain.as_ref());
        let next = found.get(at + 1).map_or("", |word| word.plain.as_ref());
        let turns = matches!(word.plain.as_ref(), "and" | "so")
            && matches!(next, "i" | "i'll" | "we" | "we'll" | "that" | "then" | "you");
        if (breaks && !is_abbreviated(&found[at - 1].plain)) || comma || turns || ENDS.contains(&word.plain.as_ref()) {
            return &clause[..found[at - 1].end()];
        }
    }
    clause
}

fn is_abbreviated(word: &str) -> bool {
    matches!(word, "mr" | "ms" | "mrs" | "dr" | "prof")
}

/// Takes the date out, which stands in a field of its own.
fn without_date(clause: &str, today: Option<NaiveDate>) -> String {
    let found = words(clause);
    let plain: Vec<&str> = found.iter().map(|word| word.plain.as_ref()).collect();
    let Some(Due { words: range, .. }) = today.and_then(|today| due::find(&plain, today)) else {
        return clause.to_owned();
    };
    if range.start == 0 {
        return clause.to_owned();
    }
    let head = clause[..found[range.start - 1].end()].trim_end();
    let tail = found.get(range.end).map_or("", |word| &clause[word.at..]);
    format!("{head} {tail}").trim_end().to_owned()
}

fn bare(token: &str) -> String {
    plain_words(token).pop().unwrap_or_default()
}

/// A word, with the name where it is a pronoun.
fn resolved(token: &str, before: Option<&str>, pronouns: Pronouns<'_>) -> String {
    let word = bare(token);
    let name = match word.as_str() {
        "you" => pronouns.you.map(str::to_owned),
        "your" => pronouns.you.map(|name| format!("{name}'s")),
        "me" | "us" => pronouns.me.map(str::to_owned),
        "my" => pronouns.me.map(|name| format!("{name}'s")),
        _ => None,
    };
    let repeated = before.is_some_and(|before| Some(before) == name.as_deref());
    match name {
        Some(name) if !repeated => {
            let rest = token.trim_start_matches(|c: char| c.is_alphabetic());
            format!("{name}{rest}")
        }
        _ => token.to_owned(),
    }
}

/// "Sending it" is "send it"; "have a design ready" stays.
fn base_form(text: &str) -> String {
    let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
    let verb = match verb.to_lowercase().as_str() {
        "sending" => "send",
        "forwarding" => "forward",
        "mailing" => "mail",
        "emailing" => "email",
        "putting" => "put",
        "setting" => "set",
        "writing" => "write",
        "preparing" => "prepare",
        "drafting" => "draft",
        _ => verb,
    };
    format!("{verb} {rest}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_readable_on_its_own() {
        let today = "2026-03-02".parse().ok();
        let you = Pronouns { you: Some("Marco"), me: None };
        let me = Pronouns { you: None, me: Some("Ada") };
        let cases = [
            ("send you a pilot proposal by Wednesday.", you, "Send Marco a pilot proposal"),
            ("get back to you by Friday with an offer.", you, "Get back to Marco with an offer"),
            ("send me your list of the open tickets?", me, "Send Ada your list of the open tickets"),
            ("update the roadmap page, because sales asked.", me, "Update the roadmap page"),
            ("forward it to us tomorrow, please", me, "Forward it to Ada"),
            ("sending you the number in a minute", you, "Send Marco the number in a minute"),
            ("call the supplier tomorrow and i'll tell you", you, "Call the supplier"),
            ("ask Dr. Weiss about it", you, "Ask Dr. Weiss about it"),
        ];
        for (clause, pronouns, expected) in cases {
            assert_eq!(title(clause, pronouns, today).as_deref(), Some(expected));
        }
        assert_eq!(title(" , ", you, today), None);
    }
}
