//! Stores whose leases of jobs hold nothing, or not enough.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use hearken_domain::{
    changeset::{Changeset, CommitError},
    ids::JobId,
    job::{JobLane, JobMove, LeaseTerms, LeasedJob, Share},
    ports::{EngagementStore, JobQueue},
    store_error::StoreError,
    time::Timestamp,
};

use crate::{
    Stores,
    delegate::{decorates_commit, decorates_lease},
};

/// Ends an attempt whatever the token.
pub struct ForgetsTheJobsToken;

/// Ends an attempt whatever its number.
pub struct IgnoresTheAttemptNumber;

/// Grants a job also to whoever comes second.
pub struct LeasesJobsTwice {
    queue: Arc<dyn JobQueue>,
    granted: Granted,
}

/// Knows of every job its last lease, and puts a part of it in the place of what a move says.
struct Forgiving {
    inner: Arc<dyn EngagementStore>,
    queue: Arc<dyn JobQueue>,
    granted: Granted,
    forgives: fn(&mut JobMove, &LeasedJob),
}

/// The last lease of every job.
#[derive(Default)]
struct Granted(Mutex<HashMap<JobId, LeasedJob>>);

impl ForgetsTheJobsToken {
    /// Breaks these stores.
    pub fn over(stores: Stores) -> Stores {
        Forgiving::over(stores, |job_move, held| job_move.token = held.token)
    }
}

impl IgnoresTheAttemptNumber {
    /// Breaks these stores.
    pub fn over(stores: Stores) -> Stores {
        Forgiving::over(stores, |job_move, held| job_move.attempt = held.attempt)
    }
}

impl LeasesJobsTwice {
    /// Breaks these stores.
    pub fn over(stores: Stores) -> Stores {
        let broken = Self { queue: stores.queue.clone(), granted: Granted::default() };
        Stores { queue: Arc::new(broken), ..stores }
    }

    async fn decorated_lease(
        &self,
        lane: JobLane,
        wanted: &[Share],
        terms: LeaseTerms,
    ) -> Result<Vec<LeasedJob>, StoreError> {
        let mut leased = self.queue.lease(lane, wanted, terms).await?;
        let mut granted = self.granted.lock();
        let is_wanted = |job: &&LeasedJob| {
            job.job.step.lane() == lane && wanted.iter().any(|share| share.workspace == job.job.workspace)
        };
        if leased.is_empty() {
            leased.extend(granted.values().filter(is_wanted).cloned());
        } else {
            granted.extend(leased.iter().map(|leased| (leased.job.id, leased.clone())));
        }
        Ok(leased)
    }
}

impl Forgiving {
    fn over(stores: Stores, forgives: fn(&mut JobMove, &LeasedJob)) -> Stores {
        let (inner, queue) = (stores.store.clone(), stores.queue.clone());
        let broken = Arc::new(Self { inner, queue, granted: Granted::default(), forgives });
        Stores { store: broken.clone(), queue: broken, ..stores }
    }

    async fn decorated_commit(&self, mut changeset: Changeset) -> Result<Timestamp, CommitError> {
        for job_move in &mut changeset.job_moves {
            if let Some(held) = self.granted.lock().get(&job_move.id) {
                (self.forgives)(job_move, held);
            }
        }
        self.inner.commit(changeset).await
    }

    async fn decorated_lease(
        &self,
        lane: JobLane,
        wanted: &[Share],
        terms: LeaseTerms,
    ) -> Result<Vec<LeasedJob>, StoreError> {
        let leased = self.queue.lease(lane, wanted, terms).await?;
        self.granted.lock().extend(leased.iter().map(|leased| (leased.job.id, leased.clone())));
        Ok(leased)
    }
}

impl Granted {
    fn lock(&self) -> MutexGuard<'_, HashMap<JobId, LeasedJob>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

decorates_commit!(Forgiving);
decorates_lease!(Forgiving);
decorates_lease!(LeasesJobsTwice);
