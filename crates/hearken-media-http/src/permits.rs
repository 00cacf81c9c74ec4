//! Whose turn it is: a number of fetches at a time in all, for each workspace and from each host.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use hearken_domain::{ids::WorkspaceId, media::FetchError};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::{error::unavailable, settings::MediaSettings};

/// The three counts.
#[derive(Debug)]
pub(crate) struct Permits {
    all: Arc<Semaphore>,
    by_workspace: Keyed<WorkspaceId>,
    by_host: Keyed<String>,
    wait: std::time::Duration,
}

/// The right to one fetch. Dropping it gives all three back.
#[derive(Debug)]
pub(crate) struct Permit {
    _workspace: Seat<WorkspaceId>,
    _host: Seat<String>,
    _all: OwnedSemaphorePermit,
}

impl Permits {
    pub(crate) fn new(settings: &MediaSettings) -> Self {
        Self {
            all: Arc::new(Semaphore::new(settings.in_flight)),
            by_workspace: Keyed::new(settings.per_workspace),
            by_host: Keyed::new(settings.per_host),
            wait: settings.permit_wait,
        }
    }

    /// Waits for a turn, but not for long. The narrow counts come first: who waits for its own workspace must not hold
    /// a place that another could use.
    pub(crate) async fn acquire(&self, workspace: WorkspaceId, host: String) -> Result<Permit, FetchError> {
        let turn = async {
            let workspace = self.by_workspace.sit(workspace).await;
            let host = self.by_host.sit(host).await;
            let all = Arc::clone(&self.all).acquire_owned().await.expect("the semaphore is never closed");
            Permit { _workspace: workspace, _host: host, _all: all }
        };
        timeout(self.wait, turn).await.map_err(|_| unavailable("too many recordings are being fetched; try again soon"))
    }

    /// How many fetches could begin now, were they all for different workspaces and hosts.
    pub(crate) fn free(&self) -> usize {
        self.all.available_permits()
    }
}

/// A count for each key. A key that nobody holds or waits for takes no memory.
#[derive(Debug)]
struct Keyed<K> {
    each: usize,
    semaphores: Arc<Semaphores<K>>,
}

#[derive(Debug)]
struct Semaphores<K>(Mutex<HashMap<K, Arc<Semaphore>>>);

impl<K> Semaphores<K> {
    fn lock(&self) -> MutexGuard<'_, HashMap<K, Arc<Semaphore>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Clone + Eq + Hash> Keyed<K> {
    fn new(each: usize) -> Self {
        Self { each, semaphores: Arc::new(Semaphores(Mutex::new(HashMap::new()))) }
    }

    async fn sit(&self, key: K) -> Seat<K> {
        let semaphore = Arc::clone(
            self.semaphores.lock().entry(key.clone()).or_insert_with(|| Arc::new(Semaphore::new(self.each))),
        );
        // The seat exists while it waits, so that a wait that is given up is tidied too.
        let mut seat = Seat { key, semaphores: Arc::clone(&self.semaphores), taken: None };
        seat.taken = Some(semaphore.acquire_owned().await.expect("the semaphore is never closed"));
        seat
    }
}

/// A place under one key.
#[derive(Debug)]
struct Seat<K: Eq + Hash> {
    key: K,
    semaphores: Arc<Semaphores<K>>,
    taken: Option<OwnedSemaphorePermit>,
}

impl<K: Eq + Hash> Drop for Seat<K> {
    fn drop(&mut self) {
        // Under the lock nobody can begin to wait; a count of one is the map's own.
        let mut semaphores = self.semaphores.lock();
        drop(self.taken.take());
        if semaphores.get(&self.key).is_some_and(|semaphore| Arc::strong_count(semaphore) == 1) {
            semaphores.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hearken_domain::{ids::Ulid, media::FetchCode};

    use super::*;

    fn workspace(number: u128) -> WorkspaceId {
        WorkspaceId::from(Ulid::from_parts(1, number))
    }

    fn permits() -> Permits {
        Permits::new(&MediaSettings {
            in_flight: 3,
            per_workspace: 2,
            per_host: 2,
            permit_wait: Duration::from_millis(20),
            ..MediaSettings::default()
        })
    }

    async fn take(permits: &Permits, number: u128, host: &str) -> Result<Permit, FetchCode> {
        permits.acquire(workspace(number), host.to_owned()).await.map_err(|error| error.code)
    }

    #[tokio::test]
    async fn each_count_turns_away_what_is_too_many() {
        let permits = permits();
        let first = take(&permits, 1, "a").await.unwrap();
        let _second = take(&permits, 1, "b").await.unwrap();
        assert_eq!(take(&permits, 1, "c").await.unwrap_err(), FetchCode::Unavailable);
        let _third = take(&permits, 2, "a").await.unwrap();
        assert_eq!(take(&permits, 3, "d").await.unwrap_err(), FetchCode::Unavailable);
        drop(first);
        assert!(take(&permits, 3, "d").await.is_ok());
    }

    #[tokio::test]
    async fn nothing_is_kept_for_keys_at_rest() {
        let permits = permits();
        let held = [take(&permits, 1, "a").await.unwrap(), take(&permits, 1, "a").await.unwrap()];
        assert!(take(&permits, 1, "a").await.is_err());
        drop(held);
        assert!(permits.by_host.semaphores.lock().is_empty() && permits.by_workspace.semaphores.lock().is_empty());
        assert_eq!(permits.free(), 3);
    }
}
