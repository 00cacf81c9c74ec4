//! Heads that are too large or malformed: a 4xx, and never a 5xx.

use crate::{client::status_for, service::Service};

type Head = (&'static str, String, &'static [u16]);

/// A request for the health of the service with these header lines.
fn with(lines: &str) -> String {
    format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{lines}\r\n")
}

/// A create without a key, with these header lines and a body of two bytes.
fn create(lines: &str) -> String {
    format!("POST /api/v2/engagements HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{lines}\r\n{{}}")
}

fn line(text: &str) -> String {
    format!("{text}\r\nhost: localhost\r\nconnection: close\r\n\r\n")
}

fn too_large() -> Vec<Head> {
    let many: String = (0..201).map(|at| format!("x-{at}: y\r\n")).collect();
    let long = |length: usize| "x".repeat(length);
    vec![
        ("a header of 70,000 bytes", with(&format!("x: {}\r\n", long(70_000))), &[431]),
        ("a header of 200,000 bytes", with(&format!("x: {}\r\n", long(200_000))), &[431]),
        ("a header's name of 70,000 bytes", with(&format!("{}: y\r\n", long(70_000))), &[400, 431]),
        ("more than two hundred headers", with(&many), &[431]),
        ("a target of 65,500 bytes", line(&format!("GET /healthz?{} HTTP/1.1", long(65_500))), &[414, 431]),
        ("a target of 70,000 bytes", line(&format!("GET /{} HTTP/1.1", long(70_000))), &[414, 431]),
        ("a target of 200,000 bytes", line(&format!("GET /{} HTTP/1.1", long(200_000))), &[414, 431]),
        ("a method of 200,000 bytes", line(&format!("{} / HTTP/1.1", long(200_000))), &[400, 431]),
    ]
}

fn malformed() -> Vec<Head> {
    vec![
        ("a nul in a header", with("x: a\0b\r\n"), &[400]),
        ("a nul in a target", line("GET /heal\0thz HTTP/1.1"), &[400]),
        ("a header without a colon", with("x\r\n"), &[400]),
        ("a header without a name", with(": x\r\n"), &[400]),
        ("a space in a header's name", with("x y: z\r\n"), &[400]),
        ("a folded header", with("x: a\r\n b\r\n"), &[400]),
        ("a method of symbols", line("G@T /healthz HTTP/1.1"), &[400, 405]),
        ("a method in lower case", line("get /healthz HTTP/1.1"), &[400, 405]),
        ("no target", line("GET HTTP/1.1"), &[400]),
        ("a space in a target", line("GET /heal thz HTTP/1.1"), &[400]),
        ("a version of the future", line("GET /healthz HTTP/3.0"), &[400, 505]),
        ("no version", line("GET /healthz"), &[400, 505]),
        ("two different lengths", create("content-length: 2\r\ncontent-length: 3\r\n"), &[400]),
        ("a negative length", create("content-length: -1\r\n"), &[400]),
        ("a length of words", create("content-length: two\r\n"), &[400]),
        ("a length that overflows", create("content-length: 99999999999999999999999\r\n"), &[400, 413, 431]),
        ("a coding that nobody knows", create("transfer-encoding: gzip\r\n"), &[400, 501]),
        ("two keys", create("authorization: a\r\nauthorization: b\r\ncontent-length: 2\r\n"), &[401]),
        ("a key that is no text", create("authorization: \u{e9}\r\ncontent-length: 2\r\n"), &[401]),
        ("no key", create("content-length: 2\r\n"), &[401]),
    ]
}

#[tokio::test]
async fn every_bad_head_is_the_clients_fault() {
    let service = Service::with_places(64).await;
    let mut faults = Vec::new();
    for (name, head, allowed) in too_large().into_iter().chain(malformed()) {
        match status_for(service.address, head.as_bytes()).await {
            Some(status) if allowed.contains(&status) => {}
            other => faults.push(format!("{name}: {other:?}, expected one of {allowed:?}")),
        }
    }
    assert_eq!(status_for(service.address, with("").as_bytes()).await, Some(200), "the service has survived");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
