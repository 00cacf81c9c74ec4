//! Queued steps: when a job is due, and who gets it.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use hearken_domain::{
    changeset::Changeset,
    ids::{Id, JobId, Ulid, WorkspaceId},
    job::{JobLane, JobNext, JobRecord, JobState, LeaseTerms, LeasedJob, Share, Step},
    time::Timestamp,
};

use crate::{
    Stores,
    fixture::{
        Tenant, a_job, a_queued_job, a_workspace, an_engagement, at, commit, created, ending, leased, leases_stay,
        leases_vanish, new_id, record_of, taken_back, terms,
    },
};

/// A queued job is due when its moment has come, to the millisecond; it is leased as it was made, as attempt 1.
pub async fn a_queued_job_is_due_when_its_moment_has_come(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let job = a_queued_job(stores, tenant, Step::Probe, at(10)).await;
    let (state, lane) = (JobState::Queued, JobLane::Quick);
    let waiting = JobRecord { job: job.clone(), state, lane, attempt: 0, crashes: 0, note: None };
    assert_eq!(record_of(stores, &job).await, waiting);
    assert_eq!(lease(stores, tenant, 9, terms(at(9), at(100))).await, []);
    assert!(!is_due(stores, tenant, at(9)).await, "it is due before its moment");
    assert!(is_due(stores, tenant, at(10)).await, "it is not due at its moment");
    let terms = terms(at(10), at(100));
    let leased = lease(stores, tenant, 9, terms).await;
    assert_eq!(leased, [LeasedJob { job: job.clone(), attempt: 1, crashes: 0, token: terms.token }]);
    let record = record_of(stores, &job).await;
    assert_eq!((record.state, record.attempt, record.crashes), (JobState::Running, 1, 0));
}

/// Each lease counts an attempt; one of a job that was put back counts no crash.
pub async fn each_lease_of_a_job_counts_an_attempt(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let job = a_queued_job(stores, tenant, Step::Probe, at(0)).await;
    for attempt in 1..5 {
        let again = leased(stores, &job, terms(at(1), at(100))).await;
        assert_eq!((again.attempt, again.crashes), (attempt, 0));
        commit(stores, ending(&again, JobNext::Again { at: at(1), note: None })).await;
    }
}

/// A lease takes at most so many jobs of each workspace named, and none of others or of another lane.
pub async fn a_lease_takes_at_most_what_was_wanted_of_each_workspace(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenants = [a_workspace(stores).await, a_workspace(stores).await, a_workspace(stores).await];
    for tenant in tenants {
        for _ in 0..3 {
            a_queued_job(stores, tenant, Step::Tag, at(0)).await;
        }
        a_queued_job(stores, tenant, Step::Transcribe, at(0)).await;
    }
    let [one, two, three] = tenants.map(|tenant| tenant.workspace);
    let terms = terms(at(0), at(100));
    let taken = stores
        .queue
        .lease(JobLane::Quick, &[Share::of(one, 2), Share::of(three, 100)], terms)
        .await
        .expect("the store answers");
    let of = |workspace: WorkspaceId| taken.iter().filter(|leased| leased.job.workspace == workspace).count();
    assert_eq!([of(one), of(two), of(three), taken.len()], [2, 0, 3, 5]);
    assert!(taken.iter().all(|leased| leased.job.step == Step::Tag && leased.token == terms.token));
    let speech = stores.queue.lease(JobLane::Speech, &[Share::of(two, 100)], terms).await.expect("the store answers");
    assert_eq!(speech.iter().map(|leased| leased.job.step).collect::<Vec<_>>(), [Step::Transcribe]);
    let nothing = stores.queue.lease(JobLane::Quick, &[], terms).await.expect("the store answers");
    assert_eq!(nothing, []);
}

/// Only the token's holder renews, and as long as the attempt has not ended; a renewed lease runs longer.
pub async fn only_the_tokens_holder_renews_a_job(stores: &Stores) {
    let _vanish = leases_vanish().await;
    let tenant = a_workspace(stores).await;
    let job = a_queued_job(stores, tenant, Step::Probe, at(0)).await;
    let renew = |held, until| stores.queue.renew(tenant.workspace, held, until);
    assert!(!renew((job.id, new_id()), at(500)).await.expect("the store answers"), "nobody held it");
    let held = leased(stores, &job, terms(at(0), at(100))).await;
    assert!(!renew((job.id, new_id()), at(500)).await.expect("the store answers"), "another token renewed it");
    assert!(!renew((new_id(), held.token), at(500)).await.expect("the store answers"), "nothing was renewed");
    assert!(taken_back(stores, tenant, at(99)).await.is_empty());
    assert!(renew((job.id, held.token), at(500)).await.expect("the store answers"), "its own token did not renew it");
    assert!(taken_back(stores, tenant, at(499)).await.is_empty(), "the renewed lease ended early");
    assert_eq!(taken_back(stores, tenant, at(500)).await.len(), 1, "the renewed lease did not end");
    let taker = leased(stores, &job, terms(at(500), at(600))).await;
    assert!(!renew((job.id, held.token), at(9999)).await.expect("the store answers"), "it renewed what it had lost");
    commit(stores, ending(&taker, JobNext::Done)).await;
    assert!(!renew((job.id, taker.token), at(9999)).await.expect("the store answers"), "it renewed what had ended");
}

