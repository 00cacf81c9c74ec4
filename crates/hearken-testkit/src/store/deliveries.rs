//! Deliveries: made beside those of events, due, and leased.

use std::collections::BTreeSet;

use bytes::Bytes;
use futures_util::future::join_all;
use hearken_domain::{
    changeset::CommitError,
    delivery::{Delivery, DeliveryLane, DeliveryNext, DeliveryState, Destination, LeasedDelivery, NewDelivery},
    ids::DeliveryId,
    webhook::SigningSecret,
};

use super::shown;
use crate::{
    Stores,
    fixture::{
        Tenant, a_call, a_due_delivery, a_known_run, a_recap, a_receiver, a_test_of, a_workspace, an_endpoint, at,
        closing, commit, delivery_of, known_endpoints, leased_of, leased_one, leases_stay, sending, terms,
    },
};

/// Deliveries of each kind read back as they were made: pending, and due when they were made.
pub async fn new_deliveries_read_back(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let (endpoint, run) = (an_endpoint(tenant), a_known_run(stores, tenant, "run").await);
    known_endpoints(stores, tenant, std::slice::from_ref(&endpoint)).await;
    let call = Destination::Workflow {
        run: run.id,
        action: u16::MAX,
        url: a_receiver("https://user@hooks.example.com:8443/in?x=%20&y=%F0%9F%98%80"),
        secret: SigningSecret::new((0..=63).collect::<Vec<u8>>()),
    };
    let new = [
        NewDelivery { payload: Bytes::from_static(b"{\"a\": 1.0}"), ..a_test_of(&endpoint) },
        NewDelivery { destination: call, payload: Bytes::from(vec![b'x'; 300_000]), ..a_call(&run) },
        NewDelivery {
            payload: Bytes::from_static(b"To: \xff\r\n\0"),
            created_at: at(9),
            ..a_recap(&run, "o'neil@example.com")
        },
        NewDelivery { payload: Bytes::new(), created_at: at(-9), ..a_call(&run) },
    ];
    commit(stores, sending(tenant, &new)).await;
    for new in &new {
        let read = delivery_of(stores, tenant, new.id).await;
        assert_eq!(shown::delivery(&read), shown::delivery(&as_made(tenant, new)));
    }
}

/// What is leased is what was made: destination, event, bytes, and the lane that the destination has.
pub async fn a_leased_delivery_is_what_was_made(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let (endpoint, called) = (an_endpoint(tenant), a_known_run(stores, tenant, "called").await);
    known_endpoints(stores, tenant, std::slice::from_ref(&endpoint)).await;
    let new = [a_test_of(&endpoint), a_call(&called), a_recap(&called, "ada@example.com")]
        .map(|new| NewDelivery { payload: Bytes::from(format!("to \u{ff} {}\0", new.id)), ..new });
    commit(stores, sending(tenant, &new)).await;
    for new in &new {
        let lane = DeliveryLane::of(tenant.workspace, &new.destination);
        let terms = terms(at(0), at(100));
        let leased = stores.deliveries.lease(&[(lane.clone(), 9)], terms).await.expect("the store answers");
        let [leased] = &leased[..] else { panic!("{} deliveries were leased", leased.len()) };
        let LeasedDelivery { id, workspace, lane: in_lane, destination, event, payload, attempt, token } = leased;
        assert_eq!((*id, *workspace, in_lane, *event), (new.id, tenant.workspace, &lane, new.event));
        assert_eq!(shown::destination(destination), shown::destination(&new.destination));
        assert_eq!((payload, *attempt, *token), (&new.payload, 1, terms.token));
    }
}

/// An engagement has at most one recap for a recipient: a second one is left out, and the rest of the write happens.
pub async fn a_second_recap_for_a_recipient_is_left_out(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let (run, other) = (a_known_run(stores, tenant, "run").await, a_known_run(stores, tenant, "other").await);
    let first = a_recap(&run, "ada@example.com");
    commit(stores, sending(tenant, std::slice::from_ref(&first))).await;
    let second = a_recap(&run, "ada@example.com");
    let made = [
        a_recap(&run, "bob@example.com"),
        a_recap(&other, "ada@example.com"),
        a_call(&run),
        a_recap(&run, "ada+recap@example.com"),
    ];
    let twice = a_recap(&run, "bob@example.com");
    let all = [std::slice::from_ref(&second), &made[..], std::slice::from_ref(&twice)].concat();
    commit(stores, sending(tenant, &all)).await;
    let deliveries = stores.deliveries.of_runs(tenant.workspace, &[run.id, other.id]).await;
    let found: BTreeSet<DeliveryId> =
        deliveries.expect("the store answers").into_iter().map(|delivery| delivery.id).collect();
    let expected: BTreeSet<DeliveryId> = made.iter().chain([&first]).map(|new| new.id).collect();
    assert_eq!(found, expected);
}

