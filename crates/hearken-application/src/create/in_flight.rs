//! Who is creating what in this process, so that a second request for a key waits for the first instead of asking the
//! database again and again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_channel::oneshot;
use futures_util::{FutureExt, future::Shared};
use hearken_domain::{ids::WorkspaceId, text::ExternalId};

/// The most requests that wait for one key in one process; more are told to come again.
const MAX_WAITERS: usize = 8;

type Key = (WorkspaceId, ExternalId);

/// Resolves when the one who works is done, however it ended.
pub(super) type Done = Shared<oneshot::Receiver<()>>;

/// The keys that are being worked on.
#[derive(Clone, Default)]
pub(super) struct InFlight {
    slots: Arc<Mutex<HashMap<Key, Slot>>>,
}

struct Slot {
    done: Done,
    waiters: usize,
}

/// The answer to somebody who wants to work on a key.
pub(super) enum Entry {
    /// Nobody else does.
    Alone(Working),
    /// Somebody does: wait for them.
    Wait(Waiting),
    /// Too many wait already.
    Crowded,
}

/// The right to work on a key in this process. Dropping it wakes those who wait.
pub(super) struct Working {
    in_flight: InFlight,
    key: Key,
    _wakes_when_dropped: oneshot::Sender<()>,
}

/// A place in the queue. Dropping it gives it up.
pub(super) struct Waiting {
    in_flight: InFlight,
    key: Key,
    pub(super) done: Done,
}

impl InFlight {
    /// Asks for the right to work on a key.
    pub(super) fn enter(&self, workspace: WorkspaceId, external_id: &ExternalId) -> Entry {
        let key = (workspace, external_id.clone());
        let mut slots = self.lock();
        if let Some(slot) = slots.get_mut(&key) {
            if slot.waiters == MAX_WAITERS {
                return Entry::Crowded;
            }
            slot.waiters += 1;
            let done = slot.done.clone();
            drop(slots);
            return Entry::Wait(Waiting { in_flight: self.clone(), key, done });
        }
        let (sender, receiver) = oneshot::channel();
        slots.insert(key.clone(), Slot { done: receiver.shared(), waiters: 0 });
        drop(slots);
        Entry::Alone(Working { in_flight: self.clone(), key, _wakes_when_dropped: sender })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Slot>> {
        // Nothing that can panic happens under the lock, so a poisoned map is still a good one.
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        // First out of the map, then the sender goes: whoever wakes finds the key free.
        self.in_flight.lock().remove(&self.key);
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(slot) = self.in_flight.lock().get_mut(&self.key)
            && slot.done.ptr_eq(&self.done)
        {
            slot.waiters -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> (WorkspaceId, ExternalId) {
        (hearken_domain::ids::Ulid::from_parts(1, 1).into(), ExternalId::try_from("call-1").unwrap())
    }

    #[test]
    fn one_works_eight_wait_and_the_rest_come_again() {
        let in_flight = InFlight::default();
        let (workspace, external_id) = key();
        let Entry::Alone(working) = in_flight.enter(workspace, &external_id) else { panic!("nobody else is there") };
        let mut waiting: Vec<_> = (0..MAX_WAITERS)
            .map(|_| match in_flight.enter(workspace, &external_id) {
                Entry::Wait(waiting) => waiting,
                _ => panic!("there is room to wait"),
            })
            .collect();
        assert!(matches!(in_flight.enter(workspace, &external_id), Entry::Crowded));
        waiting.pop();
        assert!(matches!(in_flight.enter(workspace, &external_id), Entry::Wait(_)));
        drop(working);
        assert!(waiting.pop().unwrap().done.clone().now_or_never().is_some());
        assert!(matches!(in_flight.enter(workspace, &external_id), Entry::Alone(_)));
    }
}