/// Of 16 leases of one job at one time exactly one is granted.
pub async fn of_many_leases_of_one_job_exactly_one_is_granted(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let job = a_queued_job(stores, tenant, Step::Probe, at(0)).await;
    let winner = the_one_granted(stores, tenant, at(0)).await;
    assert_eq!((winner.job.id, winner.attempt, winner.crashes), (job.id, 1, 0));
    // The winner holds it, and nobody else.
    commit(stores, ending(&winner, JobNext::Done)).await;
}

/// Callers that lease from one queue at one time share its jobs: none is granted twice, and in the end all are granted.
pub async fn callers_at_one_time_share_the_jobs(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let mut jobs = BTreeSet::new();
    for _ in 0..24 {
        jobs.insert(a_queued_job(stores, tenant, Step::Probe, at(0)).await.id);
    }
    let mut granted: Vec<JobId> = Vec::new();
    // A caller may go away empty-handed while others hold the rows, so they ask until all are granted, and once more.
    for round in 0..24 {
        if granted.len() >= jobs.len() && round > 2 {
            break;
        }
        let callers = (0..8).map(|_| lease(stores, tenant, 2, terms(at(0), at(100))));
        granted.extend(join_all(callers).await.concat().into_iter().map(|leased| leased.job.id));
    }
    assert_eq!(granted.len(), jobs.len(), "a job was granted twice or not at all");
    assert_eq!(granted.into_iter().collect::<BTreeSet<_>>(), jobs);
}

/// `due` names each workspace with due jobs of the lane once, in the order of ids, after the one given and at most
/// `limit`; it takes nothing.
pub async fn workspaces_with_due_jobs_come_in_order(stores: &Stores) {
    let _stay = leases_stay().await;
    // So long ago that hardly anything else is due.
    let now = at(-10_000_000_000);
    let mut tenants = Vec::new();
    for _ in 0..5 {
        tenants.push(a_workspace(stores).await);
    }
    let [first, second, third, other_lane, later] = tenants[..] else { panic!("there are five") };
    for tenant in [second, first, first, third] {
        a_queued_job(stores, tenant, Step::Probe, now).await;
    }
    a_queued_job(stores, other_lane, Step::Transcribe, now).await;
    a_queued_job(stores, later, Step::Probe, at(0)).await;
    let before = WorkspaceId::from(Ulid::from(first.workspace.ulid().0 - 1));
    let ours: Vec<WorkspaceId> = tenants.iter().map(|tenant| tenant.workspace).collect();
    let (mut found, mut after) = (Vec::new(), before);
    loop {
        let page = stores.queue.due(JobLane::Quick, now, Some(after), 2).await.expect("the store answers");
        assert!(page.len() <= 2, "there are more than the limit");
        let Some(last) = page.last() else { break };
        assert!(page[0] > after && page.is_sorted(), "they do not come in order");
        after = *last;
        found.extend(page.into_iter().filter(|workspace| ours.contains(workspace)));
    }
    assert_eq!(found, [first.workspace, second.workspace, third.workspace]);
    let speech = stores.queue.due(JobLane::Speech, now, Some(before), u16::MAX).await.expect("the store answers");
    assert_eq!(speech.iter().filter(|id| ours.contains(id)).collect::<Vec<_>>(), [&other_lane.workspace]);
    let all = stores.queue.due(JobLane::Quick, now, None, u16::MAX).await.expect("the store answers");
    assert!(all.is_sorted() && all.contains(&first.workspace));
    assert_eq!(lease(stores, first, 9, terms(now, at(0))).await.len(), 2);
}

/// A lane's jobs are those of its steps, whichever step it is.
pub async fn a_lane_has_the_jobs_of_its_steps(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let engagement = created(stores, an_engagement(tenant, "e")).await;
    let jobs = Step::ALL.iter().map(|step| a_job(&engagement, *step)).collect();
    commit(stores, Changeset { jobs, ..Changeset::new(tenant.workspace) }).await;
    for lane in JobLane::ALL {
        let taken = stores.queue.lease(*lane, &[Share::of(tenant.workspace, 100)], terms(at(0), at(100))).await;
        let steps: Vec<Step> = taken.expect("the store answers").into_iter().map(|leased| leased.job.step).collect();
        let expected: Vec<Step> = Step::ALL.iter().copied().filter(|step| step.lane() == *lane).collect();
        assert_eq!(steps, expected, "{lane}");
    }
}

async fn the_one_granted(stores: &Stores, tenant: Tenant, now: Timestamp) -> LeasedJob {
    let rivals = (0..16).map(|_| lease(stores, tenant, 1, terms(now, at(60_000))));
    let granted = join_all(rivals).await.concat();
    let [winner] = &granted[..] else { panic!("{} leases were granted: {granted:?}", granted.len()) };
    winner.clone()
}

/// Leases quick jobs of a workspace.
async fn lease(stores: &Stores, tenant: Tenant, most: u16, terms: LeaseTerms) -> Vec<LeasedJob> {
    stores.queue.lease(JobLane::Quick, &[Share::of(tenant.workspace, most)], terms).await.expect("the store answers")
}

async fn is_due(stores: &Stores, tenant: Tenant, now: Timestamp) -> bool {
    let before = WorkspaceId::from(Ulid::from(tenant.workspace.ulid().0 - 1));
    let due = stores.queue.due(JobLane::Quick, now, Some(before), 1).await.expect("the store answers");
    due == [tenant.workspace]
}
