//! A sound store whose commits fail, hang, repeat or lose their answers when a test says so, and are recorded.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use hearken_domain::{
    changeset::{Changeset, CommitError},
    ports::{Clock, EngagementStore},
    store_error::{StoreError, StoreErrorKind},
    time::Timestamp,
};

use crate::delegate::decorates_commit;

/// What happens to one commit.
#[derive(Clone)]
pub enum Fault {
    /// The store never gets it, and its answer is lost: `Unknown`, and nothing was written.
    LostBefore,
    /// The store gets it, and its answer is lost: `Unknown`, and it was written if it was good.
    LostAfter,
    /// The store cannot: nothing was written.
    Fails(StoreErrorKind),
    /// The store gets it twice, as from a network that repeats; the second answer counts.
    Repeated,
    /// The store gets it when the clock has moved on so far.
    Delayed(Arc<dyn Clock>, Duration),
}

/// An engagement store whose commits suffer the faults that were planned for them. All reads are sound.
pub struct Faulty {
    inner: Arc<dyn EngagementStore>,
    plan: Mutex<BTreeMap<usize, Fault>>,
    offered: Mutex<Vec<Changeset>>,
}

impl Faulty {
    /// Without a fault yet.
    pub fn over(inner: Arc<dyn EngagementStore>) -> Self {
        Self { inner, plan: Mutex::default(), offered: Mutex::default() }
    }

    /// Plans a fault for the n-th commit from now; the next one is the first.
    #[must_use]
    pub fn with(self, nth: usize, fault: Fault) -> Self {
        self.plan(nth, fault);
        self
    }

    /// Plans a fault for the n-th commit from now; the next one is the first.
    pub fn plan(&self, nth: usize, fault: Fault) {
        let offered = lock(&self.offered).len();
        lock(&self.plan).insert(offered + nth, fault);
    }

    /// Every changeset that was offered, in order, whatever became of it.
    pub fn offered(&self) -> Vec<Changeset> {
        lock(&self.offered).clone()
    }

    async fn decorated_commit(&self, changeset: Changeset) -> Result<Timestamp, CommitError> {
        match self.fault_of(&changeset) {
            None => self.inner.commit(changeset).await,
            Some(Fault::LostBefore) => Err(CommitError::Unknown),
            Some(Fault::LostAfter) => {
                drop(self.inner.commit(changeset).await);
                Err(CommitError::Unknown)
            }
            Some(Fault::Fails(kind)) => Err(StoreError::new(kind, "a test wants it so").into()),
            Some(Fault::Repeated) => {
                drop(self.inner.commit(changeset.clone()).await);
                self.inner.commit(changeset).await
            }
            Some(Fault::Delayed(clock, span)) => {
                clock.sleep(span).await;
                self.inner.commit(changeset).await
            }
        }
    }

    /// Records the commit, and takes the fault that was planned for it.
    fn fault_of(&self, changeset: &Changeset) -> Option<Fault> {
        let mut offered = lock(&self.offered);
        offered.push(changeset.clone());
        lock(&self.plan).remove(&offered.len())
    }
}

decorates_commit!(Faulty);

/// What a panicking thread left in a record is whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
