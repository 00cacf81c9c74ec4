//! How attempts of deliveries end, that only who holds one ends it, and what is sent once more.

use futures_util::future::join_all;
use hearken_domain::{
    changeset::{Changeset, CommitError},
    delivery::{Attempt, DeliveryLane, DeliveryMove, DeliveryNext, DeliveryState, NewDelivery, Resend},
    ids::{DeliveryId, WebhookEndpointId},
    query::ListQuery,
    time::Timestamp,
    webhook::WebhookEndpoint,
};

use super::shown;
use crate::{
    Stores,
    fixture::{
        Tenant, a_call, a_due_delivery, a_known_run, a_recap, a_test_of, a_workspace, an_attempt, an_endpoint, at,
        closing, commit, delivery_of, known_endpoints, leased_of, leased_one, leases_stay, new_id, sending, terms,
    },
};

/// Every attempt is kept, the oldest first, with every field and without optional ones; between them the delivery is
/// pending and due at the moment given, and in the end it is settled and never due again.
pub async fn attempts_are_kept_in_their_order(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    for (last, state) in [
        (DeliveryNext::Delivered { at: at(9000) }, DeliveryState::Delivered),
        (DeliveryNext::Failed { at: at(9000) }, DeliveryState::Failed),
    ] {
        let (endpoint, id) = a_due_delivery(stores, tenant).await;
        let mut kept: Vec<Attempt> = Vec::new();
        for (attempt, now) in some_attempts().into_iter().zip([0, 1000, 2000]) {
            let held = leased_one(stores, &endpoint, terms(at(now), at(now + 500))).await;
            assert_eq!(usize::try_from(held.attempt), Ok(kept.len() + 1));
            commit(stores, closing(&held, Some(attempt.clone()), DeliveryNext::Again { at: at(now + 1000) })).await;
            kept.push(attempt);
            let read = delivery_of(stores, tenant, id).await;
            assert_eq!((read.state, &read.attempts, read.settled_at), (DeliveryState::Pending, &kept, None));
            assert_eq!(read.next_attempt_at, Some(at(now + 1000)));
            let early = leased_of(stores, &endpoint, 9, terms(at(now + 999), at(9999))).await;
            assert!(early.is_empty(), "it is due before its moment");
        }
        let held = leased_one(stores, &endpoint, terms(at(3000), at(3500))).await;
        kept.push(an_attempt(3000));
        commit(stores, closing(&held, Some(an_attempt(3000)), last)).await;
        let read = delivery_of(stores, tenant, id).await;
        assert_eq!((read.state, read.attempts), (state, kept));
        assert_eq!((read.next_attempt_at, read.settled_at), (None, Some(at(9000))));
        let later = leased_of(stores, &endpoint, 9, terms(Timestamp::MAX, Timestamp::MAX)).await;
        assert!(later.is_empty(), "it can be had again");
    }
}

/// A delivery that is given back without an attempt is as if nobody had leased it: no attempt is kept or counted.
pub async fn a_delivery_given_back_counts_no_attempt(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let (endpoint, id) = a_due_delivery(stores, tenant).await;
    for now in [0, 10, 20] {
        let held = leased_one(stores, &endpoint, terms(at(now), at(now + 5))).await;
        assert_eq!(held.attempt, 1);
        commit(stores, closing(&held, None, DeliveryNext::Again { at: at(now + 10) })).await;
        let read = delivery_of(stores, tenant, id).await;
        assert_eq!((read.state, read.attempts.len()), (DeliveryState::Pending, 0));
        assert_eq!((read.next_attempt_at, read.settled_at), (Some(at(now + 10)), None));
    }
}

