//! The log of an endpoint's deliveries, and sending again what failed.

use std::time::Duration;

use hearken_domain::ports::Outcome;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Answer, House, timeline};

async fn endpoint(house: &House, body: &Value) -> String {
    let made = house.made("/v2/webhook_endpoints", body).await;
    format!("/v2/webhook_endpoints/{}", made["id"].as_str().unwrap())
}

async fn log(house: &House, endpoint: &str) -> Vec<Value> {
    house.read(&format!("{endpoint}/deliveries")).await.json()["data"].as_array().unwrap().clone()
}

async fn push(house: &House, path: &str) -> Answer {
    house.ask(Method::POST, path, &Value::Null).await
}

async fn recover(house: &House, endpoint: &str, since: &str) -> Value {
    house.ask(Method::POST, &format!("{endpoint}/recover"), &json!({"since": since})).await.json()
}

#[tokio::test]
async fn a_test_is_delivered_and_logged() {
    let house = House::new().await;
    let endpoint = endpoint(&house, &json!({"url": "https://receiver.example/"})).await;
    let sent = push(&house, &format!("{endpoint}/test")).await;
    assert_eq!(sent.status, StatusCode::CREATED);
    insta::assert_snapshot!(sent.shape(), @r#"
    {"object":"webhook_delivery",
    "id":"dlv_…",
    "event_id":"evt_…",
    "event_type":"v1.webhook_endpoint.test",
    "webhook_endpoint_id":"whep_…",
    "status":"PENDING",
    "attempts":[],
    "next_attempt_at":"2025-01-01T00:00:00.000Z",
    "created_at":"2025-01-01T00:00:00.000Z"}
    "#);
    house.deliver().await;
    let logged = house.read(&format!("{endpoint}/deliveries")).await;
    insta::assert_snapshot!(logged.shape(), @r#"
    {"object":"list",
    "data":[{"object":"webhook_delivery",
    "id":"dlv_…",
    "event_id":"evt_…",
    "event_type":"v1.webhook_endpoint.test",
    "webhook_endpoint_id":"whep_…",
    "status":"DELIVERED",
    "attempts":[{"at":"2025-01-01T00:00:00.000Z",
    "status_code":200,
    "duration_ms":1}],
    "created_at":"2025-01-01T00:00:00.000Z"}],
    "has_more":false,
    "next_cursor":null}
    "#);
    let parcels = house.memory.receivers.brought();
    let envelope: Value = serde_json::from_slice(&parcels[0].payload).unwrap();
    assert_eq!((&envelope["id"], &envelope["type"]), (&sent.json()["event_id"], &sent.json()["event_type"]));
    assert_eq!(envelope["data"]["object"]["id"], sent.json()["webhook_endpoint_id"]);
}

#[tokio::test]
async fn an_endpoint_hears_of_what_it_asked_for() {
    let house = House::new().await;
    let all = endpoint(&house, &json!({"url": "https://all.example/"})).await;
    let some = json!({"url": "https://some.example/", "event_types": ["v1.tag.deleted"]});
    let some = endpoint(&house, &some).await;
    let off = endpoint(&house, &json!({"url": "https://off.example/"})).await;
    house.ask(Method::PATCH, &off, &json!({"enabled": false})).await;
    let tag = house.made("/v2/tags", &json!({"name": "red"})).await;
    let path = format!("/v2/tags/{}", tag["id"].as_str().unwrap());
    house.ask(Method::PATCH, &path, &json!({"name": "blue"})).await;
    house.ask(Method::PATCH, &path, &json!({"name": "blue"})).await;
    house.ask(Method::DELETE, &path, &Value::Null).await;
    let kinds = async |endpoint: &str| {
        let mut kinds: Vec<String> =
            log(&house, endpoint).await.iter().map(|row| row["event_type"].as_str().unwrap().to_owned()).collect();
        kinds.sort_unstable();
        kinds
    };
    assert_eq!(kinds(&all).await, ["v1.tag.created", "v1.tag.deleted", "v1.tag.updated"]);
    assert_eq!(kinds(&some).await, ["v1.tag.deleted"]);
    assert_eq!(kinds(&off).await, Vec::<String>::new());
}

#[tokio::test]
async fn deliveries_are_listed_by_when_they_were_made() {
    let house = House::new().await;
    let endpoint = endpoint(&house, &json!({"url": "https://receiver.example/"})).await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(push(&house, &format!("{endpoint}/test")).await.json()["id"].clone());
        house.memory.clock.advance(Duration::from_secs(1));
    }
    let page = house.read(&format!("{endpoint}/deliveries?limit=2&order_by=created_at:asc")).await.json();
    let next = page["next_cursor"].as_str().unwrap();
    let rest = house.read(&format!("{endpoint}/deliveries?cursor={next}")).await.json();
    let ids = |page: &Value| page["data"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect::<Vec<_>>();
    assert_eq!((ids(&page), ids(&rest)), (made[..2].to_vec(), made[2..].to_vec()));
    let later = "filter%5Bcreated_at%5D%5Bgt%5D=2025-01-01T00:00:01Z";
    assert_eq!(ids(&house.read(&format!("{endpoint}/deliveries?{later}")).await.json()), made[2..]);
    let wrong = house.read(&format!("{endpoint}/deliveries?order_by=updated_at:asc")).await;
    wrong.problem(400, "bad_request");
}

#[tokio::test]
async fn a_delivery_is_sent_again_with_the_same_bytes_under_the_same_id() {
    let house = House::new().await;
    let endpoint = endpoint(&house, &json!({"url": "https://receiver.example/"})).await;
    house.memory.receivers.answers(Outcome::Refused);
    push(&house, &format!("{endpoint}/test")).await;
    house.deliver().await;
    let failed = log(&house, &endpoint).await.remove(0);
    assert_eq!((&failed["status"], failed.get("next_attempt_at")), (&json!("FAILED"), None));
    let resend = format!("/v2/deliveries/{}/resend", failed["id"].as_str().unwrap());
    let again = push(&house, &resend).await;
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!((&again.json()["status"], &again.json()["event_id"]), (&json!("PENDING"), &failed["event_id"]));
    let held = house.lease_deliveries().await;
    assert_eq!(held.len(), 1);
    let problem = push(&house, &resend).await.problem(409, "conflict");
    assert_eq!(problem["detail"], "an attempt is under way; wait for its end");
    house.memory.clock.advance(Duration::from_mins(2));
    house.deliver().await;
    let delivered = log(&house, &endpoint).await.remove(0);
    assert_eq!((&delivered["status"], delivered["attempts"].as_array().unwrap().len()), (&json!("DELIVERED"), 2));
    let parcels = house.memory.receivers.brought();
    assert_eq!((parcels.len(), &parcels[0].payload), (2, &parcels[1].payload));
}

#[tokio::test]
async fn a_foreign_delivery_looks_exactly_like_one_that_never_was() {
    let house = House::new().await;
    let endpoint = endpoint(&house, &json!({"url": "https://receiver.example/"})).await;
    let foreign = push(&house, &format!("{endpoint}/test")).await.json()["id"].as_str().unwrap().to_owned();
    let stranger = house.key_elsewhere().await;
    let ask = async |id: &str| {
        let path = format!("/v2/deliveries/{id}/resend");
        house.ask_as(&stranger, (Method::POST, &path), &Value::Null).await
    };
    let never = ask("dlv_00000000000000000000000001").await;
    never.problem(404, "not_found");
    for id in [foreign.as_str(), "nonsense", "evt_00000000000000000000000001"] {
        assert_eq!(ask(id).await.masked(), never.masked(), "{id}");
    }
    let reader = house.key(&[hearken_domain::access::Scope::WebhooksRead]).await;
    let path = format!("/v2/deliveries/{foreign}/resend");
    let problem = house.ask_as(&reader, (Method::POST, &path), &Value::Null).await;
    let problem = problem.problem(403, "insufficient_scope");
    assert_eq!(problem["detail"], "the token lacks the scope webhooks:write");
}

#[tokio::test]
async fn what_failed_since_a_moment_is_recovered() {
    let house = House::new().await;
    let endpoint = endpoint(&house, &json!({"url": "https://receiver.example/"})).await;
    for outcome in [Outcome::Refused, Outcome::Refused, Outcome::Accepted] {
        house.memory.receivers.answers(outcome);
        push(&house, &format!("{endpoint}/test")).await;
        house.deliver().await;
        house.memory.clock.advance(Duration::from_secs(1));
    }
    let counted = |count: u64| json!({"object": "webhook_recovery", "recovered": count});
    assert_eq!(recover(&house, &endpoint, "2025-01-01T00:00:01Z").await, counted(1));
    assert_eq!(recover(&house, &endpoint, "2025-01-01T00:00:00Z").await, counted(1), "the other one is under way");
    assert_eq!(recover(&house, &endpoint, "2025-01-01T00:00:00Z").await, counted(0));
    house.deliver().await;
    assert!(log(&house, &endpoint).await.iter().all(|row| row["status"] == "DELIVERED"));
    assert_eq!(house.memory.receivers.brought().len(), 5);
    for (body, code) in [(json!({}), "required"), (json!({"since": "yesterday"}), "invalid_format")] {
        let answer = house.ask(Method::POST, &format!("{endpoint}/recover"), &body).await;
        answer.problem(422, "validation_failed");
        assert_eq!(answer.faults(), [("since".to_owned(), code.to_owned())]);
    }
}

#[tokio::test]
async fn an_engagement_tells_of_its_way_whatever_its_request_allows() {
    let house = House::new().await;
    endpoint(&house, &json!({"url": "https://receiver.example/"})).await;
    let made = house.post(&timeline("call-1")).await.json();
    house.process().await;
    house.deliver().await;
    let parcels = house.memory.receivers.brought();
    let told: Vec<Value> = parcels.iter().map(|parcel| serde_json::from_slice(&parcel.payload).unwrap()).collect();
    let data = |kind: &str| {
        let event = told.iter().find(|event| event["type"] == kind);
        &event.unwrap_or_else(|| panic!("nothing told of {kind}: {told:?}"))["data"]
    };
    assert_eq!(data("v1.engagement.created"), &json!({"object": made}));
    assert_eq!(data("v1.engagement.transcript_timeline.completed"), &json!({"object": made}));
    let path = format!("/v2/engagements/{}", made["id"].as_str().unwrap());
    let shown = house.read(&path).await.json();
    assert_eq!(data("v1.engagement.processing.completed"), &json!({"object": shown}));
    let begun = json!({"processing_status": "PENDING", "updated_at": made["updated_at"]});
    let updates = told.iter().filter(|event| event["type"] == "v1.engagement.updated");
    let before: Vec<&Value> = updates.map(|event| &event["data"]["previous_attributes"]).collect();
    assert!(before.contains(&&begun), "{before:?}");
    assert!(before.iter().any(|before| before["summary"].is_null() && before.get("summary").is_some()), "{before:?}");
}
