//! What was asked of each path: how often, and how many at a time.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

/// What was asked of a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests that came.
    pub requests: usize,
    /// The most that were being answered at one time.
    pub most_at_once: usize,
    /// Those that are being answered now.
    pub now: usize,
}

/// What a server remembers.
#[derive(Default)]
pub(crate) struct Ledger {
    paths: Mutex<Paths>,
    changed: Notify,
}

#[derive(Default)]
struct Paths {
    counts: HashMap<String, Counts>,
    released: HashSet<String>,
}

/// A request that is being answered, until it is dropped: also when its client goes away.
pub(crate) struct Asking {
    ledger: Arc<Ledger>,
    path: String,
    /// Which request for this path it is, from 1.
    pub(crate) number: usize,
}

impl Ledger {
    pub(crate) fn counts(&self, path: &str) -> Counts {
        self.lock().counts.get(path).copied().unwrap_or_default()
    }

    pub(crate) fn begin(self: &Arc<Self>, path: &str) -> Asking {
        let mut paths = self.lock();
        let counts = paths.counts.entry(path.to_owned()).or_default();
        counts.requests += 1;
        counts.now += 1;
        counts.most_at_once = counts.most_at_once.max(counts.now);
        let number = counts.requests;
        drop(paths);
        self.changed.notify_waiters();
        Asking { ledger: Arc::clone(self), path: path.to_owned(), number }
    }

    pub(crate) fn release(&self, path: &str) {
        self.lock().released.insert(path.to_owned());
        self.changed.notify_waiters();
    }

    pub(crate) async fn released(&self, path: &str) {
        loop {
            // Made before the look, so that a change after the look is not missed.
            let changed = self.changed.notified();
            if self.lock().released.contains(path) {
                return;
            }
            changed.await;
        }
    }

    pub(crate) async fn asked(&self, path: &str, times: usize) {
        loop {
            let changed = self.changed.notified();
            if self.counts(path).requests >= times {
                return;
            }
            changed.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Paths> {
        self.paths.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        if let Some(counts) = self.ledger.lock().counts.get_mut(&self.path) {
            counts.now -= 1;
        }
    }
}
