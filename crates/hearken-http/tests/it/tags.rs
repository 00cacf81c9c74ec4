//! Tags: their fields, their names, and what a change leaves alone.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::House;

#[tokio::test]
async fn a_tag_shows_all_its_fields() {
    let house = House::new().await;
    let body = json!({
        "name": "Pricing", "description": "somebody asks for a price", "hex_color": "#1a2b3c",
        "auto_tagging_enabled": true, "colour": "ignored",
    });
    let full = house.ask(Method::POST, "/v2/tags", &body).await;
    insta::assert_snapshot!(full.shape(), @r##"
    {"object":"tag",
    "id":"tag_…",
    "name":"Pricing",
    "created_at":"2025-01-01T00:00:00.000Z",
    "updated_at":"2025-01-01T00:00:00.000Z",
    "hex_color":"#1a2b3c",
    "description":"somebody asks for a price",
    "auto_tagging_enabled":true}
    "##);
    let bare = house.ask(Method::POST, "/v2/tags", &json!({"name": "Bare"})).await;
    insta::assert_snapshot!(bare.shape(), @r#"
    {"object":"tag",
    "id":"tag_…",
    "name":"Bare",
    "created_at":"2025-01-01T00:00:00.001Z",
    "updated_at":"2025-01-01T00:00:00.001Z",
    "hex_color":null,
    "description":null,
    "auto_tagging_enabled":false}
    "#);
}

#[tokio::test]
async fn every_wrong_field_is_named_in_one_answer() {
    let house = House::new().await;
    let body = json!({"name": "", "description": 7, "hex_color": "red", "auto_tagging_enabled": "yes"});
    let expected = [
        ("name", "too_short"),
        ("description", "invalid_type"),
        ("hex_color", "invalid_format"),
        ("auto_tagging_enabled", "invalid_type"),
    ];
    let expected = expected.map(|(field, code)| (field.to_owned(), code.to_owned()));
    let id = house.made("/v2/tags", &json!({"name": "Pricing"})).await["id"].clone();
    let path = format!("/v2/tags/{}", id.as_str().unwrap());
    for (method, path) in [(Method::POST, "/v2/tags"), (Method::PATCH, &path)] {
        let answer = house.ask(method, path, &body).await;
        answer.problem(422, "validation_failed");
        assert_eq!(answer.faults(), expected);
    }
    let nameless = house.ask(Method::POST, "/v2/tags", &json!({})).await;
    assert_eq!(nameless.faults(), [("name".to_owned(), "required".to_owned())]);
    assert_eq!(house.read("/v2/tags").await.json()["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_name_belongs_to_one_tag_until_it_is_deleted() {
    let house = House::new().await;
    let pricing = house.made("/v2/tags", &json!({"name": "Pricing"})).await;
    let other = house.made("/v2/tags", &json!({"name": "pricing"})).await;
    let taken = json!({"name": "Pricing"});
    let problem = house.ask(Method::POST, "/v2/tags", &taken).await.problem(409, "conflict");
    assert_eq!(problem["detail"], "another tag has this name");
    let path = format!("/v2/tags/{}", other["id"].as_str().unwrap());
    house.ask(Method::PATCH, &path, &taken).await.problem(409, "conflict");
    assert_eq!(house.read(&path).await.json(), other);
    let pricing = format!("/v2/tags/{}", pricing["id"].as_str().unwrap());
    assert_eq!(house.ask(Method::DELETE, &pricing, &Value::Null).await.status, StatusCode::OK);
    assert_eq!(house.ask(Method::PATCH, &path, &taken).await.json()["name"], "Pricing");
    let stranger = house.key_elsewhere().await;
    let elsewhere = house.ask_as(&stranger, (Method::POST, "/v2/tags"), &taken).await;
    assert_eq!(elsewhere.status, StatusCode::CREATED, "another workspace's names are its own");
}

#[tokio::test]
async fn a_change_clears_what_is_null_and_leaves_what_is_not_named() {
    let house = House::new().await;
    let body =
        json!({"name": "Pricing", "description": "prices", "hex_color": "#1a2B3c", "auto_tagging_enabled": true});
    let made = house.made("/v2/tags", &body).await;
    let path = format!("/v2/tags/{}", made["id"].as_str().unwrap());
    let nothing = house.ask(Method::PATCH, &path, &json!({})).await;
    assert_eq!(nothing.json(), made, "nothing is different, so nothing moves");
    let recoloured = house.ask(Method::PATCH, &path, &json!({"hex_color": "#1A2B3C"})).await.json();
    assert_eq!((&made["hex_color"], &recoloured["hex_color"]), (&json!("#1a2B3c"), &json!("#1A2B3C")));
    let told = house.events().await;
    let told = told.iter().rfind(|event| event["type"] == "v1.tag.updated").unwrap();
    assert_eq!(told["data"]["previous_attributes"]["hex_color"], "#1a2B3c", "an event shows what was sent");
    let cleared = house.ask(Method::PATCH, &path, &json!({"description": null, "hex_color": null})).await.json();
    assert_eq!((&cleared["description"], &cleared["hex_color"]), (&Value::Null, &Value::Null));
    assert_eq!((&cleared["name"], &cleared["auto_tagging_enabled"]), (&json!("Pricing"), &json!(true)));
    let nameless = house.ask(Method::PATCH, &path, &json!({"name": null})).await;
    assert_eq!(nameless.faults(), [("name".to_owned(), "invalid_type".to_owned())]);
}
