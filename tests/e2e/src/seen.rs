//! What a server outside has seen, in its order; a test can wait for more of it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::until::within_patience;

/// A growing list.
#[derive(Debug)]
pub struct Seen<T> {
    items: Mutex<Vec<T>>,
    more: Notify,
}

impl<T> Default for Seen<T> {
    fn default() -> Self {
        Self { items: Mutex::default(), more: Notify::new() }
    }
}

impl<T: Clone> Seen<T> {
    /// Adds one.
    pub(crate) fn note(&self, item: T) {
        self.lock().push(item);
        self.more.notify_waiters();
    }

    /// All of it so far.
    pub fn all(&self) -> Vec<T> {
        self.lock().clone()
    }

    /// Looks at all of it, again with each that comes, until there is something to see.
    pub async fn until<R>(&self, what: &str, mut look: impl FnMut(&[T]) -> Option<R>) -> R {
        within_patience(what, async {
            loop {
                // Made before the look, so that what comes after the look is not missed.
                let more = self.more.notified();
                if let Some(found) = look(&self.lock()) {
                    return found;
                }
                more.await;
            }
        })
        .await
    }

    fn lock(&self) -> MutexGuard<'_, Vec<T>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
