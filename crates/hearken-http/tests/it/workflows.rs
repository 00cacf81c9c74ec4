//! Workflows: their fields, their secrets, the built-in recap, and how their runs went.

use hearken_domain::{
    media::{FetchCode, FetchError},
    ports::Outcome,
};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{House, timeline};

const URL: &str = "https://receiver.example/flow";

fn webhook(url: &str) -> Value {
    json!({"type": "webhook", "url": url})
}

fn path(workflow: &Value) -> String {
    format!("/v2/workflows/{}", workflow["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_workflow_shows_all_its_fields_and_its_secret_once() {
    let house = House::new().await;
    let tag = house.made("/v2/tags", &json!({"name": "Pricing"})).await;
    let body = json!({
        "name": "Big calls", "enabled": false, "trigger": "engagement.completed",
        "conditions": {
            "engagement_types": ["CALL", "MEETING"], "tag_ids": [tag["id"]], "owner_user_ids": [house.owner.id.to_string()],
            "is_internal": false, "title_contains": "demo",
        },
        "actions": [webhook(URL), {"type": "email", "to": ["participants", "owner", "internal", "external", "Ann@Example.com"]}],
    });
    let made = house.ask(Method::POST, "/v2/workflows", &body).await;
    insta::assert_snapshot!(made.shape(), @r#"
    {"object":"workflow",
    "id":"wfl_…",
    "name":"Big calls",
    "enabled":false,
    "trigger":"engagement.completed",
    "conditions":{"engagement_types":["CALL",
    "MEETING"],
    "tag_ids":["tag_…"],
    "owner_user_ids":["usr_…"],
    "is_internal":false,
    "title_contains":"demo"},
    "actions":[{"type":"webhook",
    "url":"https://receiver.example/flow",
    "secret":"whsec_…"},{"type":"email",
    "to":["participants",
    "owner",
    "internal",
    "external",
    "ann@example.com"]}],
    "created_at":"2025-01-01T00:00:00.001Z",
    "updated_at":"2025-01-01T00:00:00.001Z"}
    "#);
    for answer in [house.read(&path(&made.json())).await, house.read("/v2/workflows").await] {
        assert!(!String::from_utf8_lossy(&answer.bytes).contains("secret"), "{answer:?}");
    }
}

#[tokio::test]
async fn a_change_shows_the_secrets_of_what_is_new_only() {
    let house = House::new().await;
    let made = house.made("/v2/workflows", &json!({"name": "Calls", "actions": [webhook(URL)]})).await;
    let renamed = house.ask(Method::PATCH, &path(&made), &json!({"name": "All calls"})).await.json();
    assert_eq!(renamed["actions"], json!([webhook(URL)]));
    let other = "https://other.example/flow";
    let actions = json!({"actions": [webhook(other), webhook(URL)]});
    let changed = house.ask(Method::PATCH, &path(&made), &actions).await.json();
    assert!(changed["actions"][0]["secret"].as_str().unwrap().starts_with("whsec_"));
    assert_eq!(changed["actions"][1], webhook(URL), "it keeps its secret, which is not shown again");
    assert_ne!(changed["actions"][0]["secret"], made["actions"][0]["secret"]);
    assert_eq!(house.read(&path(&made)).await.json()["actions"], json!([webhook(other), webhook(URL)]));
    let cleared = house.ask(Method::PATCH, &path(&made), &json!({"conditions": {}})).await.json();
    assert_eq!(cleared["conditions"], json!({}));
}

#[tokio::test]
async fn every_wrong_field_is_named_in_one_answer() {
    let house = House::new().await;
    house.memory.media.refuse("https://localhost/", FetchError::new(FetchCode::MediaUrlNotAllowed, "refused"));
    let body = json!({
        "name": "", "trigger": "moon", "conditions": {"engagement_types": ["CHAT"], "tag_ids": ["x"], "is_internal": 1},
        "actions": [webhook("https://localhost/"), {"type": "email", "to": []}, {"type": "sms"}],
    });
    let expected = [
        ("name", "too_short"),
        ("trigger", "invalid_enum_value"),
        ("conditions.engagement_types[0]", "invalid_enum_value"),
        ("conditions.tag_ids[0]", "invalid_format"),
        ("conditions.is_internal", "invalid_type"),
        ("actions[0].url", "media_url_not_allowed"),
        ("actions[1].to", "too_short"),
        ("actions[2].type", "invalid_enum_value"),
    ];
    let expected = expected.map(|(field, code)| (field.to_owned(), code.to_owned()));
    let good = house.made("/v2/workflows", &json!({"name": "Calls", "actions": [webhook(URL)]})).await;
    for (method, path) in [(Method::POST, "/v2/workflows".to_owned()), (Method::PATCH, path(&good))] {
        let answer = house.ask(method, &path, &body).await;
        answer.problem(422, "validation_failed");
        assert_eq!(answer.faults(), expected);
    }
}

#[tokio::test]
async fn what_its_conditions_name_must_be_there() {
    let house = House::new().await;
    let conditions = json!({
        "tag_ids": ["tag_00000000000000000000000001"],
        "owner_user_ids": [house.owner.id.to_string(), "usr_00000000000000000000000001"],
    });
    let good = house.made("/v2/workflows", &json!({"name": "Calls", "actions": [webhook(URL)]})).await;
    let new = json!({"name": "Calls", "actions": [webhook(URL)], "conditions": conditions});
    let patch = json!({"conditions": conditions});
    let not_found = |field: &str| (field.to_owned(), "not_found".to_owned());
    for answer in
        [house.ask(Method::POST, "/v2/workflows", &new).await, house.ask(Method::PATCH, &path(&good), &patch).await]
    {
        answer.problem(422, "validation_failed");
        let expected = [not_found("conditions.tag_ids[0]"), not_found("conditions.owner_user_ids[1]")];
        assert_eq!(answer.faults(), expected);
    }
}

#[tokio::test]
async fn the_built_in_recap_is_off_and_stays() {
    let house = House::new().await;
    let list = house.read("/v2/workflows").await;
    insta::assert_snapshot!(list.shape(), @r#"
    {"object":"list",
    "data":[{"object":"workflow",
    "id":"wfl_…",
    "name":"Recap e-mail",
    "enabled":false,
    "trigger":"engagement.completed",
    "conditions":{},
    "actions":[{"type":"email",
    "to":["participants"]}],
    "created_at":"2025-01-01T00:00:00.000Z",
    "updated_at":"2025-01-01T00:00:00.000Z"}],
    "has_more":false,
    "next_cursor":null}
    "#);
    let recap = path(&list.json()["data"][0]);
    let problem = house.ask(Method::DELETE, &recap, &Value::Null).await.problem(409, "conflict");
    assert_eq!(problem["detail"], "the built-in recap cannot be deleted; set enabled to false");
    let on = house.ask(Method::PATCH, &recap, &json!({"enabled": true})).await;
    assert_eq!((on.status, &on.json()["enabled"]), (StatusCode::OK, &json!(true)));
}

#[tokio::test]
async fn a_run_tells_how_its_actions_went() {
    let house = House::new().await;
    let actions = json!([webhook(URL), {"type": "email", "to": ["external"]}]);
    let flow = house.made("/v2/workflows", &json!({"name": "Meetings", "actions": actions})).await;
    let runs = format!("{}/runs", path(&flow));
    assert_eq!(house.read(&runs).await.json()["data"], json!([]));
    let mut body = timeline("call-1");
    house.created(&body).await;
    body["external_id"] = json!("call-2");
    body["run_workflows"] = json!(true);
    let id = house.created(&body).await;
    house.process().await;
    let pending = house.read(&runs).await;
    assert_eq!(pending.json()["data"][0]["engagement_id"], json!(id));
    insta::assert_snapshot!(pending.shape(), @r#"
    {"object":"list",
    "data":[{"object":"workflow_run",
    "id":"wfr_…",
    "workflow_id":"wfl_…",
    "engagement_id":"ngmt_…",
    "status":"PENDING",
    "actions":[{"type":"webhook",
    "status":"PENDING"},{"type":"email",
    "status":"COMPLETED"}],
    "created_at":"2025-01-01T00:00:00.000Z"}],
    "has_more":false,
    "next_cursor":null}
    "#);
    house.memory.receivers.answers(Outcome::Refused);
    house.deliver().await;
    let failed = house.read(&runs).await;
    insta::assert_snapshot!(failed.shape(), @r#"
    {"object":"list",
    "data":[{"object":"workflow_run",
    "id":"wfr_…",
    "workflow_id":"wfl_…",
    "engagement_id":"ngmt_…",
    "status":"FAILED",
    "actions":[{"type":"webhook",
    "status":"FAILED",
    "error":"the address is refused"},{"type":"email",
    "status":"COMPLETED"}],
    "created_at":"2025-01-01T00:00:00.000Z",
    "finished_at":"2025-01-01T00:00:00.000Z"}],
    "has_more":false,
    "next_cursor":null}
    "#);
    let body: Value = serde_json::from_slice(&house.memory.receivers.brought()[0].payload).unwrap();
    assert_eq!((&body["type"], &body["data"]["workflow_id"]), (&json!("v1.workflow.triggered"), &flow["id"]));
    assert_eq!(body["data"]["object"]["transcript"], "Ada: Hello.");
}
