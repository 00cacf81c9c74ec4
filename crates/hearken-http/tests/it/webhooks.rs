//! Webhook endpoints: their fields, the secret that is shown once, and the URLs that are refused.

use std::time::Duration;

use hearken_domain::{
    media::{FetchCode, FetchError},
    ports::{Address, Outcome},
};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::House;

const URL: &str = "https://receiver.example/hooks?token=x";

async fn made(house: &House) -> (String, String) {
    let made = house.made("/v2/webhook_endpoints", &json!({"url": URL})).await;
    let text = |field: &str| made[field].as_str().unwrap().to_owned();
    (format!("/v2/webhook_endpoints/{}", text("id")), text("secret"))
}

#[tokio::test]
async fn the_secret_is_shown_when_it_is_made_and_never_again() {
    let house = House::new().await;
    let body = json!({"url": URL, "event_types": ["v1.tag.created"], "description": "ours", "enabled": false});
    let made = house.ask(Method::POST, "/v2/webhook_endpoints", &body).await;
    insta::assert_snapshot!(made.shape(), @r#"
    {"object":"webhook_endpoint",
    "id":"whep_…",
    "url":"https://receiver.example/hooks?token=x",
    "event_types":["v1.tag.created"],
    "description":"ours",
    "enabled":true,
    "secret":"whsec_…",
    "created_at":"2025-01-01T00:00:00.000Z",
    "updated_at":"2025-01-01T00:00:00.000Z"}
    "#);
    let secret = made.json()["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("whsec_") && secret.len() == "whsec_".len() + 44, "{secret}");

    let path = format!("/v2/webhook_endpoints/{}", made.json()["id"].as_str().unwrap());
    let rotated = house.ask(Method::POST, &format!("{path}/rotate_secret"), &Value::Null).await;
    assert_eq!(rotated.status, StatusCode::OK);
    assert_ne!(rotated.json()["secret"].as_str().unwrap(), secret);
    for answer in [
        house.read(&path).await,
        house.read("/v2/webhook_endpoints").await,
        house.ask(Method::PATCH, &path, &json!({"description": null})).await,
        house.ask(Method::POST, &format!("{path}/test"), &Value::Null).await,
        house.read(&format!("{path}/deliveries")).await,
    ] {
        assert!(answer.status.is_success(), "{answer:?}");
        assert!(!String::from_utf8_lossy(&answer.bytes).contains("secret"), "{answer:?}");
    }
}

#[tokio::test]
async fn a_rotated_secret_signs_for_another_day() {
    let house = House::new().await;
    let (path, old) = made(&house).await;
    let rotated = house.ask(Method::POST, &format!("{path}/rotate_secret"), &Value::Null).await.json();
    let new = rotated["secret"].as_str().unwrap().to_owned();
    let signing = async || {
        house.ask(Method::POST, &format!("{path}/test"), &Value::Null).await;
        house.deliver().await;
        let parcel = house.memory.receivers.brought().pop().unwrap();
        let Address::Receiver { secrets, .. } = parcel.address else { panic!("it is no mail") };
        secrets.iter().map(hearken_wire::webhook::secret_text).collect::<Vec<String>>()
    };
    assert_eq!(signing().await, [new.clone(), old]);
    house.memory.clock.advance(Duration::from_hours(24));
    assert_eq!(signing().await, [new]);
}

#[tokio::test]
async fn a_refused_url_is_named_beside_every_other_error() {
    let house = House::new().await;
    let (path, _) = made(&house).await;
    for (url, code) in [
        ("http://receiver.example/", FetchCode::InvalidUrl),
        ("https://localhost/", FetchCode::MediaUrlNotAllowed),
        ("https://10.0.0.1/", FetchCode::MediaUrlNotAllowed),
        ("https://receiver.example:22/", FetchCode::PortNotAllowed),
    ] {
        house.memory.media.refuse(url, FetchError::new(code, "refused"));
        let body = json!({"url": url, "event_types": ["v1.tag.painted"], "description": ""});
        for (method, path) in [(Method::POST, "/v2/webhook_endpoints"), (Method::PATCH, &path)] {
            let answer = house.ask(method, path, &body).await;
            answer.problem(422, "validation_failed");
            let expected =
                [("url", code.as_str()), ("event_types[0]", "invalid_enum_value"), ("description", "too_short")];
            assert_eq!(answer.faults(), expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
        }
    }
    assert_eq!(house.read("/v2/webhook_endpoints").await.json()["data"].as_array().unwrap().len(), 1);
    assert_eq!(house.read(&path).await.json()["url"], URL);
    let without = house.ask(Method::POST, "/v2/webhook_endpoints", &json!({})).await;
    assert_eq!(without.faults(), [("url".to_owned(), "required".to_owned())]);
}

#[tokio::test]
async fn an_endpoint_that_is_gone_is_disabled_visibly_until_it_is_enabled_again() {
    let house = House::new().await;
    let (path, _) = made(&house).await;
    house.memory.receivers.answers(Outcome::Gone);
    house.ask(Method::POST, &format!("{path}/test"), &Value::Null).await;
    house.deliver().await;
    let disabled = house.read(&path).await.json();
    assert_eq!((&disabled["enabled"], &disabled["disabled_reason"]), (&json!(false), &json!("GONE")));
    let problem = house.ask(Method::POST, &format!("{path}/test"), &Value::Null).await.problem(409, "conflict");
    assert_eq!(problem["detail"], "the endpoint is disabled; enable it before it is tested");
    let enabled = house.ask(Method::PATCH, &path, &json!({"enabled": true})).await.json();
    assert_eq!((&enabled["enabled"], enabled.get("disabled_reason")), (&json!(true), None));
    assert_eq!(house.ask(Method::POST, &format!("{path}/test"), &Value::Null).await.status, StatusCode::CREATED);
}
