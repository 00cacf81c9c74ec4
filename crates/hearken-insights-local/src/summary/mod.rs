//! The summary: the speakers' own sentences that say most, and what happens next.
//!
//! Sentences are weighed by how central their words are to the conversation, by what they are signs of, and by their
//! length. The best of every section are finalists, so that a long conversation is read whole in time that grows with its
//! length only; out of the finalists those are taken that repeat each other least.

mod choose;
mod compose;
mod terms;

use hearken_domain::insight::{Conversation, Summary};

use crate::{extract, language::Language, people::People, sentiment};

/// The summary and the sentiments.
pub(crate) fn of(conversation: &Conversation) -> Summary {
    let language = Language::of(conversation);
    let (overall_sentiment, speaker_sentiments) = sentiment::of(conversation, &language);
    let people = People::of(conversation);
    let terms = terms::Terms::of(conversation, &language, &people);
    let (found, rivals) = extract::with_rivals(conversation);
    let judge = choose::Judge { conversation, language: &language, people: &people, rivals: &rivals, terms: &terms };
    let points = judge.points();
    let text = compose::text(&compose::Parts {
        conversation,
        language: &language,
        people: &people,
        terms: &terms,
        points: &points,
        items: &found.action_items,
    });
    Summary { text, overall_sentiment, speaker_sentiments }
}