/// Of 16 recaps for one recipient at one time exactly one is made, and every commit succeeds.
pub async fn of_many_recaps_for_one_recipient_exactly_one_is_made(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let run = a_known_run(stores, tenant, "run").await;
    let rivals: Vec<NewDelivery> = (0..16).map(|_| a_recap(&run, "ada@example.com")).collect();
    let answers =
        join_all(rivals.iter().map(|it| stores.store.commit(sending(tenant, std::slice::from_ref(it))))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    let made = stores.deliveries.of_runs(tenant.workspace, &[run.id]).await.expect("the store answers");
    assert_eq!(made.len(), 1);
}

/// A delivery whose id is known is [`CommitError::Exists`].
pub async fn a_known_delivery_exists(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let run = a_known_run(stores, tenant, "run").await;
    let first = a_call(&run);
    commit(stores, sending(tenant, std::slice::from_ref(&first))).await;
    let again = NewDelivery { payload: Bytes::from_static(b"other"), ..first.clone() };
    assert_refused!(stores.store.commit(sending(tenant, &[again])).await, CommitError::Exists);
}

/// A delivery is due from its moment on; one that is leased is due when its lease has ended, and not before; each lease
/// counts an attempt of the round.
pub async fn a_delivery_is_due_at_its_moment_and_when_its_lease_has_ended(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let endpoint = an_endpoint(tenant);
    known_endpoints(stores, tenant, std::slice::from_ref(&endpoint)).await;
    let test = NewDelivery { created_at: at(10), ..a_test_of(&endpoint) };
    commit(stores, sending(tenant, std::slice::from_ref(&test))).await;
    assert!(leased_of(stores, &endpoint, 9, terms(at(9), at(50))).await.is_empty(), "it is due before its moment");
    for attempt in 1..5 {
        let (now, until) = (at(i64::from(attempt) * 10), at(i64::from(attempt) * 10 + 10));
        let taken = leased_one(stores, &endpoint, terms(now, until)).await;
        assert_eq!((taken.id, taken.attempt), (test.id, attempt));
        let early = at(i64::from(attempt) * 10 + 9);
        let rival = leased_of(stores, &endpoint, 9, terms(early, at(1000))).await;
        assert!(rival.is_empty(), "it was leased before its lease had ended");
    }
    let read = delivery_of(stores, tenant, test.id).await;
    assert_eq!((read.state, read.attempts.len(), read.settled_at), (DeliveryState::Pending, 0, None));
}

/// Within a lane the longest due comes first: by when it became due, then by id.
pub async fn the_longest_due_delivery_comes_first(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let endpoint = an_endpoint(tenant);
    known_endpoints(stores, tenant, std::slice::from_ref(&endpoint)).await;
    let mut new: Vec<NewDelivery> =
        [30, 10, 20, 10].map(|at_ms| NewDelivery { created_at: at(at_ms), ..a_test_of(&endpoint) }).to_vec();
    let retried = NewDelivery { created_at: at(0), ..a_test_of(&endpoint) };
    commit(stores, sending(tenant, std::slice::from_ref(&retried))).await;
    let held = leased_one(stores, &endpoint, terms(at(0), at(5))).await;
    commit(stores, closing(&held, None, DeliveryNext::Again { at: at(15) })).await;
    let youngest_first: Vec<NewDelivery> = new.iter().rev().cloned().collect();
    commit(stores, sending(tenant, &youngest_first)).await;
    new.sort_by_key(|new| (new.created_at, new.id));
    new.insert(2, retried);
    for expected in new {
        let first = leased_of(stores, &endpoint, 1, terms(at(40), at(1000))).await;
        assert_eq!(first.iter().map(|leased| leased.id).collect::<Vec<_>>(), [expected.id]);
    }
}

/// A lease takes at most so many deliveries of each lane named, and none of others.
pub async fn a_lease_takes_at_most_what_was_wanted_of_each_lane(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let endpoints = [an_endpoint(tenant), an_endpoint(tenant), an_endpoint(tenant)];
    known_endpoints(stores, tenant, &endpoints).await;
    for endpoint in &endpoints {
        commit(stores, sending(tenant, &[a_test_of(endpoint), a_test_of(endpoint), a_test_of(endpoint)])).await;
    }
    let [one, two, three] = endpoints.map(|endpoint| DeliveryLane::of_endpoint(endpoint.id));
    let terms = terms(at(0), at(100));
    let wanted = [(three.clone(), 100), (one.clone(), 2)];
    let taken = stores.deliveries.lease(&wanted, terms).await.expect("the store answers");
    let of = |lane: &DeliveryLane| taken.iter().filter(|leased| leased.lane == *lane).count();
    assert_eq!([of(&one), of(&two), of(&three), taken.len()], [2, 0, 3, 5]);
    assert!(taken.iter().all(|leased| leased.token == terms.token && leased.attempt == 1));
    assert!(stores.deliveries.lease(&[], terms).await.expect("the store answers").is_empty());
}

/// Of 16 leases of one delivery at one time exactly one is granted, and so it is of 16 takeovers.
pub async fn of_many_leases_of_one_delivery_exactly_one_is_granted(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let (endpoint, id) = a_due_delivery(stores, tenant).await;
    for (attempt, now) in [(1, at(0)), (2, at(100))] {
        let until = at(i64::from(attempt) * 100);
        let rivals = (0..16).map(|_| leased_of(stores, &endpoint, 1, terms(now, until)));
        let granted: Vec<LeasedDelivery> = join_all(rivals).await.into_iter().flatten().collect();
        assert_eq!(granted.len(), 1, "{} leases were granted", granted.len());
        assert_eq!((granted[0].id, granted[0].attempt), (id, attempt));
    }
}

/// `due` names each lane with due deliveries once, in the order of their names, after the one given and at most `limit`;
/// it takes nothing.
pub async fn lanes_with_due_deliveries_come_in_order(stores: &Stores) {
    let _stay = leases_stay().await;
    // So long ago that hardly anything else is due.
    let now = at(-20_000_000_000);
    let tenant = a_workspace(stores).await;
    let run = a_known_run(stores, tenant, "run").await;
    let endpoints = [an_endpoint(tenant), an_endpoint(tenant)];
    known_endpoints(stores, tenant, &endpoints).await;
    let long_due = |new: NewDelivery| NewDelivery { created_at: now, ..new };
    let due = [a_test_of(&endpoints[0]), a_test_of(&endpoints[0]), a_recap(&run, "ada@example.com"), a_call(&run)];
    commit(stores, sending(tenant, &due.clone().map(long_due))).await;
    commit(stores, sending(tenant, &[a_test_of(&endpoints[1])])).await;
    let mut expected: Vec<DeliveryLane> =
        due.iter().map(|new| DeliveryLane::of(tenant.workspace, &new.destination)).collect();
    expected.sort_unstable();
    expected.dedup();
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = stores.deliveries.due(now, after.as_ref(), 2).await.expect("the store answers");
        assert!(page.len() <= 2, "there are more than the limit");
        assert!(after < page.first().cloned() || page.is_empty(), "what comes is not after the one given");
        assert!(page.is_sorted(), "they do not come in order");
        found.extend(page.iter().filter(|lane| expected.contains(lane)).cloned());
        let Some(last) = page.last() else { break };
        after = Some(last.clone());
    }
    assert_eq!(found, expected);
    let later = DeliveryLane::of_endpoint(endpoints[1].id);
    let all = stores.deliveries.due(now, None, u16::MAX).await.expect("the store answers");
    assert!(!all.contains(&later), "a lane is due before its moment");
    assert_eq!(leased_of(stores, &endpoints[0], 9, terms(now, at(0))).await.len(), 2);
}

/// The delivery as it is before anybody leased it.
fn as_made(tenant: Tenant, new: &NewDelivery) -> Delivery {
    Delivery {
        id: new.id,
        workspace: tenant.workspace,
        destination: new.destination.clone(),
        event: new.event,
        event_type: new.event_type.to_owned(),
        state: DeliveryState::Pending,
        attempts: Vec::new(),
        next_attempt_at: Some(new.created_at),
        created_at: new.created_at,
        settled_at: None,
    }
}
