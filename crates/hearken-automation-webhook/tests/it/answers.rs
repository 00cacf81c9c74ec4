//! What follows from an answer: each class of status, how long to leave the receiver alone, and what is kept of it.

use std::time::Duration;

use hearken_domain::{
    delivery::MAX_RESPONSE_SHOWN,
    ports::{AutomationDispatcher, Dispatched, Outcome},
    time::Timestamp,
};

use crate::{
    receiver::{Play, Receiver, Then},
    stage::{PAYLOAD, Terms, message, parcel, secret},
};

const FAILED: Outcome = Outcome::Failed { retry_after: None };

async fn answered(head: &str, body: &str) -> Dispatched {
    let receiver = Receiver::answering(head, body).await;
    let dispatched = Terms::new(&[receiver.port()]).dispatch(&receiver.url()).await;
    assert_eq!(receiver.calls().len(), 1, "one call is one attempt");
    dispatched
}

#[tokio::test]
async fn each_class_of_status_has_its_outcome() {
    for (head, outcome, error) in [
        ("200 OK", Outcome::Accepted, None),
        ("201 Created", Outcome::Accepted, None),
        ("202 Accepted", Outcome::Accepted, None),
        ("299 Whatever", Outcome::Accepted, None),
        ("300 Multiple Choices", FAILED, Some("the receiver redirects; redirects are not followed")),
        ("304 Not Modified", FAILED, Some("the receiver redirects; redirects are not followed")),
        ("400 Bad Request", FAILED, Some("the receiver answered 400")),
        ("404 Not Found", FAILED, Some("the receiver answered 404")),
        ("410 Gone", Outcome::Gone, Some("the receiver answered 410 Gone")),
        ("429 Too Many Requests", FAILED, Some("the receiver answered 429")),
        ("500 Oops", FAILED, Some("the receiver answered 500")),
        ("503 Later", FAILED, Some("the receiver answered 503")),
        ("999 What", FAILED, Some("the receiver answered 999")),
    ] {
        let dispatched = answered(head, "").await;
        assert_eq!((dispatched.outcome, dispatched.attempt.error.as_deref()), (outcome, error), "{head}");
        assert_eq!(dispatched.attempt.status_code, head[..3].parse().ok());
        assert_eq!(dispatched.attempt.response_body, None, "{head}");
    }
}

#[tokio::test]
async fn no_content_is_an_acknowledgement() {
    let says = b"HTTP/1.1 204 No Content\r\n\r\n".to_vec();
    let receiver = Receiver::start(Play { says, then: Then::Hold }).await;
    let dispatched = Terms::new(&[receiver.port()]).dispatch(&receiver.url()).await;
    assert_eq!((dispatched.outcome, dispatched.attempt.status_code), (Outcome::Accepted, Some(204)));
    receiver.ended().await;
}

#[tokio::test]
async fn a_receiver_says_when_to_come_again() {
    let at = Timestamp::from_unix_millis(784_111_777_000 - 90_000).unwrap();
    for (head, seconds) in [
        ("429 Slow Down\r\nretry-after: 120", Some(120)),
        ("503 Later\r\nretry-after: Sun, 06 Nov 1994 08:49:37 GMT", Some(90)),
        ("500 Oops\r\nRetry-After: 7", Some(7)),
        ("302 Found\r\nlocation: /\r\nretry-after: 5", Some(5)),
        ("503 Later\r\nretry-after: in a while", None),
        ("503 Later", None),
    ] {
        let receiver = Receiver::answering(head, "").await;
        let mut parcel = parcel(&receiver.url(), vec![secret(1)]);
        parcel.at = at;
        let dispatched = Terms::new(&[receiver.port()]).dispatcher().dispatch(parcel).await;
        assert_eq!(dispatched.outcome, Outcome::Failed { retry_after: seconds.map(Duration::from_secs) }, "{head}");
        assert_eq!(dispatched.attempt.at, at);
        assert_eq!(receiver.calls()[0].headers["webhook-timestamp"], "784111687");
    }
}

#[tokio::test]
async fn the_beginning_of_an_answer_is_kept_as_clean_text() {
    let text = |dispatched: Dispatched| dispatched.attempt.response_body.unwrap();
    assert_eq!(text(answered("200 OK", "{\"ok\":\n\0true}").await), "{\"ok\": true}");
    let long = "録".repeat(100_000);
    let kept = text(answered("500 Oops", &long).await);
    assert!(long.starts_with(&kept) && kept.len() == MAX_RESPONSE_SHOWN - 1, "{} bytes", kept.len());
}

#[tokio::test]
async fn a_call_says_this_and_nothing_else() {
    let receiver = Receiver::answering("200 OK", "").await;
    Terms::new(&[receiver.port()]).dispatch(&receiver.url()).await;
    let call = receiver.calls().remove(0);
    assert_eq!(call.line, "POST /hook?token=very%2Fsecret HTTP/1.1");
    assert_eq!(call.body, PAYLOAD.as_bytes());
    let (length, host, id) = (PAYLOAD.len().to_string(), receiver.address.to_string(), message().to_string());
    let mut names: Vec<&str> = call.headers.keys().map(http::HeaderName::as_str).collect();
    names.sort_unstable();
    let expected = [
        ("accept", "*/*"),
        ("accept-encoding", "identity"),
        ("content-length", length.as_str()),
        ("content-type", "application/json"),
        ("host", host.as_str()),
        ("svix-id", id.as_str()),
        ("svix-signature", call.headers["webhook-signature"].to_str().unwrap()),
        ("svix-timestamp", call.headers["webhook-timestamp"].to_str().unwrap()),
        ("user-agent", "Hearken test"),
        ("webhook-id", id.as_str()),
    ];
    let signed = ["webhook-signature", "webhook-timestamp"];
    assert_eq!(names, expected.iter().map(|(name, _)| *name).chain(signed).collect::<Vec<_>>());
    for (name, value) in expected {
        assert_eq!(call.headers[name], value, "{name}");
    }
}
