//! The clients' own log: what they sent, and what they were promised.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use hearken_e2e::answer::Answer;

use super::traffic::{Material, material};

/// What clients know. It grows only.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<Book>);

/// The pages of a ledger.
#[derive(Clone, Debug, Default)]
pub(crate) struct Book {
    /// External ids for which a request went out, whatever became of it.
    pub(crate) sent: BTreeSet<String>,
    /// External ids whose engagement was acknowledged, with its id.
    pub(crate) acknowledged: BTreeMap<String, String>,
    /// External ids that were answered 201.
    pub(crate) created: BTreeSet<String>,
    /// What must not happen, as it happened.
    pub(crate) contradictions: Vec<String>,
}

impl Ledger {
    /// Before a request goes out.
    pub(crate) fn sending(&self, external_id: &str) {
        self.book().sent.insert(external_id.to_owned());
    }

    /// A 200 or a 201 has come, to its last byte.
    pub(crate) fn acknowledged(&self, external_id: &str, answer: &Answer) {
        let id = answer.id();
        let mut book = self.book();
        if answer.status == 201 && !book.created.insert(external_id.to_owned()) {
            book.contradictions.push(format!("{external_id} was created twice, now as {id}"));
        }
        let known = book.acknowledged.entry(external_id.to_owned()).or_insert_with(|| id.clone()).clone();
        if known != id {
            book.contradictions.push(format!("{external_id} is {known} and {id}"));
        }
    }

    /// An answer that no client should get here.
    pub(crate) fn surprised(&self, external_id: &str, answer: &Answer) {
        self.book().contradictions.push(format!("{external_id}: {} {}", answer.status, answer.text()));
    }

    /// Whether engagements with a recording and without one were acknowledged.
    pub(crate) fn is_mixed(&self) -> bool {
        let book = self.book();
        let is_recorded = |external_id: &&String| matches!(material(external_id), Material::Recording(_));
        let recordings = book.acknowledged.keys().filter(is_recorded).count();
        (1..book.acknowledged.len()).contains(&recordings)
    }

    /// All of it.
    pub(crate) fn pages(&self) -> Book {
        self.book().clone()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
