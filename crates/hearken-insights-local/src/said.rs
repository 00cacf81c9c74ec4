//! A sentence together with who said it and where.

use hearken_domain::insight::{Conversation, Turn};

use crate::{
    language::Language,
    sentences::{Mark, Sentence, sentences},
    words::{Word, words},
};

/// One sentence of a conversation.
pub(crate) struct Said<'a> {
    /// The position of its turn.
    pub(crate) turn: usize,
    /// Its speaker's position, which may be none of the conversation's.
    pub(crate) speaker: usize,
    /// Where it stands in the turn.
    pub(crate) sentence: Sentence<'a>,
    /// Its words.
    pub(crate) words: Vec<Word<'a>>,
}

impl<'a> Said<'a> {
    /// The sentences of one turn.
    pub(crate) fn of_turn(turn: usize, said: &'a Turn) -> Vec<Self> {
        let whole =
            |sentence: Sentence<'a>| Self { turn, speaker: said.speaker, sentence, words: words(sentence.text) };
        sentences(&said.text).into_iter().map(whole).collect()
    }

    /// Word for word.
    pub(crate) fn text(&self) -> &'a str {
        self.sentence.text
    }

    /// The words in lower case.
    pub(crate) fn plain(&self) -> Vec<&str> {
        self.words.iter().map(|word| word.plain.as_ref()).collect()
    }

    /// Whether it is one that the cues can read.
    pub(crate) fn is_english(&self, language: &Language) -> bool {
        language.reads_english(self.words.iter().map(|word| word.plain.as_ref()))
    }

    /// Whether a question mark ends it.
    pub(crate) fn has_question_mark(&self) -> bool {
        self.sentence.mark == Mark::Question
    }

    /// Where it is in the recording: its share of the turn's span, by its place in the text.
    pub(crate) fn span_ms(&self, conversation: &Conversation) -> Option<(u64, u64)> {
        let turn = conversation.turns.get(self.turn)?;
        let (start, end) = turn.span_ms?;
        let at = |byte: usize| {
            let share = u128::from(end.saturating_sub(start)) * byte as u128 / turn.text.len().max(1) as u128;
            start.saturating_add(u64::try_from(share).unwrap_or(0))
        };
        Some((at(self.sentence.at), at(self.sentence.at + self.sentence.text.len())))
    }
}