/// An attempt ends only under the token of its lease, and once; anything else is [`CommitError::LeaseLost`].
pub async fn a_deliverys_attempt_ends_only_under_its_token(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let (endpoint, id) = a_due_delivery(stores, tenant).await;
    for attempt in [Some(an_attempt(1)), None] {
        let never_leased = DeliveryMove { id, token: new_id(), attempt, to: DeliveryNext::Delivered { at: at(1) } };
        assert_lost(stores, tenant, never_leased).await;
    }
    let held = leased_one(stores, &endpoint, terms(at(0), at(100))).await;
    for to in
        [DeliveryNext::Delivered { at: at(1) }, DeliveryNext::Again { at: at(1) }, DeliveryNext::Failed { at: at(1) }]
    {
        assert_lost(stores, tenant, DeliveryMove { id, token: new_id(), attempt: Some(an_attempt(1)), to }).await;
        assert_lost(stores, tenant, DeliveryMove { id, token: new_id(), attempt: None, to }).await;
    }
    let unknown = DeliveryMove {
        id: new_id(),
        token: held.token,
        attempt: Some(an_attempt(1)),
        to: DeliveryNext::Delivered { at: at(1) },
    };
    let changeset = Changeset { delivery_moves: vec![unknown], ..Changeset::new(tenant.workspace) };
    assert_refused!(stores.store.commit(changeset).await, CommitError::LeaseLost);
    let end = closing(&held, Some(an_attempt(1)), DeliveryNext::Again { at: at(1) });
    commit(stores, end.clone()).await;
    assert_refused!(stores.store.commit(end).await, CommitError::LeaseLost);
    assert_eq!(delivery_of(stores, tenant, id).await.attempts.len(), 1);
}

/// Who lost a delivery to a takeover cannot end its attempt any more; who took it over can.
pub async fn a_deliverys_attempt_does_not_end_after_a_takeover(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let (endpoint, id) = a_due_delivery(stores, tenant).await;
    let slow = leased_one(stores, &endpoint, terms(at(0), at(100))).await;
    let taker = leased_one(stores, &endpoint, terms(at(100), at(200))).await;
    assert_eq!((slow.attempt, taker.attempt), (1, 2));
    let delivered = DeliveryNext::Delivered { at: at(150) };
    let late = closing(&slow, Some(an_attempt(1)), delivered);
    assert_refused!(stores.store.commit(late).await, CommitError::LeaseLost);
    commit(stores, closing(&taker, Some(an_attempt(2)), delivered)).await;
    assert_eq!(delivery_of(stores, tenant, id).await.attempts, [an_attempt(2)]);
}

/// A lease that has ended but that nobody took over is still its holder's: a commit ends the attempt.
pub async fn a_deliverys_attempt_that_nobody_took_over_still_ends(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let (endpoint, id) = a_due_delivery(stores, tenant).await;
    let slow = leased_one(stores, &endpoint, terms(at(0), at(1))).await;
    commit(stores, closing(&slow, Some(an_attempt(1)), DeliveryNext::Delivered { at: at(50) })).await;
    assert_eq!(delivery_of(stores, tenant, id).await.state, DeliveryState::Delivered);
}

/// Of 16 ends of one attempt at one time exactly one happens; the others have lost the lease.
pub async fn of_many_ends_of_one_delivery_exactly_one_happens(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let (endpoint, id) = a_due_delivery(stores, tenant).await;
    let held = leased_one(stores, &endpoint, terms(at(0), at(100))).await;
    let rivals = (0..16).map(|n| closing(&held, Some(an_attempt(n)), DeliveryNext::Again { at: at(1000) }));
    let answers = join_all(rivals.map(|rival| stores.store.commit(rival))).await;
    let happened: Vec<i64> = (0..).zip(&answers).filter(|(_, answer)| answer.is_ok()).map(|(n, _)| n).collect();
    let [winner] = happened[..] else { panic!("{} ends happened: {answers:?}", happened.len()) };
    assert_eq!(delivery_of(stores, tenant, id).await.attempts, [an_attempt(winner)]);
    for answer in answers.into_iter().filter(Result::is_err) {
        assert_refused!(answer, CommitError::LeaseLost);
    }
}

