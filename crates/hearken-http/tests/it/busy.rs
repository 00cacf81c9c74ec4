//! More requests than places, and several creates of one key.

use std::{future::ready, time::Duration};

use futures_util::{StreamExt, TryStreamExt, future::join_all, stream};
use hearken_http::ApiSettings;
use http::StatusCode;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;

use crate::harness::{House, posting, recording, settings, timeline};

#[tokio::test]
async fn more_than_can_be_handled_are_told_to_come_again() {
    let house = House::with(ApiSettings { max_in_flight: 1, ..settings() }, |ports| ports).await;
    house.memory.media.hold();
    let body = recording("call-1");
    let meanwhile = async {
        house.memory.media.until_waiting(1).await;
        let (busy, health) = (house.read("/v2/engagements").await, house.read_openly("/healthz").await);
        house.memory.media.release();
        (busy, health)
    };
    let (created, (busy, health)) = tokio::join!(house.post(&body), meanwhile);
    busy.problem(503, "unavailable");
    assert!(busy.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!((health.status, created.status), (StatusCode::OK, StatusCode::CREATED));
    assert_eq!(house.read("/v2/engagements").await.status, StatusCode::OK, "the place is free again");
}

#[tokio::test]
async fn one_workspace_does_not_take_every_place() {
    let house = House::with(ApiSettings { max_in_flight: 8, ..settings() }, |ports| ports).await;
    let stranger = house.key_elsewhere().await;
    house.memory.media.hold();
    let bodies: Vec<_> = (0..6).map(|number| recording(&format!("call-{number}"))).collect();
    let meanwhile = async {
        house.memory.media.until_waiting(6).await;
        let (ours, theirs) = (house.read("/v2/engagements").await, house.read_as(&stranger, "/v2/engagements").await);
        house.memory.media.release();
        (ours, theirs)
    };
    let (created, (ours, theirs)) = tokio::join!(join_all(bodies.iter().map(|body| house.post(body))), meanwhile);
    ours.problem(503, "unavailable");
    assert_eq!(theirs.status, StatusCode::OK);
    assert!(created.iter().all(|answer| answer.status == StatusCode::CREATED), "{created:?}");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_still_to_come_takes_no_place() {
    let house = House::with(ApiSettings { max_in_flight: 1, ..settings() }, |ports| ports).await;
    let body = Full::from(timeline("call-1").to_string()).into_data_stream();
    let late = stream::once(tokio::time::sleep(Duration::from_secs(1))).filter_map(|()| ready(None)).chain(body);
    let request = posting(&house.token).body(StreamBody::new(late.map_ok(Frame::data))).unwrap();
    let (created, read) = tokio::join!(house.send(request), house.read("/v2/engagements"));
    assert_eq!((created.status, read.status), (StatusCode::CREATED, StatusCode::OK));
}

#[tokio::test]
async fn two_at_once_are_one_engagement() {
    let house = House::new().await;
    house.memory.media.hold();
    let body = recording("call-1");
    let releasing = async {
        house.memory.media.until_waiting(1).await;
        house.memory.clock.until_asleep(2).await;
        house.memory.media.release();
    };
    let (one, other, ()) = tokio::join!(house.post(&body), house.post(&body), releasing);
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::CREATED]);
    assert_eq!(one.json(), other.json());
    assert_eq!(house.memory.media.fetches(), 1);
}

#[tokio::test]
async fn who_waited_too_long_is_told_to_come_again() {
    let house = House::new().await;
    house.memory.media.hold();
    let body = recording("call-1");
    let second = async {
        house.memory.media.until_waiting(1).await;
        let answer = house.post(&body).await;
        house.memory.media.release();
        answer
    };
    let passing = async {
        house.memory.clock.until_asleep(2).await;
        house.memory.clock.advance(hearken_application::create::WAIT);
    };
    let (first, second, ()) = tokio::join!(house.post(&body), second, passing);
    second.problem(409, "request_in_progress");
    assert!(second.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(first.status, StatusCode::CREATED);
}
