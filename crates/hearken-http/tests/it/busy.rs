//! More requests than places, and several creates of one key.

use hearken_http::ApiSettings;
use http::StatusCode;

use crate::harness::{House, recording, settings};

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
