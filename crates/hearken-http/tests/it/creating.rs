//! Creating and repeating, and what the answers say besides the engagement.

use hearken_domain::{
    access::Scope,
    media::{FetchCode, FetchError},
    ports::BlobErrorKind,
};
use http::StatusCode;
use serde_json::json;

use crate::harness::{House, LINK, asking, nothing, recording, timeline};

#[tokio::test]
async fn a_create_is_201_with_everything_that_every_answer_says() {
    let house = House::new().await;
    let answer = house.post(&recording("call-1")).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let engagement = answer.json();
    let id = engagement["id"].as_str().unwrap();
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("location"), format!("/api/v2/engagements/{id}"));
    assert_eq!(answer.header("x-api-version"), "v2");
    assert!(answer.header("x-request-id").starts_with("rid_"));
    assert!(
        answer.header("ratelimit").starts_with("\"key\";r=") && answer.header("ratelimit-policy").contains("q=1000")
    );
    assert!(!answer.headers.contains_key("idempotent-replayed"));
    for (field, value) in [
        ("object", json!("engagement")),
        ("external_id", json!("call-1")),
        ("processing_status", json!("PENDING")),
        ("owner_user_id", json!(house.owner.id.to_string())),
        ("start_at", json!("2025-01-01T00:00:00.000Z")),
    ] {
        assert_eq!(engagement[field], value, "{field}");
    }
    assert!(engagement.get("media_url").is_none(), "nothing is expanded unasked");
    let location = answer.header("location").to_owned();
    assert_eq!(house.read(&location).await.json(), engagement);
}

#[tokio::test]
async fn a_repeat_is_200_and_says_so_although_the_link_is_dead_and_the_rest_is_wrong() {
    let house = House::new().await;
    let first = house.post(&recording("call-1")).await;
    house.memory.media.refuse(LINK, FetchError::new(FetchCode::MediaUrlNotAllowed, "not allowed"));
    let again = house.post(&json!({"external_id": "call-1", "title": "", "media_url": LINK})).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (StatusCode::OK, "true"));
    assert_eq!(again.bytes, first.bytes);
    assert_eq!(house.memory.media.fetches(), 1);
}

#[tokio::test]
async fn a_private_engagement_is_not_replayed_to_a_stranger() {
    let house = House::new().await;
    let mut body = timeline("call-1");
    body["is_private"] = json!(true);
    house.created(&body).await;
    let user = hearken_application::administer::NewUser {
        email: "bob@initech.test".try_into().unwrap(),
        phone: None,
        first_name: None,
        last_name: None,
        role: hearken_domain::directory::Role::User,
    };
    let bob = house.administrator.add_user(house.workspace.id, user).await.unwrap();
    let key = hearken_application::administer::NewKey {
        user: bob.id,
        scopes: [Scope::EngagementsRead, Scope::EngagementsWrite].into_iter().collect(),
        name: None,
        life: None,
    };
    let token = house.administrator.create_key(house.workspace.id, key).await.unwrap().token;
    let problem = house.post_as(token.expose(), &body).await.problem(403, "insufficient_scope");
    assert!(problem["detail"].as_str().unwrap().contains("engagements:private:read"));
}

#[tokio::test]
async fn a_link_that_fails_is_422_with_what_the_host_said_and_whether_to_retry() {
    let house = House::new().await;
    let error =
        FetchError { upstream_status: Some(503), retryable: true, ..FetchError::new(FetchCode::UpstreamStatus, "503") };
    house.memory.media.fail(LINK, error);
    let problem = house.post(&recording("call-1")).await.problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["field"], "media_url");
    assert_eq!(problem["errors"][0]["code"], "upstream_status");
    assert_eq!((&problem["retryable"], &problem["upstream_status"]), (&json!(true), &json!(503)));
}

#[tokio::test]
async fn a_full_store_is_503_and_says_when_to_come_again() {
    let house = House::new().await;
    house.memory.blobs.refuse(BlobErrorKind::Full);
    let answer = house.post(&recording("call-1")).await;
    answer.problem(503, "unavailable");
    assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
    house.memory.blobs.recover();
    house.created(&recording("call-1")).await;
}

#[tokio::test]
async fn a_client_that_hangs_up_does_not_undo_the_work() {
    let house = House::new().await;
    house.memory.media.hold();
    let body = recording("call-1");
    {
        let hung_up = house.post(&body);
        tokio::select! {
            answer = hung_up => panic!("it waits for its recording: {answer:?}"),
            () = house.memory.media.until_waiting(1) => {}
        }
    }
    house.memory.media.release();
    assert_eq!(house.api.drained(std::time::Duration::from_mins(5)).await, 0);
    let again = house.post(&body).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (StatusCode::OK, "true"));
}

#[tokio::test]
async fn a_create_may_expand_within_the_keys_rights() {
    let house = House::new().await;
    let send = async |token: &str, id: &str| {
        let request = asking(http::Method::POST, "/v2/engagements?expand=owner,transcript", token);
        let request = request.header("content-type", "application/json");
        house.send(request.body(http_body_util::Full::from(timeline(id).to_string())).unwrap()).await
    };
    let shown = send(&house.token, "call-1").await;
    assert_eq!(shown.status, StatusCode::CREATED);
    assert_eq!(
        (&shown.json()["owner"]["object"], &shown.json()["transcript"]),
        (&json!("user"), &json!("Ada: Hello."))
    );
    let writer = house.key(&[Scope::EngagementsWrite]).await;
    send(&writer, "call-2").await.problem(403, "insufficient_scope");
    let none = house.send(
        asking(http::Method::GET, "/v2/engagements?filter%5Bexternal_id%5D%5Beq%5D=call-2", &house.token)
            .body(nothing())
            .unwrap(),
    );
    assert_eq!(none.await.json()["data"], json!([]), "refused before anything was made");
}
