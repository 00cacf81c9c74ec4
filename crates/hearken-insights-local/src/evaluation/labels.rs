//! What people say that there is to find.

use hearken_domain::{
    insight::{Conversation, SignalKind},
    tag::Tag,
    time::Timestamp,
};

/// A conversation, and what there is to find in it.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// For telling it apart.
    pub name: String,
    /// Every turn has a span of its own, by which a finding is brought back to its turn.
    pub conversation: Conversation,
    /// One for each turn.
    pub turns: Vec<TurnLabels>,
    /// Tags to choose from, and whether each fits.
    pub tags: Vec<(Tag, bool)>,
    /// How each speaker feels: −1, 0 or 1; `None` where it is not judged.
    pub feelings: Vec<Option<i8>>,
}

/// What there is to find in a turn.
#[derive(Clone, Debug, Default)]
pub struct TurnLabels {
    /// Whether a summary may well quote it.
    pub is_key: bool,
    /// What it is a sign of.
    pub signals: Vec<SignalKind>,
    /// What it may or may not be a sign of: neither finding it nor missing it is a mistake.
    pub arguable: Vec<SignalKind>,
    /// What is to be done.
    pub items: Vec<ExpectedItem>,
}

/// Something to do.
#[derive(Clone, Debug)]
pub struct ExpectedItem {
    /// A part of its title or of its sentence, in lower case.
    pub about: String,
    /// Who is to do it; `None`: nobody in particular.
    pub assignee: Option<String>,
    /// Until when; `None`: no day was named.
    pub due_at: Option<Timestamp>,
}
