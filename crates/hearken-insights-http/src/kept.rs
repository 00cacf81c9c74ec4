//! Answers to the parts of a conversation that is not done yet.
//!
//! A long conversation is many requests. When a server asks to be left alone in the midst of them, the work is put off
//! and begins anew; without these answers it would ask everything again, and under a server's limit of requests a
//! minute it might never come to its end. They are kept in memory only, until the conversation's step is done.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use sha2::{Digest, Sha256};

/// The most that is kept, in bytes. The oldest go first.
const MOST: usize = 16 * 1024 * 1024;

/// The digest of a question: all that was asked, word for word.
pub(crate) type Key = [u8; 32];

/// What is kept.
#[derive(Debug, Default)]
pub(crate) struct Kept(Mutex<VecDeque<(Key, String)>>);

/// The key of a question.
pub(crate) fn key(name: &str, system: &str, user: &str) -> Key {
    let mut digest = Sha256::new();
    for part in [name, system, user] {
        digest.update(part.len().to_le_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

impl Kept {
    /// The answer to this question, where it is kept.
    pub(crate) fn answer(&self, key: &Key) -> Option<String> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(of, _)| of == key).map(|(_, answer)| answer.clone())
    }

    /// Keeps an answer.
    pub(crate) fn keep(&self, key: Key, answer: String) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back((key, answer));
        let mut bytes: usize = kept.iter().map(|(_, answer)| answer.len() + size_of::<Key>()).sum();
        while bytes > MOST {
            let Some((_, oldest)) = kept.pop_front() else { break };
            bytes -= oldest.len() + size_of::<Key>();
        }
    }

    /// Lets go of the answers to these questions.
    pub(crate) fn forget(&self, keys: &[Key]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|(of, _)| !keys.contains(of));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded_and_forgotten() {
        let kept = Kept::default();
        let [a, b, c] = ["a", "b", "c"].map(|user| key("n", "s", user));
        assert_ne!(key("n", "sa", ""), key("n", "s", "a"));
        kept.keep(a, "x".repeat(MOST / 2));
        kept.keep(b, "y".repeat(MOST / 2));
        assert!(kept.answer(&a).is_none() && kept.answer(&b).is_some());
        kept.keep(c, "z".to_owned());
        kept.forget(&[b]);
        assert!(kept.answer(&b).is_none());
        assert_eq!(kept.answer(&c).as_deref(), Some("z"));
    }
}
