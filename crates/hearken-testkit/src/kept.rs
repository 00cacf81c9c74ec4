//! A store whose commits keep their moments: what most checks write has a history, and shares moments on purpose.

use std::sync::Arc;

use hearken_domain::{
    changeset::{Changeset, CommitError},
    order::Moments,
    ports::EngagementStore,
    time::Timestamp,
};

use crate::delegate::decorates_commit;

/// The store inside, with the moments of every commit as they are given.
pub(crate) struct KeepsMoments {
    inner: Arc<dyn EngagementStore>,
}

impl KeepsMoments {
    pub(crate) fn over(inner: Arc<dyn EngagementStore>) -> Self {
        Self { inner }
    }

    async fn decorated_commit(&self, changeset: Changeset) -> Result<Timestamp, CommitError> {
        self.inner.commit(Changeset { moments: Moments::Kept, ..changeset }).await
    }
}

decorates_commit!(KeepsMoments);
