//! How attempts of jobs end, and that only who holds one ends it.

use futures_util::future::join_all;
use hearken_domain::{
    changeset::{Changeset, CommitError},
    job::{Job, JobLane, JobMove, JobNext, JobRecord, JobState, LeaseTerms, Rank, Share, Step},
    time::Timestamp,
};

use crate::{
    Stores,
    fixture::{
        Tenant, a_note, a_queued_job, a_workspace, at, commit, ending, leased, leases_stay, leases_vanish, new_id,
        record_of, taken_back, terms,
    },
};

/// A job that is done is never due again.
pub async fn a_done_job_is_never_due_again(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let job = a_queued_job(stores, tenant, Step::Probe, at(0)).await;
    let held = leased(stores, &job, terms(at(0), at(100))).await;
    commit(stores, ending(&held, JobNext::Done)).await;
    let record = record_of(stores, &job).await;
    assert_eq!((record.state, record.attempt, record.note), (JobState::Done, 1, None));
    assert_nothing_is_due(stores, &job).await;
}

/// A job that goes on is queued until its moment, and says why it waits; the next attempt's reason replaces this one's.
pub async fn a_job_that_goes_on_waits_for_its_moment(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let job = a_queued_job(stores, tenant, Step::Probe, at(0)).await;
    for (attempt, note) in [(1, Some(a_note("the engine ☹ went away"))), (2, None), (3, Some(a_note("")))] {
        let now = i64::from(attempt) * 1000;
        let held = leased(stores, &job, terms(at(now), at(now + 500))).await;
        assert_eq!(held.attempt, attempt);
        commit(stores, ending(&held, JobNext::Again { at: at(now + 1000), note: note.clone() })).await;
        let expected = JobRecord {
            job: Job { run_at: at(now + 1000), rank: Rank::LiveBegun, ..job.clone() },
            state: JobState::Queued,
            lane: JobLane::Quick,
            attempt,
            crashes: 0,
            note,
        };
        assert_eq!(record_of(stores, &job).await, expected);
        assert!(is_not_due(stores, &job, at(now + 999)).await, "it is due before its moment");
    }
}

/// An attempt that was snoozed is not counted, however often.
pub async fn a_snoozed_attempt_is_not_counted(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let job = a_queued_job(stores, tenant, Step::Transcribe, at(0)).await;
    for now in [0, 10, 20] {
        let held = leased(stores, &job, terms(at(now), at(now + 5))).await;
        assert_eq!(held.attempt, 1);
        let note = Some(a_note("no model"));
        commit(stores, ending(&held, JobNext::Snoozed { at: at(now + 10), note: note.clone() })).await;
        let record = record_of(stores, &job).await;
        assert_eq!((record.state, record.attempt, record.note), (JobState::Queued, 0, note));
        assert!(is_not_due(stores, &job, at(now + 9)).await, "it is due before its moment");
    }
}

/// A dead job says why it was given up, and is never due.
pub async fn a_dead_job_says_why_and_is_never_due(stores: &Stores) {
    let _vanish = leases_vanish().await;
    let tenant = a_workspace(stores).await;
    let job = a_dead_job(stores, tenant).await;
    let record = record_of(stores, &job).await;
    assert_eq!((record.state, record.attempt, record.note), (JobState::Dead, 3, Some(a_note("given up"))));
    assert_nothing_is_due(stores, &job).await;
}

/// A dead job that is driven again is queued from the moment given, as if it were new: no attempt, no crash, no note.
pub async fn a_dead_job_is_driven_again_as_if_it_were_new(stores: &Stores) {
    let _vanish = leases_vanish().await;
    let tenant = a_workspace(stores).await;
    let job = a_dead_job(stores, tenant).await;
    assert_eq!(record_of(stores, &job).await.crashes, 1);
    commit(stores, reviving(&job)).await;
    let again = Job { run_at: at(7000), ..job.clone() };
    let expected =
        JobRecord { job: again, state: JobState::Queued, lane: JobLane::Quick, attempt: 0, crashes: 0, note: None };
    assert_eq!(record_of(stores, &job).await, expected);
    assert!(is_not_due(stores, &job, at(6999)).await, "it is due before its moment");
    let held = leased(stores, &job, terms(at(7000), at(8000))).await;
    assert_eq!((held.attempt, held.crashes), (1, 0));
}

