//! Bodies that are not JSON, too large, too slow, or wrong in their fields.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, future::join_all, stream};
use hearken_domain::media::{FetchCode, FetchError};
use hearken_http::ApiSettings;
use http::{Method, StatusCode};
use http_body_util::{Full, StreamBody};
use hyper::body::Frame;
use serde_json::json;

use crate::harness::{House, LINK, asking, posting, recording, settings, timeline};

#[tokio::test]
async fn a_body_must_be_declared_as_plain_json() {
    let house = House::new().await;
    let body = || Full::from(timeline("call-1").to_string());
    let bare = || asking(Method::POST, "/v2/engagements", &house.token);
    for request in [
        bare(),
        bare().header("content-type", "text/plain"),
        bare().header("content-type", "application/x-www-form-urlencoded"),
        posting(&house.token).header("content-encoding", "gzip"),
    ] {
        house.send(request.body(body()).unwrap()).await.problem(415, "unsupported_media_type");
    }
    let good = bare().header("content-type", "Application/JSON; charset=utf-8").body(body()).unwrap();
    assert_eq!(house.send(good).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_a_bad_request() {
    let house = House::new().await;
    for body in ["", "{", "{\"type\":}", "[]", "null", "7", "\"text\"", "{\"title\":\"a\",\"title\":\"b\"}"] {
        let answer = house.send(posting(&house.token).body(Full::from(body)).unwrap()).await;
        let problem = answer.problem(400, "bad_request");
        assert!(!problem["detail"].as_str().unwrap().is_empty(), "{body}");
    }
    let latin1 = Full::from(Bytes::from_static(b"{\"title\":\"caf\xe9\"}"));
    house.send(posting(&house.token).body(latin1).unwrap()).await.problem(400, "bad_request");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_whether_or_not_it_says_so() {
    let house = House::new().await;
    let large = "x".repeat(65 * 1024);
    let honest = posting(&house.token).body(Full::from(large)).unwrap();
    house.send(honest).await.problem(413, "payload_too_large");
    let chunks = stream::repeat_with(|| Ok::<_, std::io::Error>(Frame::data(Bytes::from_static(&[b'x'; 1024]))));
    let endless = posting(&house.token).body(StreamBody::new(chunks)).unwrap();
    house.send(endless).await.problem(413, "payload_too_large");
}

#[tokio::test]
async fn only_a_create_of_an_engagement_has_a_large_body() {
    let settings = ApiSettings { max_body_bytes: 4 * 1024 * 1024, ..settings() };
    let house = House::with(settings, |ports| ports).await;
    let mut tag = json!({"name": "red", "ignored": "x".repeat(1024 * 1024)});
    let problem = house.ask(Method::POST, "/v2/tags", &tag).await.problem(413, "payload_too_large");
    assert_eq!(problem["detail"], "the body may have at most 1048576 bytes");
    tag["ignored"] = json!("x".repeat(1024 * 1024 - 100));
    assert_eq!(house.ask(Method::POST, "/v2/tags", &tag).await.status, StatusCode::CREATED);
    let mut body = timeline("call-1");
    body["ignored"] = json!("x".repeat(1024 * 1024));
    house.created(&body).await;
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_too_slow_is_refused() {
    let house = House::new().await;
    let never = stream::pending::<Result<Frame<Bytes>, std::io::Error>>();
    let slow = posting(&house.token).body(StreamBody::new(never)).unwrap();
    house.send(slow).await.problem(400, "bad_request");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_drips_is_given_up_long_before_its_time_is_over() {
    let house = House::with(ApiSettings { body_timeout: Duration::from_mins(10), ..settings() }, |ports| ports).await;
    let began = tokio::time::Instant::now();
    let drops = stream::repeat_with(|| tokio::time::sleep(Duration::from_secs(1))).then(|pause| async {
        pause.await;
        Ok::<_, std::io::Error>(Frame::data(Bytes::from_static(b" ")))
    });
    let slow = posting(&house.token).body(StreamBody::new(drops)).unwrap();
    house.send(slow).await.problem(400, "bad_request");
    assert!(began.elapsed() < Duration::from_secs(20), "by the clock of the test: {:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn bodies_beyond_the_memory_for_them_wait_and_are_told_to_come_again() {
    let settings = ApiSettings { max_buffered_bytes: 64 * 1024, body_timeout: Duration::from_mins(10), ..settings() };
    let house = House::with(settings, |ports| ports).await;
    let stranger = house.key_elsewhere().await;
    let never = || stream::pending::<Result<Frame<Bytes>, std::io::Error>>();
    let held = [(); 2].map(|()| house.send(posting(&house.token).body(StreamBody::new(never())).unwrap()));
    let meanwhile = async {
        // The first two have the workspace's half by now.
        tokio::task::yield_now().await;
        (house.post_as(&stranger, &timeline("call-1")).await, house.post(&timeline("call-2")).await)
    };
    let (_, (theirs, ours)) = tokio::join!(join_all(held), meanwhile);
    assert_eq!(theirs.status, StatusCode::CREATED);
    assert_eq!(ours.status, StatusCode::CREATED, "it has waited until the others were given up");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_refused() {
    let house = House::new().await;
    let broken = stream::iter([Ok(Frame::data(Bytes::from_static(b"{"))), Err(std::io::Error::other("reset"))]).boxed();
    let request = posting(&house.token).body(StreamBody::new(broken)).unwrap();
    let problem = house.send(request).await.problem(400, "bad_request");
    assert!(!problem.to_string().contains("reset"));
}

#[tokio::test]
async fn every_wrong_field_comes_in_one_answer_the_link_too() {
    let house = House::new().await;
    house.memory.media.refuse(LINK, FetchError::new(FetchCode::PortNotAllowed, "no such port"));
    let body = json!({
        "type": "EMAIL", "title": "", "external_id": "call-1", "media_url": LINK, "run_workflows": "yes",
        "participants": [{"name": "Ada"}, {"email": "no address"}, {}],
    });
    let problem = house.post(&body).await.problem(422, "validation_failed");
    assert_eq!(problem["title"], "Validation Failed");
    assert_eq!(problem["retryable"], false);
    let errors: Vec<(&str, &str)> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["field"].as_str().unwrap(), error["code"].as_str().unwrap()))
        .collect();
    for expected in [
        ("type", "invalid_enum_value"),
        ("title", "too_short"),
        ("source_system", "required"),
        ("run_workflows", "invalid_type"),
        ("participants[1].email", "invalid_format"),
        ("participants[2]", "required"),
        ("media_url", "port_not_allowed"),
    ] {
        assert!(errors.contains(&expected), "{expected:?} is missing: {problem}");
    }
    assert_eq!(errors.len(), 7, "{problem}");
}

#[tokio::test]
async fn without_an_external_id_the_link_is_judged_all_the_same() {
    let house = House::new().await;
    house.memory.media.refuse(LINK, FetchError::new(FetchCode::MediaUrlNotAllowed, "not allowed"));
    let mut body = recording("x");
    body.as_object_mut().unwrap().remove("external_id");
    let problem = house.post(&body).await.problem(422, "validation_failed");
    let fields: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["external_id", "media_url"]);
}
