//! The list of events: thin, in the order of commits, and each for those who may read what it is about.

use hearken_domain::access::Scope;
use http::Method;
use serde_json::{Value, json};

use crate::harness::{House, timeline};

const EVENTS: &str = "/v2/events";

fn types(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect()
}

async fn page(house: &House, token: &str, query: &str) -> Value {
    let answer = house.read_as(token, &format!("{EVENTS}?{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

#[tokio::test]
async fn events_are_followed_by_a_cursor_that_is_always_there() {
    let house = House::new().await;
    let nothing = page(&house, &house.token, "").await;
    assert_eq!((&nothing["data"], &nothing["has_more"]), (&json!([]), &json!(false)));
    let tag = house.made("/v2/tags", &json!({"name": "Pricing"})).await;
    let path = format!("/v2/tags/{}", tag["id"].as_str().unwrap());
    house.ask(Method::PATCH, &path, &json!({"name": "Price"})).await;

    let cursor = nothing["next_cursor"].as_str().unwrap();
    let first = page(&house, &house.token, &format!("cursor={cursor}&limit=25")).await;
    assert_eq!(types(&first), ["v1.tag.created", "v1.tag.updated"]);
    let event = &first["data"][0];
    let related = json!({
        "id": tag["id"], "object": "tag", "url": format!("{}/api{path}", crate::harness::PUBLIC),
    });
    assert_eq!((&event["object"], &event["related_object"]), (&json!("event"), &related));
    assert_eq!(event["data"], json!({"object": tag}));
    assert_eq!(event["created_at"], tag["updated_at"]);
    let changed = house.read(&path).await.json();
    assert_eq!(first["data"][1]["data"]["object"], changed, "the bytes say what a read says");

    let cursor = first["next_cursor"].as_str().unwrap();
    let end = page(&house, &house.token, &format!("cursor={cursor}")).await;
    assert_eq!(types(&end), Vec::<&str>::new());
    house.ask(Method::DELETE, &path, &Value::Null).await;
    let cursor = end["next_cursor"].as_str().unwrap();
    assert_eq!(types(&page(&house, &house.token, &format!("cursor={cursor}")).await), ["v1.tag.deleted"]);

    let mut paged = Vec::new();
    let mut query = "limit=1".to_owned();
    loop {
        let page = page(&house, &house.token, &query).await;
        paged.extend(types(&page).into_iter().map(str::to_owned));
        if page["has_more"] == json!(false) {
            break;
        }
        query = format!("cursor={}", page["next_cursor"].as_str().unwrap());
    }
    assert_eq!(paged, ["v1.tag.created", "v1.tag.updated", "v1.tag.deleted"]);
}

#[tokio::test]
async fn each_event_needs_the_scope_of_what_it_is_about() {
    let house = House::new().await;
    house.made("/v2/tags", &json!({"name": "Pricing"})).await;
    house.created(&timeline("open")).await;
    let mut private = timeline("private");
    private["is_private"] = json!(true);
    let private = house.created(&private).await;

    let all = page(&house, &house.token, "").await;
    let of_private = |page: &Value| {
        page["data"].as_array().unwrap().iter().filter(|event| event["related_object"]["id"] == json!(private)).count()
    };
    assert!(of_private(&all) > 0);
    let engagements = house.key(&[Scope::EngagementsRead]).await;
    let seen = page(&house, &engagements, "").await;
    assert_eq!(of_private(&seen), 0);
    assert!(!types(&seen).is_empty() && types(&seen).iter().all(|kind| kind.starts_with("v1.engagement.")));
    let tags = house.key(&[Scope::TagsRead, Scope::EngagementsPrivateRead]).await;
    assert_eq!(types(&page(&house, &tags, "").await), ["v1.tag.created"]);
    let both = house.key(&[Scope::EngagementsRead, Scope::EngagementsPrivateRead]).await;
    assert_eq!(of_private(&page(&house, &both, "").await), of_private(&all));

    let none = house.key(&[Scope::WebhooksRead]).await;
    let problem = house.read_as(&none, EVENTS).await.problem(403, "insufficient_scope");
    assert!(problem["detail"].as_str().unwrap().contains("engagements:read"), "{problem}");
    let stranger = house.key_elsewhere().await;
    assert_eq!(types(&page(&house, &stranger, "").await), Vec::<&str>::new());
    house.read_openly(EVENTS).await.problem(401, "unauthorized");
    let wrong = house.read_as(&house.token, &format!("{EVENTS}?order_by=created_at:desc&expand=tags")).await;
    wrong.problem(400, "bad_request");
}
