//! Puts a summary into words: who spoke about what, what was said, what happens next.

use std::fmt::Write as _;

use hearken_domain::{
    engagement::EngagementType,
    insight::{Conversation, FoundActionItem},
};

use super::{choose::Point, terms::Terms};
use crate::{due, language::Language, people::People, words::clipped};

/// Speakers that are named; the others are counted.
const NAMED: usize = 4;
/// Topics that are named.
const TOPICS: usize = 4;
/// Things to do that are named.
const STEPS: usize = 4;
/// Characters of a sentence that is told.
const SENTENCE: usize = 400;

/// What a summary is made of.
pub(crate) struct Parts<'c> {
    pub(crate) conversation: &'c Conversation,
    pub(crate) language: &'c Language,
    pub(crate) people: &'c People<'c>,
    pub(crate) terms: &'c Terms,
    pub(crate) points: &'c [Point<'c>],
    pub(crate) items: &'c [FoundActionItem],
}

/// The text; empty when nothing was said.
pub(crate) fn text(parts: &Parts<'_>) -> String {
    let said = parts.conversation.turns.iter().any(|turn| turn.text.chars().any(char::is_alphanumeric));
    if !said {
        return String::new();
    }
    let paragraphs = [opening(parts), points(parts), steps(parts)];
    let written: Vec<String> = paragraphs.into_iter().filter(|paragraph| !paragraph.is_empty()).collect();
    written.join("\n\n")
}

fn opening(parts: &Parts<'_>) -> String {
    let conversation = parts.conversation;
    let mut spoke: Vec<usize> = Vec::new();
    for turn in &conversation.turns {
        if !spoke.contains(&turn.speaker) && spoke.len() < conversation.speakers.len() {
            spoke.push(turn.speaker);
        }
    }
    let names: Vec<&str> = spoke.iter().filter_map(|speaker| parts.people.name(*speaker)).collect();
    let topics = parts.terms.topics(TOPICS);
    if !parts.language.is_english() {
        return [listed(&names, ", "), topics.join(", ")]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(": ");
    }
    let kind = if conversation.engagement_type == EngagementType::Call { "A call" } else { "A meeting" };
    let who = match names.as_slice() {
        [] => String::new(),
        [one] => format!(" with {one}"),
        _ => format!(" between {}", listed(&names, " and ")),
    };
    let what = if topics.is_empty() { String::new() } else { format!(" about {}", joined(&topics, " and ")) };
    format!("{kind}{who}{what}.")
}

fn listed(names: &[&str], last: &str) -> String {
    if names.len() <= NAMED + 1 {
        return joined(names, last);
    }
    format!("{} + {}", names[..NAMED].join(", "), names.len() - NAMED)
}

fn joined(texts: &[&str], last: &str) -> String {
    match texts.split_last() {
        Some((end, rest)) if !rest.is_empty() => format!("{}{last}{end}", rest.join(", ")),
        _ => texts.join(""),
    }
}

/// `Name: “sentence” “sentence”`.
fn points(parts: &Parts<'_>) -> String {
    let mut text = String::new();
    let mut speaker = None;
    for point in parts.points {
        if !text.is_empty() {
            text.push(' ');
        }
        if speaker != Some(point.speaker) {
            if let Some(name) = parts.people.name(point.speaker) {
                text.push_str(name);
                text.push_str(": ");
            }
            speaker = Some(point.speaker);
        }
        // Writing to a text cannot fail.
        let _ = write!(text, "“{}”", clipped(point.text, SENTENCE));
    }
    text
}

fn steps(parts: &Parts<'_>) -> String {
    // Those with a day first, all in the conversation's order.
    let mut order: Vec<usize> = (0..parts.items.len()).collect();
    order.sort_by_key(|at| (parts.items[*at].due_at.is_none(), *at));
    order.truncate(STEPS);
    order.sort_unstable();
    let steps: Vec<String> = order.into_iter().map(|at| step(&parts.items[at])).collect();
    if steps.is_empty() { String::new() } else { format!("Next steps: {}.", steps.join("; ")) }
}

fn step(item: &FoundActionItem) -> String {
    let who = item.assignee.as_ref().map_or_else(String::new, |name| format!("{name}: "));
    let by = item.due_at.and_then(due::day_of).map_or_else(String::new, |day| format!(" (by {day})"));
    format!("{who}{}{by}", item.title)
}
