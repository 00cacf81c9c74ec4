//! The tags of engagements: replaced by callers, given by the pipeline, shown and filtered by; and what else the
//! pipeline found.

use hearken_domain::access::Scope;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Answer, House, timeline};

async fn tag(house: &House, name: &str) -> String {
    house.made("/v2/tags", &json!({"name": name})).await["id"].as_str().unwrap().to_owned()
}

async fn replace(house: &House, id: &str, tags: &[&str]) -> Answer {
    let path = format!("/v2/engagements/{id}/tags?expand=tags");
    house.ask(Method::PUT, &path, &json!({"tag_ids": tags})).await
}

fn names(engagement: &Value) -> Vec<&str> {
    engagement["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn tags_are_replaced_cleared_and_lost_with_their_tag() {
    let house = House::new().await;
    let id = house.created(&timeline("call-1")).await;
    let (red, blue) = (tag(&house, "red").await, tag(&house, "blue").await);
    let first = replace(&house, &id, &[&blue, &red, &blue]).await;
    assert_eq!(first.status, StatusCode::OK, "{first:?}");
    assert_eq!(names(&first.json()), ["red", "blue"]);
    let second = replace(&house, &id, &[&blue]).await.json();
    assert_eq!(names(&second), ["blue"]);
    assert!(second["updated_at"].as_str().unwrap() > first.json()["updated_at"].as_str().unwrap());
    let plain = house.ask(Method::PUT, &format!("/v2/engagements/{id}/tags"), &json!({"tag_ids": [red, blue]})).await;
    assert_eq!(plain.json(), house.read(&format!("/v2/engagements/{id}")).await.json(), "nothing is expanded unasked");
    house.ask(Method::DELETE, &format!("/v2/tags/{blue}"), &Value::Null).await;
    assert_eq!(names(&house.read(&format!("/v2/engagements/{id}?expand=tags")).await.json()), ["red"]);
    assert_eq!(replace(&house, &id, &[]).await.json()["tags"], json!([]));
}

#[tokio::test]
async fn a_tag_that_is_not_there_is_named_and_nothing_changes() {
    let house = House::new().await;
    let id = house.created(&timeline("call-1")).await;
    let red = tag(&house, "red").await;
    replace(&house, &id, &[&red]).await;
    let stranger = house.key_elsewhere().await;
    let foreign = house.ask_as(&stranger, (Method::POST, "/v2/tags"), &json!({"name": "red"})).await.json();
    let missing =
        replace(&house, &id, &[&red, foreign["id"].as_str().unwrap(), "tag_00000000000000000000000001"]).await;
    missing.problem(422, "validation_failed");
    let not_found = |field: &str| (field.to_owned(), "not_found".to_owned());
    assert_eq!(missing.faults(), [not_found("tag_ids[1]"), not_found("tag_ids[2]")]);
    let no_id = replace(&house, &id, &["red"]).await;
    assert_eq!(no_id.faults(), [("tag_ids[0]".to_owned(), "invalid_format".to_owned())]);
    let path = format!("/v2/engagements/{id}/tags");
    let left_out = house.ask(Method::PUT, &path, &json!({})).await;
    assert_eq!(left_out.faults(), [("tag_ids".to_owned(), "required".to_owned())]);
    assert_eq!(names(&house.read(&format!("/v2/engagements/{id}?expand=tags")).await.json()), ["red"]);
}

#[tokio::test]
async fn only_who_may_change_an_engagement_replaces_its_tags() {
    let house = House::new().await;
    let mut body = timeline("call-1");
    body["is_private"] = json!(true);
    let id = house.created(&body).await;
    let path = format!("/v2/engagements/{id}/tags");
    let none = json!({"tag_ids": []});
    let ask = async |scopes: &[Scope], path: &str| {
        let token = house.key(scopes).await;
        house.ask_as(&token, (Method::PUT, path), &none).await
    };
    for (scopes, path, missing) in [
        (&[Scope::EngagementsRead, Scope::TagsWrite][..], path.clone(), "engagements:write"),
        (&[Scope::EngagementsWrite], path.clone(), "engagements:private:write"),
        (&[Scope::EngagementsWrite], format!("{path}?expand=owner"), "users:read"),
    ] {
        let problem = ask(scopes, &path).await.problem(403, "insufficient_scope");
        assert_eq!(problem["detail"], format!("the token lacks the scope {missing}"));
    }
    let both = [Scope::EngagementsWrite, Scope::EngagementsPrivateWrite];
    assert_eq!(ask(&both, &path).await.status, StatusCode::OK);
    let stranger = house.key_elsewhere().await;
    let ask =
        async |id: &str| house.ask_as(&stranger, (Method::PUT, &format!("/v2/engagements/{id}/tags")), &none).await;
    let never = ask("ngmt_00000000000000000000000001").await;
    never.problem(404, "not_found");
    for id in [id.as_str(), "nonsense", "tag_00000000000000000000000001"] {
        assert_eq!(ask(id).await.masked(), never.masked(), "{id}");
    }
}

#[tokio::test]
async fn engagements_are_found_by_their_tags() {
    let house = House::new().await;
    let (red, blue) = (tag(&house, "red").await, tag(&house, "blue").await);
    for (external_id, tags) in [("a", vec![&red]), ("b", vec![&blue, &red]), ("c", vec![])] {
        let id = house.created(&timeline(external_id)).await;
        replace(&house, &id, &tags.into_iter().map(String::as_str).collect::<Vec<_>>()).await;
    }
    let found = async |tags: &str| {
        let page = house.read(&format!("/v2/engagements?filter%5Btag_ids%5D%5Bin%5D={tags}&expand=tags")).await.json();
        let rows = page["data"].as_array().unwrap_or_else(|| panic!("{page}")).iter();
        let mut found: Vec<String> = rows.map(|row| row["external_id"].as_str().unwrap().to_owned()).collect();
        found.sort_unstable();
        found
    };
    assert_eq!(found(&blue).await, ["b"]);
    assert_eq!(found(&format!("{red},{blue}")).await, ["a", "b"]);
    assert_eq!(found("tag_00000000000000000000000001").await, Vec::<String>::new());
}

#[tokio::test]
async fn what_the_pipeline_found_is_shown() {
    let house = House::new().await;
    house.made("/v2/tags", &json!({"name": "proposal", "auto_tagging_enabled": true})).await;
    house.made("/v2/tags", &json!({"name": "proposals by hand"})).await;
    let mut body = timeline("call-1");
    body["transcript_timeline"]["entries"][0]["text"] = json!("I will send the proposal. Will you sign?");
    let id = house.created(&body).await;
    house.process().await;
    let shown = house.read(&format!("/v2/engagements/{id}?expand=tags,action_items,signals")).await;
    assert_eq!(names(&shown.json()), ["proposal"]);
    insta::assert_snapshot!(shown.shape(), @r#"
    {"object":"engagement",
    "id":"ngmt_…",
    "title":"A meeting",
    "engagement_type":"MEETING",
    "processing_status":"COMPLETED",
    "is_private":false,
    "created_at":"2025-01-01T00:00:00.002Z",
    "updated_at":"2025-01-01T00:00:00.007Z",
    "is_internal":false,
    "owner_user_id":"usr_…",
    "start_at":"2025-01-01T00:00:00.000Z",
    "engagement_at":"2025-01-01T00:00:00.000Z",
    "data_source":"dialer",
    "source_system":"dialer",
    "external_id":"call-1",
    "end_at":"2025-01-01T00:00:00.900Z",
    "duration_seconds":1,
    "summary":"I will send the proposal. Will you sign? (1 in all)",
    "action_items":[{"object":"action_item",
    "id":"act_…",
    "title":"I will send the proposal. Will you sign?",
    "description":"I will send the proposal. Will you sign?",
    "assignee":"Ada",
    "status":"OPEN",
    "start_ms":0,
    "end_ms":900,
    "made_by":"memory",
    "created_at":"2025-01-01T00:00:00.000Z"}],
    "signals":[{"object":"signal",
    "id":"sig_…",
    "type":"QUESTION",
    "title":"I will send the proposal. Will you sign?",
    "quote":"I will send the proposal. Will you sign?",
    "speaker_index":0,
    "start_ms":0,
    "end_ms":900,
    "confidence":0.5,
    "made_by":"memory",
    "created_at":"2025-01-01T00:00:00.000Z"}],
    "tags":[{"object":"tag",
    "id":"tag_…",
    "name":"proposal",
    "created_at":"2025-01-01T00:00:00.000Z",
    "updated_at":"2025-01-01T00:00:00.000Z",
    "hex_color":null,
    "description":null,
    "auto_tagging_enabled":true}]}
    "#);
    let list = house.read("/v2/engagements?expand=tags,action_items,signals").await.json();
    assert_eq!(list["data"], json!([shown.json()]));
}
