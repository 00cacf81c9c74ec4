//! Jobs: made, settled, driven again.

use hearken_domain::{
    ids::JobId,
    job::{Job, JobMove, JobNext, JobState},
    time::Timestamp,
};

use crate::store::state::{StoredJob, Tenant};

pub(super) fn insert(tenant: &mut Tenant, new: Vec<Job>) {
    tenant.jobs.extend(new.into_iter().map(|job| (job.id, StoredJob::new(job))));
}

/// Ends attempts. How often a job crashed is kept: only driving it again forgets that. One that ends in order is no
/// suspect any more, and one that goes on was begun; one that was given back is what it was.
pub(super) fn settle(tenant: &mut Tenant, moves: Vec<JobMove>) {
    for JobMove { id, token: _, attempt: _, to } in moves {
        let Some(stored) = tenant.jobs.get_mut(&id) else { continue };
        if let JobNext::Snoozed { .. } = to {
            stored.attempt -= 1;
        } else {
            stored.lane = stored.job.step.lane();
        }
        if let JobNext::Again { .. } = to {
            stored.job.rank = stored.job.rank.begun();
        }
        (stored.state, stored.due_at, stored.note) = match to {
            JobNext::Done => (JobState::Done, None, None),
            JobNext::Again { at, note } | JobNext::Snoozed { at, note } => (JobState::Queued, Some(at), note),
            JobNext::Dead { note } => (JobState::Dead, None, Some(note)),
        };
        stored.job.run_at = stored.due_at.unwrap_or(stored.job.run_at);
        stored.held = None;
    }
}

/// Queues dead jobs as if they were new.
pub(super) fn revive(tenant: &mut Tenant, revived: &[(JobId, Timestamp)]) {
    for (id, at) in revived {
        if let Some(stored) = tenant.jobs.get_mut(id) {
            *stored = StoredJob::new(Job { run_at: *at, ..stored.job.clone() });
        }
    }
}
