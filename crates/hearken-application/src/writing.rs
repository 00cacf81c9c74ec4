//! A commit that is surely known: asked again until the store says what became of it.

use std::time::Duration;

use hearken_domain::{
    changeset::{Changeset, CommitError},
    ports::{Clock, EngagementStore, Ports},
    store_error::{StoreError, StoreErrorKind},
};

/// How often the store is asked.
const INQUIRIES: u32 = 30;
/// Between two of these.
const PAUSE: Duration = Duration::from_millis(500);
/// How often to decide again when something changed since it was read.
pub(crate) const DECISIONS: usize = 5;

/// What became of a commit that settles a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// It is durable; or somebody settled the lease, and then whoever did has done it.
    Done,
    /// Something changed since it was read: decide again.
    Stale,
}

/// Commits what settles a lease. The same write again cannot happen twice: the first one ended the lease.
pub(crate) async fn commit_settling(ports: &Ports, changeset: &Changeset) -> Result<Written, StoreError> {
    for _ in 0..INQUIRIES {
        match ports.store.commit(changeset.clone()).await {
            Ok(_) | Err(CommitError::LeaseLost) => return Ok(Written::Done),
            Err(CommitError::Stale | CommitError::Exists | CommitError::KeyTaken(_)) => return Ok(Written::Stale),
            Err(CommitError::Store(error)) if !error.is_retryable() => return Err(error),
            Err(CommitError::Unknown | CommitError::Store(_)) => {}
        }
        ports.clock.sleep(PAUSE).await;
    }
    Err(StoreError::new(StoreErrorKind::Unavailable, "the store did not say what became of a write"))
}

/// Says that a decision was overtaken each time.
pub(crate) fn overtaken() -> StoreError {
    StoreError::new(StoreErrorKind::Unavailable, "what was to be written changed each time it was to be written")
}
