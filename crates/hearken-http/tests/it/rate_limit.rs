//! So many requests a key, told on every answer.

use hearken_domain::access::Scope;
use hearken_http::ApiSettings;
use http::StatusCode;

use crate::harness::{House, rate, settings};

#[tokio::test]
async fn a_key_that_asks_too_often_is_told_when_to_come_again() {
    let house = House::with(ApiSettings { rate: Some(rate(1, 2)), ..settings() }, |ports| ports).await;
    let first = house.read("/v2/engagements").await;
    assert_eq!(
        (first.status, first.header("ratelimit-policy")),
        (StatusCode::OK, "\"key\";q=2;w=120, \"workspace\";q=8;w=120")
    );
    assert!(first.header("ratelimit").starts_with("\"key\";r=1;t="), "{first:?}");
    assert!(house.read("/v2/engagements").await.header("ratelimit").starts_with("\"key\";r=0;t="));
    let limited = house.read("/v2/engagements").await;
    limited.problem(429, "rate_limited");
    let wait: u64 = limited.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(limited.header("ratelimit"), format!("\"key\";r=0;t={wait}"));

    let other = house.key(&[Scope::EngagementsRead]).await;
    assert_eq!(house.read_as(&other, "/v2/engagements").await.status, StatusCode::OK, "another key has its own share");
    assert_eq!(house.read_openly("/healthz").await.status, StatusCode::OK, "nobody's share");
}

#[tokio::test]
async fn a_workspace_gets_no_more_by_more_keys_than_four() {
    let house = House::with(ApiSettings { rate: Some(rate(1, 2)), ..settings() }, |ports| ports).await;
    for _ in 0..4 {
        let key = house.key(&[Scope::EngagementsRead]).await;
        for _ in 0..2 {
            assert_eq!(house.read_as(&key, "/v2/engagements").await.status, StatusCode::OK);
        }
    }
    let limited = house.read("/v2/engagements").await;
    let problem = limited.problem(429, "rate_limited");
    assert!(problem["detail"].as_str().unwrap().starts_with("this workspace has sent too many"), "{problem}");
    assert!(limited.header("ratelimit").starts_with("\"workspace\";r=0;t="), "{limited:?}");
    let stranger = house.key_elsewhere().await;
    assert_eq!(house.read_as(&stranger, "/v2/engagements").await.status, StatusCode::OK);
}

#[tokio::test]
async fn every_answer_says_what_is_left() {
    let house = House::new().await;
    for answer in [
        house.read("/v2/nothing").await,
        house.read_openly("/v2/engagements").await,
        house.read_openly("/healthz").await,
    ] {
        assert!(answer.header("ratelimit").starts_with("\"key\";r="), "{answer:?}");
        assert!(answer.header("ratelimit-policy").starts_with("\"key\";q="));
    }
}

#[tokio::test]
async fn without_a_limit_nothing_is_said() {
    let house = House::with(ApiSettings { rate: None, ..settings() }, |ports| ports).await;
    let answer = house.read("/v2/engagements").await;
    assert!(!answer.headers.contains_key("ratelimit") && !answer.headers.contains_key("ratelimit-policy"));
}
