//! Jobs as an operator sees them.

use hearken_domain::{
    changeset::Changeset,
    ids::{Id, JobId, Ulid, WorkspaceId},
    job::{Job, JobNext, JobQuery, JobRecord, JobState, Share, Step},
};

use crate::{
    Stores,
    fixture::{
        Tenant, a_job, a_note, a_queued_job, a_workspace, an_engagement, at, commit, creating, ending, leases_stay,
        new_id, terms,
    },
};

/// The jobs of an engagement as they are, oldest id first, and no other's.
pub async fn the_records_of_an_engagement_come_oldest_first(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let engagement = an_engagement(tenant, "e");
    let jobs: Vec<Job> =
        Step::ALL.iter().zip(0..).map(|(step, n)| Job { run_at: at(-n), ..a_job(&engagement, *step) }).collect();
    let youngest_first = jobs.iter().rev().cloned().collect();
    commit(stores, Changeset { jobs: youngest_first, ..creating(engagement.clone()) }).await;
    a_queued_job(stores, tenant, Step::Probe, at(0)).await;
    let records = stores.queue.of_engagement(tenant.workspace, engagement.id).await.expect("the store answers");
    let waiting = |job: Job| {
        let lane = job.step.lane();
        JobRecord { job, state: JobState::Queued, lane, attempt: 0, crashes: 0, note: None }
    };
    assert_eq!(records, jobs.into_iter().map(waiting).collect::<Vec<_>>());
    assert_eq!(stores.queue.of_engagement(tenant.workspace, new_id()).await.expect("the store answers"), []);
}

/// Records are filtered by workspace, by engagement and by states; all that are set must hold.
pub async fn records_are_filtered(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let jobs = one_in_each_state(stores, tenant).await;
    let [queued, running, done, dead] = jobs.clone();
    let in_workspace = JobQuery { workspace: Some(tenant.workspace), limit: 100, ..JobQuery::default() };
    assert_found(stores, &in_workspace, &jobs).await;
    for (state, job) in JobState::ALL.iter().zip(&jobs) {
        let query = JobQuery { states: vec![*state], ..in_workspace.clone() };
        assert_found(stores, &query, std::slice::from_ref(job)).await;
    }
    let two = JobQuery { states: vec![JobState::Dead, JobState::Running], ..in_workspace.clone() };
    assert_found(stores, &two, &[running, dead.clone()]).await;
    let by_engagement = JobQuery { engagement: Some(done.engagement), ..in_workspace.clone() };
    assert_found(stores, &by_engagement, std::slice::from_ref(&done)).await;
    let neither =
        JobQuery { engagement: Some(queued.engagement), states: vec![JobState::Done], ..in_workspace.clone() };
    assert_found(stores, &neither, &[]).await;
    let elsewhere = JobQuery { workspace: Some(new_id()), ..in_workspace };
    assert_found(stores, &elsewhere, &[]).await;
    let anywhere = JobQuery { engagement: Some(dead.engagement), limit: 100, ..JobQuery::default() };
    assert_found(stores, &anywhere, &[dead]).await;
}

/// Records of all workspaces come in the order of workspace and id, in pages of at most `limit`.
pub async fn records_come_in_the_order_of_workspace_and_id(stores: &Stores) {
    let (one, other) = (a_workspace(stores).await, a_workspace(stores).await);
    let mut expected: Vec<(WorkspaceId, JobId)> = Vec::new();
    for tenant in [other, one, other, one] {
        let job = a_queued_job(stores, tenant, Step::Probe, at(0)).await;
        expected.push((job.workspace, job.id));
    }
    expected.sort_unstable();
    let before = WorkspaceId::from(Ulid::from(one.workspace.ulid().0 - 1));
    let mut query = JobQuery { after: Some((before, JobId::from(Ulid(u128::MAX)))), limit: 3, ..JobQuery::default() };
    let mut found = Vec::new();
    // Others' jobs may lie between ours.
    while found.len() < expected.len() {
        let page = stores.queue.records(&query).await.expect("the store answers");
        let places: Vec<_> = page.iter().map(|record| (record.job.workspace, record.job.id)).collect();
        assert!(!places.is_empty() && places.len() <= 3, "a page has {} records", places.len());
        assert!(query.after < places.first().copied() && places.is_sorted(), "they do not come in order");
        query.after = places.last().copied();
        found.extend(places.into_iter().filter(|(workspace, _)| [one.workspace, other.workspace].contains(workspace)));
    }
    assert_eq!(found, expected);
}

/// A queued, a running, a done and a dead job, in the order of their ids.
async fn one_in_each_state(stores: &Stores, tenant: Tenant) -> [Job; 4] {
    let dead_note = a_note("given up");
    let mut jobs = Vec::new();
    for step in [Step::Probe, Step::Probe, Step::Transcribe, Step::Transcribe] {
        jobs.push(a_queued_job(stores, tenant, step, at(0)).await);
    }
    let [queued, running, done, dead] = jobs.try_into().expect("there are four");
    let share = [Share::of(tenant.workspace, 9)];
    let taken = stores.queue.lease(Step::Probe.lane(), &share, terms(at(0), at(100))).await;
    for taken in taken.expect("the store answers").iter().filter(|taken| taken.job.id != running.id) {
        commit(stores, ending(taken, JobNext::Again { at: at(9000), note: None })).await;
    }
    let taken = stores.queue.lease(Step::Transcribe.lane(), &share, terms(at(0), at(100))).await;
    for taken in taken.expect("the store answers") {
        let is_done = taken.job.id == done.id;
        let next = if is_done { JobNext::Done } else { JobNext::Dead { note: dead_note.clone() } };
        commit(stores, ending(&taken, next)).await;
    }
    [queued, running, done, dead]
}

async fn assert_found(stores: &Stores, query: &JobQuery, expected: &[Job]) {
    let found = stores.queue.records(query).await.expect("the store answers");
    let found: Vec<JobId> = found.iter().map(|record| record.job.id).collect();
    assert_eq!(found, expected.iter().map(|job| job.id).collect::<Vec<_>>(), "{query:?}");
}