/// A delivery is sent once more, whatever became of it: another round begins at the moment given, with the first
/// attempt; earlier attempts are kept.
pub async fn a_delivery_is_sent_once_more(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    for last in [
        DeliveryNext::Delivered { at: at(5) },
        DeliveryNext::Failed { at: at(5) },
        DeliveryNext::Again { at: at(90_000) },
    ] {
        let (endpoint, id) = a_due_delivery(stores, tenant).await;
        let first = leased_one(stores, &endpoint, terms(at(0), at(10))).await;
        commit(stores, closing(&first, Some(an_attempt(1)), DeliveryNext::Again { at: at(3) })).await;
        let second = leased_one(stores, &endpoint, terms(at(3), at(10))).await;
        commit(stores, closing(&second, Some(an_attempt(3)), last)).await;
        commit(stores, resending(tenant, id)).await;
        let read = delivery_of(stores, tenant, id).await;
        assert_eq!((read.state, read.settled_at), (DeliveryState::Pending, None));
        assert_eq!((read.next_attempt_at, read.attempts.len()), (Some(at(7000)), 2));
        let early = leased_of(stores, &endpoint, 9, terms(at(6999), at(8000))).await;
        assert!(early.is_empty(), "it is due before its moment");
        let again = leased_one(stores, &endpoint, terms(at(7000), at(8000))).await;
        assert_eq!((again.attempt, &again.payload), (1, &first.payload));
        commit(stores, closing(&again, Some(an_attempt(7000)), DeliveryNext::Delivered { at: at(7001) })).await;
        let read = delivery_of(stores, tenant, id).await;
        assert_eq!(read.attempts, [an_attempt(1), an_attempt(3), an_attempt(7000)]);
    }
}

/// A delivery with an attempt under way is not sent once more: that is [`CommitError::Stale`], and so is one that is not
/// there.
pub async fn a_delivery_under_way_is_not_sent_once_more(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let (endpoint, id) = a_due_delivery(stores, tenant).await;
    let held = leased_one(stores, &endpoint, terms(at(0), at(100))).await;
    let before = delivery_of(stores, tenant, id).await;
    assert_refused!(stores.store.commit(resending(tenant, id)).await, CommitError::Stale);
    assert_refused!(stores.store.commit(resending(tenant, new_id())).await, CommitError::Stale);
    assert_eq!(shown::delivery(&delivery_of(stores, tenant, id).await), shown::delivery(&before));
    commit(stores, closing(&held, Some(an_attempt(1)), DeliveryNext::Delivered { at: at(1) })).await;
    commit(stores, resending(tenant, id)).await;
}

/// The failed deliveries of an endpoint that were made at a moment or later come oldest id first, at most `limit`; those
/// that were delivered or are pending, and other endpoints', do not.
pub async fn failed_deliveries_are_found_from_a_moment_on(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let (endpoint, other) = (an_endpoint(tenant), an_endpoint(tenant));
    known_endpoints(stores, tenant, &[endpoint.clone(), other.clone()]).await;
    let mut failed: Vec<(DeliveryId, i64)> = Vec::new();
    for (created_at, to) in [
        (30, DeliveryNext::Failed { at: at(99) }),
        (10, DeliveryNext::Failed { at: at(99) }),
        (40, DeliveryNext::Delivered { at: at(99) }),
        (20, DeliveryNext::Failed { at: at(99) }),
        (50, DeliveryNext::Again { at: at(999) }),
    ] {
        let id = ended(stores, tenant, &endpoint, (created_at, to)).await;
        failed.extend(matches!(to, DeliveryNext::Failed { .. }).then_some((id, created_at)));
    }
    ended(stores, tenant, &other, (30, DeliveryNext::Failed { at: at(99) })).await;
    let find = |endpoint: WebhookEndpointId, since, limit| {
        stores.deliveries.failed_since(tenant.workspace, endpoint, at(since), limit)
    };
    for since in [0, 10, 11, 20, 30, 31] {
        let expected: Vec<DeliveryId> =
            failed.iter().filter(|(_, created_at)| *created_at >= since).map(|(id, _)| *id).collect();
        assert_eq!(find(endpoint.id, since, 100).await.expect("the store answers"), expected, "since {since}");
    }
    let two: Vec<DeliveryId> = failed.iter().map(|(id, _)| *id).take(2).collect();
    assert_eq!(find(endpoint.id, 0, 2).await.expect("the store answers"), two);
    assert_eq!(find(new_id(), 0, 100).await.expect("the store answers"), []);
}

