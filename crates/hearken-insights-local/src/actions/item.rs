//! A thing to do while the conversation is still being read.

use std::collections::BTreeSet;

use hearken_domain::insight::FoundActionItem;

/// A thing to do, as far as it is known.
pub(crate) struct Item {
    /// Where it was said first.
    pub(crate) turn: usize,
    /// Who said it.
    pub(crate) speaker: usize,
    /// Whether it was asked of somebody, so that an answer may follow.
    pub(crate) is_request: bool,
    /// The speaker who is to do it.
    pub(crate) doer: Option<usize>,
    /// What it is about.
    pub(crate) terms: BTreeSet<String>,
    /// What is sure about it, 0 to 1.
    pub(crate) confidence: f64,
    /// As it will be told.
    pub(crate) found: FoundActionItem,
}

impl Item {
    /// The share of what the smaller of two is about that the other is about, too.
    pub(crate) fn likeness(&self, terms: &BTreeSet<String>) -> f64 {
        let smaller = self.terms.len().min(terms.len());
        if smaller == 0 {
            return 0.0;
        }
        crate::words::real(self.terms.intersection(terms).count()) / crate::words::real(smaller)
    }

    /// Takes over what another mention of the same thing adds.
    pub(crate) fn learn(&mut self, other: &FoundActionItem) {
        self.found.due_at = self.found.due_at.or(other.due_at);
        if self.found.assignee.is_none() {
            self.found.assignee.clone_from(&other.assignee);
        }
    }
}
