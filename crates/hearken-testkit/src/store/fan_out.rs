//! Events become deliveries in their own commit: one for each endpoint that is enabled and wants their kind.

use bytes::Bytes;
use hearken_domain::{
    changeset::{Change, Changeset},
    delivery::{Delivery, DeliveryState, Destination, delivery_id},
    event::{Event, EventKind},
    ids::DeliveryId,
    query::ListQuery,
    webhook::WebhookEndpoint,
};

use super::shown;
use crate::{
    Stores,
    fixture::{
        Tenant, a_workspace, an_endpoint, an_event, at, commit, delivery_of, kept, known_endpoints, leased_of,
        leases_stay, new_id, terms,
    },
};

/// An event that is committed has a delivery for each endpoint that is enabled and wants its kind: pending, due when it
/// happened, with an id that event and endpoint make.
pub async fn an_event_makes_a_delivery_for_each_endpoint_that_wants_it(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let all = an_endpoint(tenant);
    let some = wanting(tenant, &[EventKind::TagCreated, EventKind::ProcessingCompleted]);
    known_endpoints(stores, tenant, &[all.clone(), some.clone()]).await;
    let kinds = [EventKind::ProcessingCompleted, EventKind::ContactCreated];
    let [wanted, other] = kinds.map(|kind| Event { kind, created_at: at(7), ..an_event(tenant, b"{}") });
    commit(stores, publishing(tenant, &[wanted.clone(), other.clone()])).await;
    let expected = |event: &Event, endpoint: &WebhookEndpoint| Delivery {
        id: delivery_id(event.id, endpoint.id),
        workspace: tenant.workspace,
        destination: Destination::Endpoint(endpoint.id),
        event: event.id,
        event_type: event.kind.as_str().to_owned(),
        state: DeliveryState::Pending,
        attempts: Vec::new(),
        next_attempt_at: Some(at(7)),
        created_at: at(7),
        settled_at: None,
    };
    for (event, endpoint) in [(&wanted, &all), (&other, &all), (&wanted, &some)] {
        let expected = expected(event, endpoint);
        let read = delivery_of(stores, tenant, expected.id).await;
        assert_eq!(shown::delivery(&read), shown::delivery(&expected));
    }
    assert_eq!(deliveries_of(stores, tenant, &all).await.len(), 2);
    assert_eq!(deliveries_of(stores, tenant, &some).await.len(), 1);
}

/// Nothing is delivered to an endpoint that is disabled or deleted, that wants other kinds, that is made later, or that
/// is another workspace's; an event that nobody wants is committed all the same.
pub async fn nobody_gets_an_event_that_they_do_not_want(stores: &Stores) {
    let (tenant, stranger) = (a_workspace(stores).await, a_workspace(stores).await);
    let disabled = WebhookEndpoint { enabled: false, ..an_endpoint(tenant) };
    let deleted = WebhookEndpoint { deleted_at: Some(at(1)), ..an_endpoint(tenant) };
    // No kind is a part or a beginning of another's name to the store.
    let others: Vec<EventKind> =
        EventKind::ALL.iter().copied().filter(|kind| *kind != EventKind::EngagementCreated).collect();
    let picky = wanting(tenant, &others);
    let foreign = an_endpoint(stranger);
    known_endpoints(stores, tenant, &[disabled.clone(), deleted.clone(), picky.clone()]).await;
    known_endpoints(stores, stranger, std::slice::from_ref(&foreign)).await;
    let event = an_event(tenant, b"{}");
    commit(stores, publishing(tenant, std::slice::from_ref(&event))).await;
    let late = an_endpoint(tenant);
    known_endpoints(stores, tenant, std::slice::from_ref(&late)).await;
    for endpoint in [&disabled, &deleted, &picky, &late] {
        assert_eq!(deliveries_of(stores, tenant, endpoint).await, []);
    }
    for tenant in [tenant, stranger] {
        assert_eq!(deliveries_of(stores, tenant, &foreign).await, []);
    }
    let events = stores.outbox.events(tenant.workspace, None, 100).await.expect("the store answers");
    assert_eq!(events, [kept(&event)]);
}

/// Every kind reaches who wants just that kind, and nobody who wants just another.
pub async fn every_kind_reaches_who_wants_it(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let endpoints: Vec<WebhookEndpoint> = EventKind::ALL.iter().map(|kind| wanting(tenant, &[*kind])).collect();
    known_endpoints(stores, tenant, &endpoints).await;
    let events: Vec<Event> =
        EventKind::ALL.iter().map(|kind| Event { kind: *kind, ..an_event(tenant, b"{}") }).collect();
    commit(stores, publishing(tenant, &events)).await;
    for (event, endpoint) in events.iter().zip(&endpoints) {
        let delivered = deliveries_of(stores, tenant, endpoint).await;
        assert_eq!(delivered, [delivery_id(event.id, endpoint.id)], "{}", event.kind);
    }
}

