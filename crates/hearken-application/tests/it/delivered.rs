//! Deliveries: on their schedule, and what becomes of a receiver that goes on failing.

use std::time::Duration;

use futures_executor::block_on;
use hearken_application::desk::{Desk, DeskError};
use hearken_domain::{
    delivery::{Delivery, DeliveryState, MAX_ATTEMPTS},
    ports::{Address, Outcome},
    query::ListQuery,
    webhook::{DisabledReason, FAILING_LIMIT, WebhookEndpoint, decide::NewEndpoint},
};

use crate::harness::{House, made, process, timeline_only};

const FAILED: Outcome = Outcome::Failed { retry_after: None };

async fn subscribed(house: &House) -> WebhookEndpoint {
    let url = "https://receiver.example.com/x".to_owned().try_into().unwrap();
    let new = NewEndpoint { url, event_types: Vec::new(), description: None };
    Desk::new(house.ports()).create_endpoint(&house.caller, new).await.unwrap()
}

async fn log(house: &House, endpoint: &WebhookEndpoint) -> Vec<Delivery> {
    let page = Desk::new(house.ports()).deliveries(&house.caller, endpoint.id, &ListQuery::first(100)).await;
    page.unwrap().items
}

async fn now(house: &House, endpoint: &WebhookEndpoint) -> WebhookEndpoint {
    Desk::new(house.ports()).endpoint(&house.caller, endpoint.id).await.unwrap()
}

#[test]
fn every_attempt_sends_the_same_bytes_under_the_same_id() {
    block_on(async {
        let house = House::new().await;
        let endpoint = subscribed(&house).await;
        made(house.create("call-1", timeline_only()).await);
        house.memory.receivers.answers(FAILED);
        house.memory.receivers.answers(FAILED);
        house.deliver().await;
        let failed = log(&house, &endpoint).await;
        assert!(failed.iter().all(|one| one.state == DeliveryState::Pending && one.attempts.len() == 1));
        assert!(now(&house, &endpoint).await.failing_since.is_some());
        house.memory.clock.advance(Duration::from_secs(6));
        house.deliver().await;
        let brought = house.memory.receivers.brought();
        assert_eq!(brought.len(), 2 * failed.len());
        for first in &brought {
            let message = |address: &Address| match address {
                Address::Receiver { message, .. } => *message,
                Address::Mailbox(_) => panic!("a webhook goes to a receiver"),
            };
            let again = brought.iter().filter(|one| message(&one.address) == message(&first.address));
            assert!(again.clone().count() == 2 && again.clone().all(|one| one.payload == first.payload));
        }
        assert!(log(&house, &endpoint).await.iter().all(|one| one.state == DeliveryState::Delivered));
        assert_eq!(now(&house, &endpoint).await.failing_since, None);
    });
}

#[test]
fn after_the_last_attempt_a_delivery_waits_for_somebody_to_send_it_again() {
    block_on(async {
        let house = House::new().await;
        let endpoint = subscribed(&house).await;
        let desk = Desk::new(house.ports());
        let sent = desk.test_endpoint(&house.caller, endpoint.id).await.unwrap();
        for _ in 0..MAX_ATTEMPTS {
            house.memory.receivers.answers(FAILED);
            house.deliver().await;
            let next = log(&house, &endpoint).await[0].next_attempt_at;
            let now = house.terms(process(1)).now;
            house.memory.clock.advance(next.map_or(Duration::ZERO, |next| next.since(now)));
        }
        let failed = log(&house, &endpoint).await.remove(0);
        assert_eq!((failed.state, failed.attempts.len()), (DeliveryState::Failed, MAX_ATTEMPTS as usize));
        assert!(now(&house, &endpoint).await.enabled, "the schedule is shorter than five days");
        // What fails after five days disables it: nothing more would be sent.
        house.memory.clock.advance(FAILING_LIMIT);
        house.memory.receivers.answers(FAILED);
        desk.test_endpoint(&house.caller, endpoint.id).await.unwrap();
        house.deliver().await;
        let disabled = now(&house, &endpoint).await;
        assert_eq!((disabled.enabled, disabled.disabled_reason), (false, Some(DisabledReason::Failing)));
        assert!(matches!(desk.test_endpoint(&house.caller, endpoint.id).await, Err(DeskError::Conflict(_))));

        let patch = hearken_domain::webhook::decide::EndpointPatch { enabled: Some(true), ..Default::default() };
        let again = desk.update_endpoint(&house.caller, endpoint.id, patch).await.unwrap();
        assert_eq!((again.enabled, again.disabled_reason), (true, None));
        assert_eq!(now(&house, &endpoint).await.failing_since, None);
        assert_eq!(desk.recover(&house.caller, endpoint.id, sent.created_at).await.unwrap(), 1);
        house.deliver().await;
        let recovered = log(&house, &endpoint).await.into_iter().find(|one| one.id == sent.id).unwrap();
        assert_eq!(recovered.state, DeliveryState::Delivered);
    });
}

#[test]
fn a_receiver_that_is_gone_is_left_alone() {
    block_on(async {
        let house = House::new().await;
        let endpoint = subscribed(&house).await;
        house.memory.receivers.answers(Outcome::Gone);
        Desk::new(house.ports()).test_endpoint(&house.caller, endpoint.id).await.unwrap();
        house.deliver().await;
        let gone = now(&house, &endpoint).await;
        assert_eq!((gone.enabled, gone.disabled_reason), (false, Some(DisabledReason::Gone)));
        made(house.create("call-1", timeline_only()).await);
        house.deliver().await;
        assert_eq!(house.memory.receivers.brought().len(), 1);
    });
}

#[test]
fn a_rotated_secret_signs_beside_the_new_one_for_a_day() {
    block_on(async {
        let house = House::new().await;
        let endpoint = subscribed(&house).await;
        let desk = Desk::new(house.ports());
        let secrets = async |house: &House| {
            desk.test_endpoint(&house.caller, endpoint.id).await.unwrap();
            house.deliver().await;
            match house.memory.receivers.brought().pop().unwrap().address {
                Address::Receiver { secrets, .. } => {
                    secrets.iter().map(|secret| secret.expose().to_vec()).collect::<Vec<_>>()
                }
                Address::Mailbox(_) => panic!("a webhook goes to a receiver"),
            }
        };
        let old = secrets(&house).await;
        let rotated = desk.rotate_secret(&house.caller, endpoint.id).await.unwrap();
        let both = secrets(&house).await;
        assert_eq!(both, [rotated.secrets[0].secret.expose().to_vec(), old[0].clone()]);
        house.memory.clock.advance(Duration::from_hours(25));
        assert_eq!(secrets(&house).await, both[..1]);
    });
}
