//! Every write of this crate as one value, and what it does inside a transaction that somebody else began and ends.
//!
//! A write is applied by reference, so that the store can run it again when nothing of it happened. What a try
//! changes in it is where its moments are in the order of changes; the next try puts them where they belong then.

use hearken_domain::{
    changeset::Changeset,
    claim::{Claim, ClaimOutcome, Settlement},
    delivery::{DeliveryLane, LeasedDelivery},
    ids::{JobId, LeaseToken, ProcessId, WorkspaceId},
    job::{JobLane, JobRecord, LeaseTerms, LeasedJob, LostLeases, Share},
    ports::Installation,
    time::Timestamp,
};
use sea_orm::DatabaseTransaction;

use crate::{apply, error::Failure};

/// What is to be written.
pub(crate) enum Write {
    /// A changeset, whole.
    Commit(Box<Changeset>),
    /// A claim, and its pending upload when it is granted.
    Claim { workspace: WorkspaceId, claim: Claim, now: Timestamp },
    /// A longer lease.
    Renew { workspace: WorkspaceId, held: Settlement, until: Timestamp },
    /// The end of other processes' claims.
    Abandon { process: ProcessId, now: Timestamp },
    /// Due jobs.
    LeaseJobs { lane: JobLane, wanted: Vec<Share>, terms: LeaseTerms },
    /// A longer lease of a job.
    RenewJob { workspace: WorkspaceId, held: (JobId, LeaseToken), until: Timestamp },
    /// Due deliveries.
    LeaseDeliveries { wanted: Vec<(DeliveryLane, u16)>, terms: LeaseTerms },
    /// The end of leases whose processes died.
    EndLeases { lost: LostLeases, now: Timestamp },
    /// The installation, unless there is one.
    Install(Installation),
}

/// What a write that succeeded has to say.
#[derive(Debug)]
pub(crate) enum Written {
    /// Nothing.
    Done,
    /// The moment that nothing in the changeset is earlier than.
    Committed(Timestamp),
    /// The answer to a claim.
    Claimed(ClaimOutcome),
    /// Whether the lease was still the token's.
    Renewed(bool),
    /// The jobs that were leased.
    Jobs(Vec<LeasedJob>),
    /// The deliveries that were leased.
    Deliveries(Vec<LeasedDelivery>),
    /// The jobs whose leases were lost.
    Lost(Vec<JobRecord>),
}

impl Written {
    /// The answer to [`Write::Claim`].
    pub(crate) fn into_outcome(self) -> ClaimOutcome {
        match self {
            Self::Claimed(outcome) => outcome,
            other => unreachable!("carry_out answers a claim with its outcome, not with {other:?}"),
        }
    }

    /// The answer to [`Write::Commit`].
    pub(crate) fn into_moment(self) -> Timestamp {
        if let Self::Committed(moment) = self { moment } else { Timestamp::MIN }
    }

    /// The answer to [`Write::LeaseJobs`].
    pub(crate) fn into_jobs(self) -> Vec<LeasedJob> {
        if let Self::Jobs(jobs) = self { jobs } else { Vec::new() }
    }

    /// The answer to [`Write::LeaseDeliveries`].
    pub(crate) fn into_deliveries(self) -> Vec<LeasedDelivery> {
        if let Self::Deliveries(deliveries) = self { deliveries } else { Vec::new() }
    }

    /// The answer to [`Write::EndLeases`].
    pub(crate) fn into_lost(self) -> Vec<JobRecord> {
        if let Self::Lost(jobs) = self { jobs } else { Vec::new() }
    }

    /// The answer to [`Write::Renew`] and [`Write::RenewJob`].
    pub(crate) fn is_renewed(&self) -> bool {
        matches!(self, Self::Renewed(true))
    }
}

/// Runs the statements of a write. On an error the caller must roll back.
pub(crate) async fn carry_out(db: &DatabaseTransaction, write: &mut Write) -> Result<Written, Failure> {
    match write {
        Write::Commit(changeset) => apply::commit(db, changeset).await.map(Written::Committed),
        Write::Claim { workspace, claim, now } => {
            apply::claims::take(db, *workspace, claim, *now).await.map(Written::Claimed)
        }
        Write::Renew { workspace, held, until } => {
            apply::claims::renew(db, *workspace, held, *until).await.map(Written::Renewed)
        }
        Write::Abandon { process, now } => {
            apply::claims::abandon_others(db, *process, *now).await.map(|()| Written::Done)
        }
        Write::LeaseJobs { lane, wanted, terms } => {
            apply::jobs::lease(db, *lane, wanted, *terms).await.map(Written::Jobs)
        }
        Write::RenewJob { workspace, held, until } => {
            apply::jobs::renew(db, *workspace, *held, *until).await.map(Written::Renewed)
        }
        Write::LeaseDeliveries { wanted, terms } => {
            apply::deliveries::lease(db, wanted, *terms).await.map(Written::Deliveries)
        }
        Write::EndLeases { lost, now } => {
            if let LostLeases::OfOthers(process) = lost {
                apply::deliveries::end_leases_of_others(db, *process, *now).await?;
            }
            apply::jobs::end_leases(db, *lost, *now).await.map(Written::Lost)
        }
        Write::Install(installation) => apply::access::install(db, installation).await.map(|()| Written::Done),
    }
}
