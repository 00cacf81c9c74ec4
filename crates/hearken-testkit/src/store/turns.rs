//! Whose turn it is within a workspace: what was begun, what is live, what waits longest, and a share for the newest.

use hearken_domain::{
    changeset::Changeset,
    ids::JobId,
    job::{Job, JobLane, JobNext, Rank, Share, Step},
};

use crate::{
    Stores,
    fixture::{
        Tenant, a_job, a_queued_job, a_workspace, an_engagement, at, commit, created, creating, ending, leased,
        leases_stay, new_id, record_of, terms,
    },
};

/// Jobs of one rank come by when they became due, then by id.
pub async fn the_longest_due_job_comes_first(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let mut expected = Vec::new();
    for run_at in [30, 10, 20, 10] {
        expected.push(a_queued_job(stores, tenant, Step::Probe, at(run_at)).await);
    }
    expected.sort_by_key(|job| (job.run_at, job.id));
    for job in expected {
        assert_eq!(ids(stores, Share::of(tenant.workspace, 1)).await, [job.id]);
    }
    assert_eq!(ids(stores, Share::of(tenant.workspace, 1)).await, []);
}

/// Jobs of one rank that are leased together come in that order too.
pub async fn jobs_leased_together_come_longest_due_first(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let mut jobs = Vec::new();
    for run_at in [3, 1, 2, 1, 3] {
        jobs.push(a_queued_job(stores, tenant, Step::Probe, at(run_at)).await);
    }
    jobs.sort_by_key(|job| (job.run_at, job.id));
    let expected: Vec<JobId> = jobs.into_iter().map(|job| job.id).collect();
    assert_eq!(ids(stores, Share::of(tenant.workspace, 9)).await, expected);
}

/// Jobs come by their rank, however long those of a later one have been due: one by one, and together.
pub async fn jobs_come_by_their_rank(stores: &Stores) {
    let _stay = leases_stay().await;
    for places in [1, 3, 100] {
        let tenant = a_workspace(stores).await;
        let mut expected = Vec::new();
        for (rank, due) in Rank::ALL.iter().rev().zip([0, 10, 20, 30]) {
            let pair = [ranked(stores, (tenant, *rank), due).await, ranked(stores, (tenant, *rank), due + 5).await];
            expected.splice(0..0, pair);
        }
        // Nothing that waits for later is in the way.
        ranked(stores, (tenant, Rank::LiveBegun), 5000).await;
        let mut found = Vec::new();
        while found.len() < expected.len() {
            let some = ids(stores, Share::of(tenant.workspace, places)).await;
            assert!(!some.is_empty() && some.len() <= usize::from(places), "{} of {places}", some.len());
            found.extend(some);
        }
        assert_eq!(found, expected);
        assert_eq!(ids(stores, Share::of(tenant.workspace, places)).await, []);
    }
}

/// The share of the newest is of what is live and not begun, latest due first; the rest of the places go in turn, and
/// what the newest leave over does too.
pub async fn the_newest_live_jobs_have_a_share(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let begun = ranked(stores, (tenant, Rank::LiveBegun), 900).await;
    let mut live = Vec::new();
    for due in [10, 20, 30, 40, 50] {
        live.push(ranked(stores, (tenant, Rank::Live), due).await);
    }
    ranked(stores, (tenant, Rank::Live), 5000).await;
    let backfill = ranked(stores, (tenant, Rank::Backfill), 0).await;
    let share = |most, newest| Share { workspace: tenant.workspace, most, newest };
    assert_eq!(ids(stores, share(1, 1)).await, [live[4]], "one place for the newest");
    assert_eq!(ids(stores, share(1, 9)).await, [live[3]], "no more than there are places");
    assert_eq!(ids(stores, share(2, 1)).await, [begun, live[2]], "one in turn and one of the newest");
    assert_eq!(ids(stores, share(9, 3)).await, [live[0], live[1], backfill], "what is left, each once");
    assert_eq!(ids(stores, share(9, 3)).await, []);
}

/// What failed in order and waits for another attempt was begun.
pub async fn what_is_tried_again_was_begun(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    for (rank, begun) in [
        (Rank::Live, Rank::LiveBegun),
        (Rank::LiveBegun, Rank::LiveBegun),
        (Rank::Backfill, Rank::BackfillBegun),
        (Rank::BackfillBegun, Rank::BackfillBegun),
    ] {
        let engagement = created(stores, an_engagement(tenant, rank.as_str())).await;
        let job = Job { rank, ..a_job(&engagement, Step::Probe) };
        commit(stores, Changeset { jobs: vec![job.clone()], ..Changeset::new(tenant.workspace) }).await;
        assert_eq!(record_of(stores, &job).await.job, job, "it does not read back");
        let given_back = leased(stores, &job, terms(at(0), at(9))).await;
        assert_eq!(given_back.job, job);
        commit(stores, ending(&given_back, JobNext::Snoozed { at: at(1), note: None })).await;
        assert_eq!(record_of(stores, &job).await.job.rank, rank, "it was given back as it was");
        let failed = leased(stores, &job, terms(at(1), at(9))).await;
        commit(stores, ending(&failed, JobNext::Again { at: at(2), note: None })).await;
        assert_eq!(record_of(stores, &job).await.job.rank, begun);
        let done = leased(stores, &job, terms(at(2), at(9))).await;
        commit(stores, ending(&done, JobNext::Done)).await;
    }
}

/// A job of this rank, due at this moment.
async fn ranked(stores: &Stores, (tenant, rank): (Tenant, Rank), due: i64) -> JobId {
    let engagement = an_engagement(tenant, &format!("of rank {rank} {}", new_id::<JobId>()));
    let job = Job { rank, run_at: at(due), ..a_job(&engagement, Step::Probe) };
    commit(stores, Changeset { jobs: vec![job.clone()], ..creating(engagement) }).await;
    job.id
}

/// Leases a share of the quick jobs, at 1000.
async fn ids(stores: &Stores, share: Share) -> Vec<JobId> {
    let leased = stores.queue.lease(JobLane::Quick, &[share], terms(at(1000), at(2000))).await;
    leased.expect("the store answers").into_iter().map(|leased| leased.job.id).collect()
}
