//! One engagement and its timeline: who sees it, and its entity tag.

use hearken_domain::access::Scope;
use http::{Method, StatusCode};
use serde_json::json;

use crate::harness::{House, asking, nothing, recording, timeline};

#[tokio::test]
async fn a_foreign_engagement_looks_exactly_like_one_that_never_was() {
    let house = House::new().await;
    let foreign = house.created(&timeline("call-1")).await;
    let stranger = house.key_elsewhere().await;
    for suffix in ["", "?expand=transcript,owner", "/transcript_timeline"] {
        let ask = async |id: &str| house.read_as(&stranger, &format!("/v2/engagements/{id}{suffix}")).await;
        let never = ask("ngmt_00000000000000000000000001").await;
        never.problem(404, "not_found");
        for id in [foreign.as_str(), "ngmt_nonsense", "cnt_00000000000000000000000001", &foreign.to_lowercase()] {
            assert_eq!(ask(id).await.masked(), never.masked(), "{id}{suffix}");
        }
    }
}

#[tokio::test]
async fn a_private_engagement_is_forbidden_directly_and_left_out_of_lists() {
    let house = House::new().await;
    let mut body = timeline("call-1");
    body["is_private"] = json!(true);
    let id = house.created(&body).await;
    let reader = house.key(&[Scope::EngagementsRead, Scope::TranscriptTimelinesRead]).await;
    for path in [format!("/v2/engagements/{id}"), format!("/v2/engagements/{id}/transcript_timeline")] {
        let problem = house.read_as(&reader, &path).await.problem(403, "insufficient_scope");
        assert!(problem["detail"].as_str().unwrap().contains("engagements:private:read"));
    }
    assert_eq!(house.read_as(&reader, "/v2/engagements").await.json()["data"], json!([]));
    let private = house.key(&[Scope::EngagementsRead, Scope::EngagementsPrivateRead]).await;
    assert_eq!(house.read_as(&private, &format!("/v2/engagements/{id}")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_the_client_has_is_not_sent_again() {
    let house = House::new().await;
    let id = house.created(&timeline("call-1")).await;
    for path in [format!("/v2/engagements/{id}"), format!("/v2/engagements/{id}/transcript_timeline")] {
        let first = house.read(&path).await;
        let tag = first.header("etag").to_owned();
        let ask = async |known: &str| {
            house
                .send(asking(Method::GET, &path, &house.token).header("if-none-match", known).body(nothing()).unwrap())
                .await
        };
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
            let answer = ask(&known).await;
            assert_eq!((answer.status, answer.bytes.len()), (StatusCode::NOT_MODIFIED, 0), "{known}");
            assert_eq!(answer.header("etag"), tag);
        }
        let other = ask("\"other\"").await;
        assert_eq!((other.status, &other.bytes), (StatusCode::OK, &first.bytes));
    }
}

#[tokio::test]
async fn the_timeline_is_not_found_while_there_is_none() {
    let house = House::new().await;
    let without = house.created(&recording("call-1")).await;
    house.read(&format!("/v2/engagements/{without}/transcript_timeline")).await.problem(404, "not_found");
    let with = house.created(&timeline("call-2")).await;
    let answer = house.read(&format!("/v2/engagements/{with}/transcript_timeline")).await;
    assert_eq!(answer.status, StatusCode::OK);
    let shown = answer.json();
    assert_eq!((&shown["object"], &shown["engagement_id"]), (&json!("transcript_timeline"), &json!(with)));
    assert_eq!(shown["source"], "SUPPLIED");
    assert_eq!(shown["entries"], json!([{"speaker_index": 0, "start_ms": 0, "end_ms": 900, "text": "Hello."}]));
}
