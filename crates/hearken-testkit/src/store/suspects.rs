//! Jobs whose processes died: who is suspected, what is counted, and what clears them.

use futures_util::future::join_all;
use hearken_domain::{
    ids::ProcessId,
    job::{JobLane, JobNext, JobState, LeaseTerms, LostLeases, MAX_CRASHES, Share, Step, after_death},
};

use crate::{
    Stores,
    fixture::{
        a_due_delivery, a_note, a_queued_job, a_workspace, at, commit, ending, leased, leased_of, leased_one,
        leases_stay, leases_vanish, new_id, record_of, taken_back, terms,
    },
};

/// A job whose lease has run out, to the millisecond, is a suspect: it is taken back, due at once, and to be had among
/// the suspects and nowhere else. Nothing is counted for the first time.
pub async fn a_job_whose_lease_has_run_out_is_a_suspect(stores: &Stores) {
    let _vanish = leases_vanish().await;
    let tenant = a_workspace(stores).await;
    for (step, suspects) in [(Step::Probe, JobLane::QuickSuspect), (Step::Transcribe, JobLane::SpeechSuspect)] {
        let job = a_queued_job(stores, tenant, step, at(0)).await;
        leased(stores, &job, terms(at(0), at(100))).await;
        assert_eq!(taken_back(stores, tenant, at(99)).await, [], "its lease ended early");
        let lost = taken_back(stores, tenant, at(100)).await;
        assert_eq!(lost, [record_of(stores, &job).await]);
        assert_eq!((lost[0].state, lost[0].lane, lost[0].crashes), (JobState::Queued, suspects, 0));
        assert_eq!((lost[0].attempt, lost[0].job.run_at), (1, at(100)));
        for lane in JobLane::ALL.iter().filter(|lane| **lane != suspects) {
            let other = stores.queue.lease(*lane, &[Share::of(tenant.workspace, 9)], terms(at(200), at(300))).await;
            assert_eq!(other.expect("the store answers"), [], "{lane}");
        }
        let again = leased(stores, &job, terms(at(100), at(200))).await;
        assert_eq!((again.job.id, again.attempt, again.crashes), (job.id, 2, 0));
        commit(stores, ending(&again, JobNext::Done)).await;
    }
}

/// A suspect whose lease runs out crashed, each time; where it waits then is what [`after_death`] says.
pub async fn a_suspect_whose_lease_has_run_out_crashed(stores: &Stores) {
    let _vanish = leases_vanish().await;
    let tenant = a_workspace(stores).await;
    for step in [Step::Tag, Step::Transcribe] {
        let job = a_queued_job(stores, tenant, step, at(0)).await;
        let mut expected = (step.lane(), 0);
        for death in 1..=i64::from(MAX_CRASHES) + 2 {
            leased(stores, &job, terms(at(death * 100 - 100), at(death * 100))).await;
            expected = after_death(step, expected.0, expected.1);
            let lost = taken_back(stores, tenant, at(death * 100)).await;
            assert_eq!(lost.iter().map(|one| (one.lane, one.crashes)).collect::<Vec<_>>(), [expected]);
        }
        assert!(expected.1 > MAX_CRASHES);
    }
}

/// A suspect that ends in order is none any more, whatever it crashed before; one that is given back still is.
pub async fn a_suspect_that_ends_in_order_is_none_any_more(stores: &Stores) {
    let _vanish = leases_vanish().await;
    let tenant = a_workspace(stores).await;
    for (to, is_cleared) in [
        (JobNext::Again { at: at(300), note: None }, true),
        (JobNext::Dead { note: a_note("refused") }, true),
        (JobNext::Done, true),
        (JobNext::Snoozed { at: at(300), note: None }, false),
    ] {
        for step in [Step::Tag, Step::Transcribe] {
            let job = a_queued_job(stores, tenant, step, at(0)).await;
            for now in [0, 100] {
                leased(stores, &job, terms(at(now), at(now + 100))).await;
                taken_back(stores, tenant, at(now + 100)).await;
            }
            let before = record_of(stores, &job).await;
            let suspect = leased(stores, &job, terms(at(200), at(250))).await;
            commit(stores, ending(&suspect, to.clone())).await;
            let after = record_of(stores, &job).await;
            let expected = if is_cleared { step.lane() } else { before.lane };
            assert_eq!((after.lane, after.crashes), (expected, 1), "{to:?}");
        }
    }
}

