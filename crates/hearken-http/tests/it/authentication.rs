//! Who asks, and what they may: 401, 403, and that neither reads the body.

use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use hearken_application::administer::NewKey;
use hearken_domain::access::{Scope, Scopes};
use http::{Method, Request, StatusCode};
use http_body_util::StreamBody;
use hyper::body::Frame;

use crate::harness::{Answer, House, asking, nothing, posting, recording, timeline};

/// A body that nobody may ask for.
fn untouchable() -> StreamBody<impl futures_util::Stream<Item = Result<Frame<Bytes>, std::io::Error>> + Send + 'static>
{
    StreamBody::new(stream::poll_fn(|_| panic!("the body was read")))
}

#[track_caller]
fn assert_unauthorized(answer: &Answer) {
    answer.problem(401, "unauthorized");
    assert!(answer.header("www-authenticate").starts_with("Bearer"), "{answer:?}");
}

#[tokio::test]
async fn a_token_that_is_missing_malformed_unknown_or_over_opens_nothing() {
    let house = House::new().await;
    assert_unauthorized(&house.read_openly("/v2/engagements").await);
    let unknown = House::new().await;
    unknown.memory.clock.advance(Duration::from_secs(1));
    let unknown = unknown.key(&[Scope::WorkspaceAdmin]).await;
    let key = NewKey {
        user: house.owner.id,
        scopes: Scopes::from_iter([Scope::WorkspaceAdmin]),
        name: None,
        life: Some(Duration::from_secs(60)),
    };
    let expiring = house.administrator.create_key(house.workspace.id, key).await.unwrap();
    assert_eq!(house.read_as(expiring.token.expose(), "/v2/engagements").await.status, StatusCode::OK);
    house.memory.clock.advance(Duration::from_secs(60));
    let revoked = house.key(&[Scope::WorkspaceAdmin]).await;
    let revoked_id = revoked.strip_prefix("sk-").unwrap().split_once('.').unwrap().0.parse().unwrap();
    house.administrator.revoke_key(revoked_id).await.unwrap();

    let answers = [
        house.read_as("", "/v2/engagements").await,
        house.read_as("nonsense", "/v2/engagements").await,
        house.read_as(&unknown, "/v2/engagements").await,
        house.read_as(expiring.token.expose(), "/v2/engagements").await,
        house.read_as(&revoked, "/v2/engagements").await,
    ];
    for answer in &answers {
        assert_unauthorized(answer);
        assert_eq!(answer.masked(), answers[0].masked(), "nothing tells these apart");
    }
}

#[tokio::test]
async fn the_raw_key_is_taken_without_the_word_bearer() {
    let house = House::new().await;
    let request =
        Request::builder().uri("/v2/engagements").header("authorization", &house.token).body(nothing()).unwrap();
    assert_eq!(house.send(request).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_missing_scope_is_named() {
    let house = House::new().await;
    let id = house.created(&timeline("call-1")).await;
    let timeline_path = format!("/v2/engagements/{id}/transcript_timeline");
    for (scopes, path, missing) in [
        (&[Scope::EngagementsWrite][..], "/v2/engagements", "engagements:read"),
        (&[Scope::EngagementsPrivateRead][..], "/v2/engagements", "engagements:read"),
        (&[Scope::EngagementsRead][..], timeline_path.as_str(), "transcript_timelines:read"),
    ] {
        let token = house.key(scopes).await;
        let answer = house.read_as(&token, path).await;
        let problem = answer.problem(403, "insufficient_scope");
        assert!(problem["detail"].as_str().unwrap().contains(missing), "{problem}");
        assert!(answer.header("www-authenticate").contains(missing));
    }
    let reader = house.key(&[Scope::EngagementsRead]).await;
    let problem = house.post_as(&reader, &recording("call-2")).await.problem(403, "insufficient_scope");
    assert!(problem["detail"].as_str().unwrap().contains("engagements:write"));
}

#[tokio::test]
async fn nobody_reads_the_body_of_a_request_that_is_turned_away() {
    let house = House::new().await;
    let openly = Request::builder().method(Method::POST).uri("/v2/engagements").body(untouchable()).unwrap();
    house.send(openly).await.problem(401, "unauthorized");
    house.send(posting("nonsense").body(untouchable()).unwrap()).await.problem(401, "unauthorized");
    let reader = house.key(&[Scope::EngagementsRead]).await;
    house.send(posting(&reader).body(untouchable()).unwrap()).await.problem(403, "insufficient_scope");
    let undeclared = asking(Method::POST, "/v2/engagements", &house.token).body(untouchable()).unwrap();
    house.send(undeclared).await.problem(415, "unsupported_media_type");
    let unknown =
        asking(Method::POST, "/v2/engagements?colour=red", &house.token).header("content-type", "application/json");
    house.send(unknown.body(untouchable()).unwrap()).await.problem(400, "bad_request");
}
