//! The clients' own log: what they were promised, and what it was made of.

use std::collections::BTreeMap;

use hearken_e2e::answer::Answer;

/// What an engagement of these tests is made of; its external id says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Material {
    /// The recording under this path of the host.
    Recording(String),
    /// This text, spoken.
    Talk(String),
}

/// What stands behind an external id.
pub fn material(external_id: &str) -> Material {
    match external_id.strip_prefix("media-") {
        Some(name) => Material::Recording(format!("/instant/{name}")),
        None => Material::Talk(format!("This is {external_id}.")),
    }
}

/// Promises: external ids with the id that was answered.
#[derive(Clone, Debug, Default)]
pub struct Ledger(BTreeMap<String, String>);

impl Ledger {
    /// An answer has come, to its last byte. Anything but success and "come again" ends the test.
    #[track_caller]
    pub fn note(&mut self, external_id: &str, answer: &Answer) {
        match answer.status {
            200 | 201 => {
                let id = answer.id();
                let known = self.0.entry(external_id.to_owned()).or_insert_with(|| id.clone());
                assert_eq!(*known, id, "{external_id} is two engagements");
            }
            409 | 503 => assert!(answer.header("retry-after").is_some(), "{}: no time is named", answer.status),
            other => panic!("{external_id} was answered {other}: {}", answer.text()),
        }
    }

    /// What was promised.
    pub fn promises(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(external_id, id)| (external_id.as_str(), id.as_str()))
    }

    /// Whether it was promised.
    pub fn has(&self, external_id: &str) -> bool {
        self.0.contains_key(external_id)
    }

    /// How much was promised.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing was.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds another client's promises.
    pub fn join(&mut self, other: Self) {
        for (external_id, id) in other.0 {
            let known = self.0.entry(external_id.clone()).or_insert_with(|| id.clone());
            assert_eq!(*known, id, "{external_id} is two engagements");
        }
    }
}