/// Of 16 who take a job back at one time exactly one gets it.
pub async fn of_many_who_take_a_job_back_exactly_one_does(stores: &Stores) {
    let _vanish = leases_vanish().await;
    let tenant = a_workspace(stores).await;
    let job = a_queued_job(stores, tenant, Step::Probe, at(0)).await;
    leased(stores, &job, terms(at(0), at(10))).await;
    let lost = join_all((0..16).map(|_| taken_back(stores, tenant, at(20)))).await.concat();
    assert_eq!(lost.iter().map(|record| record.job.id).collect::<Vec<_>>(), [job.id]);
    let again = leased(stores, &job, terms(at(20), at(30))).await;
    assert_eq!((again.attempt, again.crashes), (2, 0));
}

/// What is queued, done or dead is not taken back.
pub async fn only_what_is_held_is_taken_back(stores: &Stores) {
    let _vanish = leases_vanish().await;
    let tenant = a_workspace(stores).await;
    a_queued_job(stores, tenant, Step::Transcribe, at(0)).await;
    for to in [JobNext::Done, JobNext::Dead { note: a_note("refused") }, JobNext::Again { at: at(5), note: None }] {
        let job = a_queued_job(stores, tenant, Step::Probe, at(0)).await;
        let held = leased(stores, &job, terms(at(0), at(1))).await;
        commit(stores, ending(&held, to)).await;
    }
    assert_eq!(taken_back(stores, tenant, at(1000)).await, []);
}

/// The only process takes back what every other one held, on jobs and on deliveries; its own go on.
pub async fn other_processes_leases_can_be_ended(stores: &Stores) {
    let _vanish = leases_vanish().await;
    let (one, other) = (a_workspace(stores).await, a_workspace(stores).await);
    let survivor: ProcessId = new_id();
    let own_terms = LeaseTerms { process: survivor, ..terms(at(0), at(1000)) };
    let own = a_queued_job(stores, one, Step::Probe, at(0)).await;
    leased(stores, &own, own_terms).await;
    let (own_endpoint, _) = a_due_delivery(stores, one).await;
    leased_one(stores, &own_endpoint, own_terms).await;
    let dead = a_queued_job(stores, other, Step::Probe, at(0)).await;
    leased(stores, &dead, terms(at(0), at(1000))).await;
    let (dead_endpoint, _) = a_due_delivery(stores, other).await;
    leased_one(stores, &dead_endpoint, terms(at(0), at(1000))).await;
    let queued = a_queued_job(stores, other, Step::Transcribe, at(500)).await;

    let lost = stores.queue.end_leases(LostLeases::OfOthers(survivor), at(100)).await.expect("the store answers");
    assert!(lost.iter().any(|record| record.job.id == dead.id) && lost.iter().all(|record| record.job.id != own.id));
    assert_eq!(record_of(stores, &own).await.state, JobState::Running, "the survivor lost its job");
    assert!(leased_of(stores, &own_endpoint, 9, terms(at(100), at(2000))).await.is_empty(), "it lost its delivery");
    let taken = leased(stores, &dead, terms(at(100), at(2000))).await;
    assert_eq!((taken.attempt, taken.crashes), (2, 0));
    assert_eq!(leased_one(stores, &dead_endpoint, terms(at(100), at(2000))).await.attempt, 2);
    assert_eq!(record_of(stores, &queued).await.job, queued, "a job that was not held changed");
}

/// A lease that runs is not ended, whatever else is.
pub async fn a_running_lease_is_not_taken_back(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let job = a_queued_job(stores, tenant, Step::Probe, at(0)).await;
    leased(stores, &job, terms(at(0), at(1))).await;
    // Before every other check's time.
    let lost = stores.queue.end_leases(LostLeases::RunOut, at(-20_000_000_000)).await.expect("the store answers");
    assert_eq!(lost, []);
    assert_eq!(record_of(stores, &job).await.state, JobState::Running);
}
