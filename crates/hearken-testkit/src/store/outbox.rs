//! Jobs and events, as they were committed.

use bytes::Bytes;
use hearken_domain::{
    changeset::Changeset,
    event::{Event, EventKind, KeptEvent},
    job::{Job, Step},
};

use crate::{
    Stores,
    fixture::{a_job, a_workspace, an_engagement, an_event, at, commit, created, creating, kept},
};

/// The jobs of an engagement read back, oldest id first, and no other's.
pub async fn jobs_read_back_oldest_first(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let (one, other) = (an_engagement(tenant, "one"), created(stores, an_engagement(tenant, "other")).await);
    let jobs: Vec<Job> =
        Step::ALL.iter().zip(0..).map(|(step, n)| Job { run_at: at(-n), ..a_job(&one, *step) }).collect();
    let youngest_first = jobs.iter().rev().cloned().collect();
    commit(stores, Changeset { jobs: youngest_first, ..creating(one.clone()) }).await;
    let its = vec![a_job(&other, Step::Probe)];
    commit(stores, Changeset { jobs: its.clone(), ..Changeset::new(tenant.workspace) }).await;
    assert_eq!(stores.outbox.jobs(tenant.workspace, one.id).await.expect("the store answers"), jobs);
    assert_eq!(stores.outbox.jobs(tenant.workspace, other.id).await.expect("the store answers"), its);
}

/// Events read back oldest id first, their bytes as they were frozen.
pub async fn events_read_back_oldest_first(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let payloads = [
        Bytes::from_static(br#"{"a": 1.0,  "b":"\u00e9"}"#),
        Bytes::from_static("{\"emoji\":\"😀\",\n \"order\":[2,1]}".as_bytes()),
        Bytes::from(format!("{{\"long\":\"{}\"}}", "x".repeat(100_000))),
    ];
    let events: Vec<Event> = EventKind::ALL
        .iter()
        .zip(payloads.into_iter().cycle())
        .map(|(kind, payload)| Event { kind: *kind, payload, created_at: at(3), ..an_event(tenant, b"") })
        .collect();
    let youngest_first = events.iter().rev().cloned().collect();
    commit(stores, Changeset { events: youngest_first, ..Changeset::new(tenant.workspace) }).await;
    assert_eq!(
        stores.outbox.events(tenant.workspace, None, 100).await.expect("the store answers"),
        events.iter().map(kept).collect::<Vec<_>>()
    );
}

/// A page of events has at most `limit`, all after the one given.
pub async fn events_come_in_pages(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let events: Vec<Event> = (0..10).map(|_| an_event(tenant, b"{}")).collect();
    commit(stores, Changeset { events: events.clone(), ..Changeset::new(tenant.workspace) }).await;
    let mut read = Vec::new();
    for expected in [4, 4, 2, 0] {
        let after = read.last().map(|event: &KeptEvent| event.id);
        let page = stores.outbox.events(tenant.workspace, after, 4).await.expect("the store answers");
        assert_eq!(page.len(), expected);
        read.extend(page);
    }
    assert_eq!(read, events.iter().map(kept).collect::<Vec<_>>());
}