/// The deliveries of runs come oldest id first, with their attempts but without what receivers answered.
pub async fn the_deliveries_of_runs_come_without_answers(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let [one, two, other] = ["one", "two", "other"].map(|name| a_known_run(stores, tenant, name));
    let (one, two, other) = (one.await, two.await, other.await);
    let new = [a_recap(&two, "ada@example.com"), a_call(&one), a_recap(&one, "ada@example.com"), a_call(&two)];
    commit(stores, sending(tenant, &new)).await;
    commit(stores, sending(tenant, &[a_call(&other)])).await;
    let lane = DeliveryLane::of(tenant.workspace, &new[1].destination);
    let leased = stores.deliveries.lease(&[(lane, 9)], terms(at(0), at(100))).await.expect("the store answers");
    let full = &some_attempts()[0];
    assert!(full.response_body.is_some(), "there is an answer to leave out");
    commit(stores, closing(&leased[0], Some(full.clone()), DeliveryNext::Failed { at: at(1) })).await;
    let found = stores.deliveries.of_runs(tenant.workspace, &[two.id, new_id(), one.id]).await;
    let found = found.expect("the store answers");
    let ids: Vec<DeliveryId> = found.iter().map(|delivery| delivery.id).collect();
    assert_eq!(ids, new.each_ref().map(|new| new.id));
    assert_eq!(found[1].attempts, [Attempt { response_body: None, ..full.clone() }]);
    assert_eq!(found[1].state, DeliveryState::Failed);
    assert!(stores.deliveries.of_runs(tenant.workspace, &[]).await.expect("the store answers").is_empty());
    // Elsewhere the answers are there.
    assert_eq!(delivery_of(stores, tenant, new[1].id).await.attempts, std::slice::from_ref(full));
}

/// An endpoint's deliveries come with their attempts and what the receiver answered.
pub async fn the_deliveries_of_an_endpoint_come_with_their_attempts(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let (endpoint, id) = a_due_delivery(stores, tenant).await;
    let mut now = 0;
    for attempt in some_attempts() {
        let held = leased_one(stores, &endpoint, terms(at(now), at(now + 1))).await;
        now += 1;
        commit(stores, closing(&held, Some(attempt), DeliveryNext::Again { at: at(now) })).await;
    }
    let other = a_test_of(&endpoint);
    commit(stores, sending(tenant, std::slice::from_ref(&other))).await;
    let page = stores.deliveries.of_endpoint(tenant.workspace, endpoint.id, &ListQuery::first(100)).await;
    let items = page.expect("the store answers").items;
    assert_eq!(items.iter().map(|delivery| delivery.id).collect::<Vec<_>>(), [other.id, id]);
    assert_eq!((&items[0].attempts[..], &items[1].attempts[..]), (&[][..], &some_attempts()[..]));
    let read = delivery_of(stores, tenant, id).await;
    assert_eq!(shown::delivery(&items[1]), shown::delivery(&read));
}

/// Attempts with and without what can be missing.
fn some_attempts() -> [Attempt; 3] {
    [
        Attempt {
            at: at(-5),
            status_code: Some(u16::MAX),
            duration_ms: u32::MAX,
            error: Some("the receiver answered with status 500 ☹\n\"'\\".to_owned()),
            response_body: Some("é".repeat(512)),
        },
        an_attempt(0),
        Attempt { status_code: Some(250), response_body: Some(String::new()), ..an_attempt(4) },
    ]
}

/// Makes a delivery at a moment, and ends its only attempt.
async fn ended(
    stores: &Stores,
    tenant: Tenant,
    endpoint: &WebhookEndpoint,
    (created_at, to): (i64, DeliveryNext),
) -> DeliveryId {
    let test = NewDelivery { created_at: at(created_at), ..a_test_of(endpoint) };
    commit(stores, sending(tenant, std::slice::from_ref(&test))).await;
    let held = leased_one(stores, endpoint, terms(at(60), at(70))).await;
    assert_eq!(held.id, test.id);
    commit(stores, closing(&held, Some(an_attempt(60)), to)).await;
    test.id
}

/// Sends a delivery once more from 7000 on.
fn resending(tenant: Tenant, id: DeliveryId) -> Changeset {
    Changeset { resends: vec![Resend { id, at: at(7000) }], ..Changeset::new(tenant.workspace) }
}

async fn assert_lost(stores: &Stores, tenant: Tenant, ended: DeliveryMove) {
    let id = ended.id;
    let before = delivery_of(stores, tenant, id).await;
    let changeset = Changeset { delivery_moves: vec![ended], ..Changeset::new(tenant.workspace) };
    assert_refused!(stores.store.commit(changeset).await, CommitError::LeaseLost);
    assert_eq!(shown::delivery(&delivery_of(stores, tenant, id).await), shown::delivery(&before), "it moved");
}
