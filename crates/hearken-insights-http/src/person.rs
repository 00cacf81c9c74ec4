//! Who does it: a speaker, or somebody whose name was said. A model's own invention is nobody.

use std::ops::Range;

use hearken_domain::insight::Conversation;

use crate::{plain::line, quote::is_said};

/// The longest name, in characters.
const LONGEST: usize = 255;

/// The name as the transcript has it: a speaker's full name for their first name where only one has it.
pub(crate) fn person(conversation: &Conversation, piece: &Range<usize>, named: &str) -> Option<String> {
    let named = line(named, LONGEST);
    if !named.contains(char::is_alphanumeric) {
        return None;
    }
    let wanted = named.to_lowercase();
    let names = || conversation.speakers.iter().map(|speaker| speaker.name.as_str());
    if let Some(name) = names().find(|name| name.to_lowercase() == wanted) {
        return Some(name.to_owned());
    }
    let mut namesakes =
        names().filter(|name| name.split_whitespace().next().is_some_and(|first| first.to_lowercase() == wanted));
    match (namesakes.next(), namesakes.next()) {
        (Some(name), None) => Some(name.to_owned()),
        _ => is_said(&conversation.turns, piece, &named).then_some(named),
    }
}