/// A job that is not dead is not driven again: that is [`CommitError::Stale`], and it stays as it is.
pub async fn a_job_that_is_not_dead_is_not_driven_again(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let [queued, running, done] = [0, 1, 2].map(|_| a_queued_job(stores, tenant, Step::Probe, at(0)));
    let (queued, running, done) = (queued.await, running.await, done.await);
    for job in stores
        .queue
        .lease(Step::Probe.lane(), &[Share::of(tenant.workspace, 100)], terms(at(0), at(100)))
        .await
        .expect("the store answers")
    {
        let next = if job.job.id == done.id { JobNext::Done } else { JobNext::Again { at: at(5), note: None } };
        if job.job.id != running.id {
            commit(stores, ending(&job, next)).await;
        }
    }
    for job in [&queued, &running, &done] {
        let before = record_of(stores, job).await;
        assert_refused!(stores.store.commit(reviving(job)).await, CommitError::Stale);
        assert_eq!(record_of(stores, job).await, before);
    }
    let unknown = Job { id: new_id(), ..queued };
    assert_refused!(stores.store.commit(reviving(&unknown)).await, CommitError::Stale);
}

/// Of 16 at one time who drive a dead job again exactly one does; for the others it is not dead any more.
pub async fn of_many_revivals_of_one_job_exactly_one_happens(stores: &Stores) {
    let _vanish = leases_vanish().await;
    let tenant = a_workspace(stores).await;
    let job = a_dead_job(stores, tenant).await;
    let answers = join_all((0..16).map(|_| stores.store.commit(reviving(&job)))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    for answer in answers.into_iter().filter(Result::is_err) {
        assert_refused!(answer, CommitError::Stale);
    }
}

/// An attempt ends only under the token of its lease; anything else is [`CommitError::LeaseLost`].
pub async fn an_attempt_ends_only_under_its_token(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let job = a_queued_job(stores, tenant, Step::Probe, at(0)).await;
    let never_leased = JobMove { id: job.id, token: new_id(), attempt: 0, to: JobNext::Done };
    assert_lost(stores, &job, never_leased.clone()).await;
    assert_lost(stores, &job, JobMove { attempt: 1, ..never_leased }).await;
    let held = leased(stores, &job, terms(at(0), at(100))).await;
    for to in [
        JobNext::Done,
        JobNext::Again { at: at(1), note: None },
        JobNext::Snoozed { at: at(1), note: None },
        JobNext::Dead { note: a_note("no") },
    ] {
        assert_lost(stores, &job, JobMove { id: job.id, token: new_id(), attempt: 1, to }).await;
    }
    assert_lost(stores, &job, JobMove { id: new_id(), token: held.token, attempt: 1, to: JobNext::Done }).await;
    commit(stores, ending(&held, JobNext::Done)).await;
}

/// An attempt ends only under its number, also when the same token leased the job again.
pub async fn an_attempt_ends_only_under_its_number(stores: &Stores) {
    let _vanish = leases_vanish().await;
    let tenant = a_workspace(stores).await;
    let job = a_queued_job(stores, tenant, Step::Probe, at(0)).await;
    let first = terms(at(0), at(100));
    let slow = leased(stores, &job, first).await;
    taken_back(stores, tenant, at(100)).await;
    let again = leased(stores, &job, LeaseTerms { now: at(100), until: at(200), ..first }).await;
    assert_eq!((slow.token, slow.attempt, again.attempt), (again.token, 1, 2));
    for attempt in [1, 3, 0] {
        let other = JobMove { id: job.id, token: again.token, attempt, to: JobNext::Done };
        assert_lost(stores, &job, other).await;
    }
    commit(stores, ending(&again, JobNext::Done)).await;
}

/// Who lost a job to a takeover cannot end its attempt any more; who took it over can.
pub async fn an_attempt_does_not_end_after_a_takeover(stores: &Stores) {
    let _vanish = leases_vanish().await;
    let tenant = a_workspace(stores).await;
    let job = a_queued_job(stores, tenant, Step::Probe, at(0)).await;
    let slow = leased(stores, &job, terms(at(0), at(100))).await;
    taken_back(stores, tenant, at(100)).await;
    assert_refused!(stores.store.commit(ending(&slow, JobNext::Done)).await, CommitError::LeaseLost);
    let taker = leased(stores, &job, terms(at(100), at(200))).await;
    assert_refused!(stores.store.commit(ending(&slow, JobNext::Done)).await, CommitError::LeaseLost);
    // Not even with the number that the taker has.
    let guessed = JobMove { id: job.id, token: slow.token, attempt: taker.attempt, to: JobNext::Done };
    assert_lost(stores, &job, guessed).await;
    commit(stores, ending(&taker, JobNext::Done)).await;
}

/// An attempt ends once.
pub async fn an_attempt_ends_once(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    for to in [
        JobNext::Done,
        JobNext::Again { at: at(1), note: None },
        JobNext::Snoozed { at: at(1), note: None },
        JobNext::Dead { note: a_note("no") },
    ] {
        let job = a_queued_job(stores, tenant, Step::Probe, at(0)).await;
        let held = leased(stores, &job, terms(at(0), at(100))).await;
        commit(stores, ending(&held, to)).await;
        let once_more = JobMove { id: job.id, token: held.token, attempt: held.attempt, to: JobNext::Done };
        assert_lost(stores, &job, once_more).await;
    }
}

/// A lease that has ended but that nobody took over is still its holder's: a commit ends the attempt.
pub async fn an_attempt_that_nobody_took_over_still_ends(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let job = a_queued_job(stores, tenant, Step::Probe, at(0)).await;
    let slow = leased(stores, &job, terms(at(0), at(1))).await;
    commit(stores, ending(&slow, JobNext::Done)).await;
    assert_nothing_is_due(stores, &job).await;
}

/// Of 16 ends of one attempt at one time exactly one happens; the others have lost the lease.
pub async fn of_many_ends_of_one_attempt_exactly_one_happens(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let job = a_queued_job(stores, tenant, Step::Probe, at(0)).await;
    let held = leased(stores, &job, terms(at(0), at(100))).await;
    let ends = (0..16).map(|n| JobNext::Again { at: at(1000 + n), note: None });
    let answers = join_all(ends.map(|to| stores.store.commit(ending(&held, to)))).await;
    let happened: Vec<usize> = (0..16).filter(|n| answers[*n].is_ok()).collect();
    let [winner] = happened[..] else { panic!("{} ends happened: {answers:?}", happened.len()) };
    let moment = at(1000 + i64::try_from(winner).expect("it is at most 15"));
    assert_eq!(record_of(stores, &job).await.job.run_at, moment);
    for answer in answers.into_iter().filter(Result::is_err) {
        assert_refused!(answer, CommitError::LeaseLost);
    }
}

/// A job that crashed once and was given up in its third attempt. The check holds `leases_vanish`.
async fn a_dead_job(stores: &Stores, tenant: Tenant) -> Job {
    let job = a_queued_job(stores, tenant, Step::Probe, at(0)).await;
    for now in [0, 10] {
        leased(stores, &job, terms(at(now), at(now + 10))).await;
        taken_back(stores, tenant, at(now + 10)).await;
    }
    let held = leased(stores, &job, terms(at(20), at(30))).await;
    commit(stores, ending(&held, JobNext::Dead { note: a_note("given up") })).await;
    job
}

/// Drives a job again at 7000.
fn reviving(job: &Job) -> Changeset {
    Changeset { revived_jobs: vec![(job.id, at(7000))], ..Changeset::new(job.workspace) }
}

async fn assert_lost(stores: &Stores, job: &Job, job_move: JobMove) {
    let before = record_of(stores, job).await;
    let changeset = Changeset { job_moves: vec![job_move], ..Changeset::new(job.workspace) };
    assert_refused!(stores.store.commit(changeset).await, CommitError::LeaseLost);
    assert_eq!(record_of(stores, job).await, before, "the job moved");
}

async fn is_not_due(stores: &Stores, job: &Job, now: Timestamp) -> bool {
    let leased = stores.queue.lease(job.step.lane(), &[Share::of(job.workspace, 100)], terms(now, now)).await;
    leased.expect("the store answers").iter().all(|leased| leased.job.id != job.id)
}

async fn assert_nothing_is_due(stores: &Stores, job: &Job) {
    assert!(is_not_due(stores, job, Timestamp::MAX).await, "it can be had again");
}