/// Endpoints count as they are after the same commit: one that is made, enabled or widened with the event gets it, one
/// that is disabled, narrowed or deleted with it does not.
pub async fn endpoints_count_as_their_events_commit_leaves_them(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let (made, disabled) = (an_endpoint(tenant), an_endpoint(tenant));
    let (deleted, narrowed) = (an_endpoint(tenant), an_endpoint(tenant));
    let enabled = WebhookEndpoint { enabled: false, ..an_endpoint(tenant) };
    let widened = wanting(tenant, &[EventKind::TagDeleted]);
    let before = [&disabled, &deleted, &narrowed, &enabled, &widened].map(Clone::clone);
    known_endpoints(stores, tenant, &before).await;
    let changed = [
        WebhookEndpoint { enabled: false, ..disabled.clone() },
        WebhookEndpoint { deleted_at: Some(at(1)), ..deleted.clone() },
        WebhookEndpoint { event_types: vec![EventKind::TagDeleted], ..narrowed.clone() },
        WebhookEndpoint { enabled: true, ..enabled.clone() },
        WebhookEndpoint { event_types: Vec::new(), ..widened.clone() },
    ];
    let changed_endpoints = changed.into_iter().map(|row| Change { row, expected: 1 }).collect();
    let event = an_event(tenant, b"{}");
    let new_endpoints = vec![made.clone()];
    let changeset = publishing(tenant, std::slice::from_ref(&event));
    commit(stores, Changeset { new_endpoints, changed_endpoints, ..changeset }).await;
    for endpoint in [&made, &enabled, &widened] {
        assert_eq!(deliveries_of(stores, tenant, endpoint).await, [delivery_id(event.id, endpoint.id)]);
    }
    for endpoint in [&disabled, &deleted, &narrowed] {
        assert_eq!(deliveries_of(stores, tenant, endpoint).await, []);
    }
}

/// Every attempt sends the bytes of the event as they were frozen.
pub async fn a_delivery_sends_the_bytes_of_its_event(stores: &Stores) {
    let _stay = leases_stay().await;
    let tenant = a_workspace(stores).await;
    let endpoint = an_endpoint(tenant);
    known_endpoints(stores, tenant, std::slice::from_ref(&endpoint)).await;
    let payloads = [
        Bytes::from_static(br#"{"a": 1.0,  "b":"\u00e9"}"#),
        Bytes::from_static(b"\x00\xff\xfe"),
        Bytes::from(vec![b'x'; 300_000]),
    ];
    let events = payloads.map(|payload| Event { payload, ..an_event(tenant, b"") });
    commit(stores, publishing(tenant, &events)).await;
    for (now, until) in [(0, 100), (100, 200)] {
        let mut leased = leased_of(stores, &endpoint, 100, terms(at(now), at(until))).await;
        leased.sort_by_key(|leased| leased.id);
        assert_eq!(leased.len(), events.len());
        for (leased, event) in leased.iter().zip(&events) {
            assert_eq!((leased.event, &leased.payload), (event.id, &event.payload));
        }
    }
}

/// A commit may publish many events to many endpoints: each pair gets its delivery.
pub async fn many_events_reach_many_endpoints(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let endpoints: Vec<WebhookEndpoint> = (0..20).map(|_| an_endpoint(tenant)).collect();
    known_endpoints(stores, tenant, &endpoints).await;
    let events: Vec<Event> = (0..60).map(|_| an_event(tenant, b"{}")).collect();
    commit(stores, publishing(tenant, &events)).await;
    for endpoint in &endpoints {
        let mut expected: Vec<DeliveryId> = events.iter().map(|event| delivery_id(event.id, endpoint.id)).collect();
        expected.reverse();
        assert_eq!(deliveries_of(stores, tenant, endpoint).await, expected);
    }
    let nobodys = WebhookEndpoint { id: new_id(), ..an_endpoint(tenant) };
    assert_eq!(deliveries_of(stores, tenant, &nobodys).await, []);
}

fn wanting(tenant: Tenant, kinds: &[EventKind]) -> WebhookEndpoint {
    WebhookEndpoint { event_types: kinds.to_vec(), ..an_endpoint(tenant) }
}

fn publishing(tenant: Tenant, events: &[Event]) -> Changeset {
    Changeset { events: events.to_vec(), ..Changeset::new(tenant.workspace) }
}

/// The newest first.
async fn deliveries_of(stores: &Stores, tenant: Tenant, endpoint: &WebhookEndpoint) -> Vec<DeliveryId> {
    let page = stores.deliveries.of_endpoint(tenant.workspace, endpoint.id, &ListQuery::first(100)).await;
    let page = page.expect("the store answers");
    assert!(!page.has_more, "fewer rows than the limit are all of them");
    page.items.into_iter().map(|delivery| delivery.id).collect()
}
