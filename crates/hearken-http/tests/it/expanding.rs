//! `expand`: the eight parts, and the right that some of them need.

use hearken_domain::access::Scope;
use serde_json::{Value, json};

use crate::harness::{House, LINK, PUBLIC, timeline};

const ALL: &str = "transcript,media_url,companies,contacts,owner,action_items,signals,tags";

async fn a_full_one(house: &House) -> String {
    let mut body = timeline("call-1");
    body["media_url"] = json!(LINK);
    body["participants"] = json!([{"name": "Bob Bright", "email": "bob@acme.test"}]);
    house.created(&body).await
}

#[tokio::test]
async fn all_eight_parts_are_shown_when_asked_for_and_only_then() {
    let house = House::new().await;
    let id = a_full_one(&house).await;
    let plain = house.read(&format!("/v2/engagements/{id}")).await.json();
    let shown = house.read(&format!("/v2/engagements/{id}?expand={ALL}")).await.json();
    assert!(ALL.split(',').all(|part| plain.get(part).is_none()), "{plain}");
    assert_eq!(shown["transcript"], "Ada: Hello.");
    assert!(shown["media_url"].as_str().unwrap().starts_with(&format!("{PUBLIC}/media/")));
    assert_eq!(shown["companies"][0]["domains"], json!([{"domain": "acme.test", "is_primary": true}]));
    assert_eq!(shown["companies"][0]["object"], "engagement_company");
    assert_eq!(shown["contacts"][0]["emails"], json!([{"email": "bob@acme.test", "is_primary": true}]));
    assert_eq!(shown["owner"]["id"], json!(house.owner.id.to_string()));
    for part in ["action_items", "signals", "tags"] {
        assert_eq!(shown[part], json!([]), "{part}");
    }
}

/// Integrators send the turns of one track after those of the other.
#[tokio::test]
async fn every_reader_sees_turns_in_the_order_of_their_start() {
    let house = House::new().await;
    let mut body = timeline("call-1");
    let turn = |speaker: usize, start: u32, text: &str| json!({"speaker_index": speaker, "start_ms": start, "end_ms": start + 900, "text": text});
    body["transcript_timeline"] = json!({
        "speakers": [{"name": "Bob"}, {"name": "Ada"}],
        "entries": [turn(0, 1000, "Hi."), turn(0, 3000, "Fine."), turn(1, 0, "Hello."), turn(1, 2000, "How are you?")],
    });
    let id = house.created(&body).await;
    let told = "Ada: Hello.\nBob: Hi.\nAda: How are you?\nBob: Fine.";
    let one = house.read(&format!("/v2/engagements/{id}?expand=transcript")).await.json();
    let list = house.read("/v2/engagements?expand=transcript").await.json();
    assert_eq!((&one["transcript"], &list["data"][0]["transcript"]), (&json!(told), &json!(told)));
    let shown = house.read(&format!("/v2/engagements/{id}/transcript_timeline")).await.json();
    assert_eq!(shown["speakers"][0]["name"], "Bob", "speakers keep their positions");
    let entries = shown["entries"].as_array().unwrap();
    let turns: Vec<_> = entries.iter().map(|entry| (&entry["speaker_index"], &entry["start_ms"])).collect();
    let expected = [(1, 0), (0, 1000), (1, 2000), (0, 3000)].map(|(speaker, start)| (json!(speaker), json!(start)));
    assert_eq!(turns, expected.each_ref().map(|(speaker, start)| (speaker, start)));
}

#[tokio::test]
async fn a_list_expands_as_one_engagement_does() {
    let house = House::new().await;
    let id = a_full_one(&house).await;
    let one = house.read(&format!("/v2/engagements/{id}?expand={ALL}")).await.json();
    let list = house.read(&format!("/v2/engagements?expand={ALL}")).await.json();
    assert_eq!(list["data"], Value::Array(vec![one]));
}

#[tokio::test]
async fn parts_without_a_value_are_null_or_empty() {
    let house = House::new().await;
    let id = house.created(&timeline("call-1")).await;
    let shown = house.read(&format!("/v2/engagements/{id}?expand=media_url,companies,contacts")).await.json();
    assert_eq!((&shown["media_url"], &shown["companies"], &shown["contacts"]), (&Value::Null, &json!([]), &json!([])));
}

#[tokio::test]
async fn some_parts_need_a_right_of_their_own() {
    let house = House::new().await;
    let id = a_full_one(&house).await;
    let reader = house.key(&[Scope::EngagementsRead]).await;
    for path in [format!("/v2/engagements/{id}"), "/v2/engagements".to_owned()] {
        for (part, missing) in [("companies", "companies:read"), ("contacts", "contacts:read"), ("owner", "users:read")]
        {
            let answer = house.read_as(&reader, &format!("{path}?expand={part}")).await;
            let problem = answer.problem(403, "insufficient_scope");
            assert!(problem["detail"].as_str().unwrap().contains(missing), "{problem}");
        }
        let free =
            house.read_as(&reader, &format!("{path}?expand=transcript,media_url,action_items,signals,tags")).await;
        assert_eq!(free.status, http::StatusCode::OK, "{path}");
    }
}
