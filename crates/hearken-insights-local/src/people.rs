//! The people of a conversation: how they are called, who is spoken to, and who is on whose side.

use hearken_domain::insight::{Conversation, ConversationSpeaker};

use crate::words::{Word, plain_words};

/// The speakers.
pub(crate) struct People<'a> {
    speakers: &'a [ConversationSpeaker],
    /// The first name in lower case, which is how one is addressed; empty for somebody without a usable one.
    first: Vec<String>,
    has_both_sides: bool,
}

impl<'a> People<'a> {
    /// Those of the conversation.
    pub(crate) fn of(conversation: &'a Conversation) -> Self {
        let speakers = conversation.speakers.as_slice();
        let first = speakers.iter().map(|speaker| called(&speaker.name).to_lowercase()).collect();
        let internal = speakers.iter().filter(|speaker| speaker.is_internal).count();
        Self { speakers, first, has_both_sides: internal > 0 && internal < speakers.len() }
    }

    /// A speaker's full name, when it says anything.
    pub(crate) fn name(&self, speaker: usize) -> Option<&'a str> {
        self.speakers.get(speaker).map(|speaker| speaker.name.trim()).filter(|name| !name.is_empty())
    }

    /// How one calls a speaker.
    pub(crate) fn called(&self, speaker: usize) -> Option<&'a str> {
        self.name(speaker).map(called)
    }

    /// Whether the speaker is on the side that buys or decides: an outsider where there are both, anybody otherwise.
    pub(crate) fn may_object(&self, speaker: usize) -> bool {
        !self.has_both_sides || self.speakers.get(speaker).is_some_and(|speaker| !speaker.is_internal)
    }

    /// The one other speaker of two.
    pub(crate) fn other(&self, speaker: usize) -> Option<usize> {
        (self.speakers.len() == 2 && speaker < 2).then(|| 1 - speaker)
    }

    /// The only one on the other side.
    pub(crate) fn counterpart(&self, speaker: usize) -> Option<usize> {
        let own = self.speakers.get(speaker)?.is_internal;
        let mut others = (0..self.speakers.len()).filter(|at| self.speakers[*at].is_internal != own);
        others.next().filter(|_| others.next().is_none())
    }

    /// Who is called by this word.
    pub(crate) fn by_first_name(&self, word: &str) -> Option<usize> {
        self.first.iter().position(|first| !first.is_empty() && first == word)
    }

    /// Whether a word is part of a speaker's name.
    pub(crate) fn is_part_of_a_name(&self, word: &str) -> bool {
        self.speakers.iter().any(|speaker| plain_words(&speaker.name).iter().any(|part| part == word))
    }

    /// Whom a sentence calls by name: "Sam, can you", "could you look at it, Sam".
    pub(crate) fn addressed(&self, words: &[Word<'_>], sentence: &str, speaker: usize) -> Option<usize> {
        words.iter().enumerate().find_map(|(at, word)| {
            let somebody = self.by_first_name(&word.plain).filter(|somebody| *somebody != speaker)?;
            let before = at.checked_sub(1).map_or("", |at| words[at].plain.as_ref());
            let after = words.get(at + 1).map_or("", |word| word.plain.as_ref());
            let comma = sentence[word.end()..].starts_with(',');
            let called = !matches!(
                before,
                "to" | "with"
                    | "for"
                    | "from"
                    | "and"
                    | "of"
                    | "by"
                    | "about"
                    | "tell"
                    | "ask"
                    | "let"
                    | "give"
                    | "call"
                    | "mr"
                    | "ms"
                    | "mrs"
            );
            let leads = matches!(after, "can" | "could" | "would" | "will" | "please" | "you" | "why");
            let ends = at > 0 && at + 1 == words.len();
            (called && (comma || leads || ends)).then_some(somebody)
        })
    }
}

/// The first name; of "Speaker 1" and of a single word the whole.
fn called(name: &str) -> &str {
    let name = name.trim();
    let is_title = |word: &str| {
        matches!(
            word.trim_end_matches('.').to_lowercase().as_str(),
            "dr" | "mr" | "mrs" | "ms" | "prof" | "herr" | "frau"
        )
    };
    let mut parts = name.split_whitespace().filter(|part| !is_title(part));
    let Some(first) = parts.next() else { return name };
    let numbered = parts.next().is_some_and(|part| part.chars().all(|c| c.is_ascii_digit()));
    if numbered { name } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_called_by_their_first_names() {
        for (name, expected) in [
            ("Ada Lindqvist", "Ada"),
            ("Dr. Paul Weiss", "Paul"),
            ("Speaker 1", "Speaker 1"),
            ("Omar", "Omar"),
            (" ", ""),
        ] {
            assert_eq!(called(name), expected);
        }
    }
}
