//! Bodies that no reader should trip over: a 400, 413 or 422, and never a 5xx.

use serde_json::json;
use tokio::task::JoinSet;

use crate::{
    client::{ask, health, posting, status_for},
    service::{MAX_BODY, Service, timeline},
};

type Body = (&'static str, Vec<u8>, &'static [u16]);

const NOT_JSON: &[u16] = &[400];
const NOT_GOOD: &[u16] = &[400, 422];

fn nested() -> Vec<Body> {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000));
    let field = |name: &str, value: &str| format!("{{\"external_id\":\"x\",\"{name}\":{value}}}").into_bytes();
    let arrays = deep("[", "]");
    let objects = deep("{\"a\":", "}").replace(":}", ":1}");
    vec![
        ("ten thousand brackets", arrays.clone().into_bytes(), NOT_JSON),
        ("ten thousand brackets that do not close", vec![b'['; 10_000], NOT_JSON),
        ("ten thousand braces", objects.clone().into_bytes(), NOT_GOOD),
        ("brackets in an unknown field", field("x", &arrays), NOT_GOOD),
        ("braces in an unknown field", field("x", &objects), NOT_GOOD),
        ("brackets for a title", field("title", &arrays), NOT_GOOD),
        ("brackets for participants", field("participants", &arrays), NOT_GOOD),
        ("braces for a timeline", field("transcript_timeline", &objects), NOT_GOOD),
        ("braces for a credential", field("media_auth", &objects), NOT_GOOD),
        ("a hundred thousand participants", field("participants", &format!("[{}1]", "1,".repeat(100_000))), NOT_GOOD),
        (
            "a hundred thousand empty participants",
            field("participants", &format!("[{}{{}}]", "{},".repeat(80_000))),
            NOT_GOOD,
        ),
    ]
}

fn texts() -> Vec<Body> {
    let titled = |title: &[u8]| [b"{\"external_id\":\"x\",\"title\":\"", title, b"\"}"].concat();
    let doubled = timeline("hostile").to_string().replacen('{', "{\"title\":\"first\",", 1);
    vec![
        ("nothing", Vec::new(), NOT_JSON),
        ("white space", vec![b' '; 1000], NOT_JSON),
        ("a null", b"null".to_vec(), NOT_JSON),
        ("nuls", vec![0; 1000], NOT_JSON),
        ("a nul in a text", titled(b"a\0b"), NOT_GOOD),
        ("an escaped nul in a text", titled(b"a\\u0000b"), NOT_GOOD),
        ("bytes that are no utf-8", titled(b"\xff\xfe"), NOT_JSON),
        ("utf-8 that is too long", titled(b"\xc0\xaf"), NOT_JSON),
        ("a surrogate in utf-8", titled(b"\xed\xa0\x80"), NOT_JSON),
        ("half a surrogate pair", titled(b"\\ud800"), NOT_GOOD),
        ("utf-16", "{}".encode_utf16().flat_map(u16::to_le_bytes).collect(), NOT_JSON),
        ("a text without an end", b"{\"title\":\"".to_vec(), NOT_JSON),
        ("a key that stands twice", doubled.into_bytes(), NOT_JSON),
        ("a title of 200,000 letters", titled(&vec![b'a'; 200_000]), NOT_GOOD),
        ("a key of 200,000 letters", [b"{\"".to_vec(), vec![b'a'; 200_000], b"\":1}".to_vec()].concat(), NOT_GOOD),
        ("javascript", b"{external_id: 'x'}".to_vec(), NOT_JSON),
        ("two documents", b"{} {}".to_vec(), NOT_JSON),
        ("a form", b"external_id=x&title=y".to_vec(), NOT_JSON),
    ]
}

fn numbers() -> Vec<Body> {
    let timed = |number: &str| timeline("hostile").to_string().replace("900", number).into_bytes();
    vec![
        ("a time that overflows", timed("1e400"), NOT_GOOD),
        ("a time of ten thousand digits", timed(&"9".repeat(10_000)), NOT_GOOD),
        ("a time beyond 64 bits", timed("18446744073709551616"), NOT_GOOD),
        ("a negative time", timed("-1"), NOT_GOOD),
        ("a fraction of a time", timed("0.5"), NOT_GOOD),
        ("no number at all", timed("NaN"), NOT_JSON),
        ("a number with a zero in front", timed("0900"), NOT_JSON),
    ]
}

async fn fault(service: &Service, (name, body, allowed): Body) -> Option<String> {
    match ask(service.address, posting(&service.token, body)).await {
        Ok(answer) if allowed.contains(&answer.status) => None,
        Ok(answer) => Some(format!("{name}: {}, expected one of {allowed:?}: {}", answer.status, answer.text())),
        Err(error) => Some(format!("{name}: {error}")),
    }
}

#[tokio::test]
async fn every_bad_body_is_the_clients_fault() {
    let service = Service::with_places(64).await;
    let mut faults = Vec::new();
    for body in [nested(), texts(), numbers()].into_iter().flatten() {
        faults.extend(fault(&service, body).await);
    }
    assert_eq!(ask(service.address, health()).await.unwrap().status, 200, "the service has survived");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_however_it_comes() {
    let service = Service::with_places(64).await;
    let head = |line: &str| {
        format!(
            "POST /api/v2/engagements HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\nconnection: close\r\n{line}\r\n\r\n",
            service.token
        )
    };
    let announced = head(&format!("content-length: {}", MAX_BODY + 1));
    let sent = [announced.clone().into_bytes(), vec![b' '; MAX_BODY + 1]].concat();
    let chunk = [format!("{:x}\r\n", MAX_BODY + 1).into_bytes(), vec![b' '; MAX_BODY + 1], b"\r\n0\r\n\r\n".to_vec()];
    let chunked = [head("transfer-encoding: chunked").into_bytes(), chunk.concat()].concat();
    for (name, bytes) in [("announced", announced.into_bytes()), ("sent", sent), ("in a chunk", chunked)] {
        assert_eq!(status_for(service.address, &bytes).await, Some(413), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_bad_bodies_at_once_harm_nobody() {
    let service = Service::with_places(256).await;
    let (address, token) = (service.address, service.token.clone());
    let body = format!("{{\"external_id\":\"x\",\"participants\":{}}}", "[".repeat(200_000));
    let mut asks: JoinSet<_> = (0..64)
        .map(|_| {
            let request = posting(&token, body.clone());
            async move { ask(address, request).await.map(|answer| answer.status) }
        })
        .collect();
    let good = timeline("meanwhile");
    assert_eq!(ask(address, posting(&service.token, good.to_string())).await.unwrap().status, 201);
    while let Some(status) = asks.join_next().await {
        assert_eq!(status.unwrap().unwrap(), 400);
    }
    let again = ask(address, posting(&service.token, json!(good).to_string())).await.unwrap();
    assert_eq!(again.status, 200, "it is a repeat");
}
