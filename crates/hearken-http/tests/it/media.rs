//! Signed links to recordings: whole, in parts, without the bytes, and nothing to anybody once expired or altered.

use http::{Method, Request, StatusCode, request::Builder};

use crate::harness::{Answer, BYTES, House, LINK_TTL, PUBLIC, nothing, recording};

/// The path of a fresh link.
async fn link(house: &House) -> String {
    let id = house.created(&recording("call-1")).await;
    let shown = house.read(&format!("/v2/engagements/{id}?expand=media_url")).await.json();
    shown["media_url"].as_str().unwrap().strip_prefix(PUBLIC).unwrap().to_owned()
}

async fn ask(house: &House, path: &str, with: impl FnOnce(Builder) -> Builder) -> Answer {
    house.send(with(Request::builder().uri(path)).body(nothing()).unwrap()).await
}

#[tokio::test]
async fn a_link_opens_the_recording_without_any_key() {
    let house = House::new().await;
    let path = link(&house).await;
    let answer = house.read_openly(&path).await;
    assert_eq!((answer.status, &answer.bytes[..]), (StatusCode::OK, BYTES));
    assert_eq!(answer.header("content-type"), "audio/mpeg");
    assert_eq!(answer.header("content-length"), BYTES.len().to_string());
    assert_eq!((answer.header("accept-ranges"), answer.header("x-content-type-options")), ("bytes", "nosniff"));
    assert!(answer.header("content-security-policy").contains("sandbox"));
    let tag = answer.header("etag").to_owned();
    let known = ask(&house, &path, |request| request.header("if-none-match", &tag)).await;
    assert_eq!((known.status, known.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
}

#[tokio::test]
async fn a_part_is_served_as_a_part() {
    let house = House::new().await;
    let path = link(&house).await;
    let length = BYTES.len();
    for (range, begin, end) in
        [("bytes=4-6", 4, 7), ("bytes=4-", 4, length), ("bytes=-3", length - 3, length), ("bytes=0-999", 0, length)]
    {
        let answer = ask(&house, &path, |request| request.header("range", range)).await;
        assert_eq!((answer.status, &answer.bytes[..]), (StatusCode::PARTIAL_CONTENT, &BYTES[begin..end]), "{range}");
        assert_eq!(answer.header("content-range"), format!("bytes {begin}-{}/{length}", end - 1));
        assert_eq!(answer.header("content-length"), (end - begin).to_string());
    }
    let several = ask(&house, &path, |request| request.header("range", "bytes=0-1,3-4")).await;
    assert_eq!((several.status, &several.bytes[..]), (StatusCode::OK, BYTES));
}

#[tokio::test]
async fn a_part_of_another_version_is_the_whole() {
    let house = House::new().await;
    let path = link(&house).await;
    let tag = house.read_openly(&path).await.header("etag").to_owned();
    let with = async |tag: &str| {
        ask(&house, &path, |request| request.header("range", "bytes=0-1").header("if-range", tag)).await
    };
    assert_eq!(with(&tag).await.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(with("\"other\"").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_part_past_the_end_is_told_the_length() {
    let house = House::new().await;
    let path = link(&house).await;
    let answer = ask(&house, &path, |request| request.header("range", "bytes=999-")).await;
    answer.problem(416, "range_not_satisfiable");
    assert_eq!(answer.header("content-range"), format!("bytes */{}", BYTES.len()));
}

#[tokio::test]
async fn a_head_says_the_same_without_the_bytes() {
    let house = House::new().await;
    let path = link(&house).await;
    let whole = house.read_openly(&path).await;
    let head = ask(&house, &path, |request| request.method(Method::HEAD)).await;
    assert_eq!((head.status, head.bytes.len()), (StatusCode::OK, 0));
    for name in ["content-type", "content-length", "etag", "accept-ranges"] {
        assert_eq!(head.header(name), whole.header(name), "{name}");
    }
}

#[tokio::test]
async fn a_link_works_for_its_time_and_no_longer() {
    let house = House::new().await;
    let path = link(&house).await;
    house.memory.clock.advance(LINK_TTL / 15 * 13);
    assert_eq!(house.read_openly(&path).await.status, StatusCode::OK);
    house.memory.clock.advance(LINK_TTL / 15 * 2);
    let expired = house.read_openly(&path).await;
    expired.problem(404, "not_found");
    let altered = house.read_openly("/media/v1.AAAA.AAAA").await;
    assert_eq!(altered.masked(), expired.masked(), "nothing tells an expired link from an invented one");
}

#[tokio::test]
async fn an_altered_link_opens_nothing() {
    let house = House::new().await;
    let path = link(&house).await;
    let token = path.strip_prefix("/media/").unwrap();
    let (payload, signature) = token.strip_prefix("v1.").unwrap().split_once('.').unwrap();
    let turned: String = payload.chars().rev().collect();
    for bad in [
        format!("v1.{turned}.{signature}"),
        format!("v1.{payload}.{payload}"),
        format!("v1.{payload}."),
        format!("v2.{payload}.{signature}"),
        payload.to_owned(),
        "x".to_owned(),
    ] {
        house.read_openly(&format!("/media/{bad}")).await.problem(404, "not_found");
    }
}
