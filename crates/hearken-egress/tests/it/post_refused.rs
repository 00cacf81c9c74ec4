//! A `POST` goes nowhere that a `GET` may not go: real listeners at the refused addresses see no connection.

use std::{
    io::ErrorKind,
    net::{Ipv4Addr, TcpListener},
};

use bytes::Bytes;
use hearken_egress::{EgressError, EgressSettings, GetRequest, Guard, PostRequest};
use http::{HeaderValue, StatusCode};

use crate::{
    name_server::NameServer,
    receiver::{HTTP_1, NAMED, Receiver, guard, settings},
};

/// Also this machine, and on no allow list.
const FORBIDDEN: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

fn listener(ip: Ipv4Addr, port: u16) -> TcpListener {
    let listener = TcpListener::bind((ip, port)).unwrap();
    listener.set_nonblocking(true).unwrap();
    listener
}

/// A connection waits in the listener's queue from the moment that it was made.
fn saw_nothing(listener: &TcpListener) -> bool {
    listener.accept().is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}

async fn outcomes(guard: &Guard, judged_by: &Guard, url: &str) -> [Result<StatusCode, EgressError>; 2] {
    let url = judged_by.judge(url).unwrap();
    let post = PostRequest::new(url.clone(), HeaderValue::from_static("application/json"), Bytes::from_static(b"{}"));
    let status = |response: hearken_egress::Response| response.status;
    [guard.post(post).await.map(status), guard.get(GetRequest::new(url)).await.map(status)]
}

fn all_not_allowed(outcomes: &[Result<StatusCode, EgressError>]) -> bool {
    outcomes.iter().all(|outcome| matches!(outcome, Err(EgressError::NotAllowed { .. })))
}

#[tokio::test]
async fn a_forbidden_literal_is_refused_even_when_another_guard_judged_it() {
    let forbidden = listener(FORBIDDEN, 0);
    let port = forbidden.local_addr().unwrap().port();
    let url = format!("https://{FORBIDDEN}:{port}/");
    let (strict, open) = (guard(settings(&[port])), guard(EgressSettings { allow: all(), ..settings(&[port]) }));
    assert!(matches!(strict.judge(&url), Err(EgressError::NotAllowed { .. })));
    let outcomes = outcomes(&strict, &open, &url).await;
    assert!(all_not_allowed(&outcomes), "{outcomes:?}");
    assert!(saw_nothing(&forbidden));
}

fn all() -> Vec<ipnet::IpNet> {
    vec!["0.0.0.0/0".parse().unwrap()]
}

#[tokio::test]
async fn one_forbidden_address_refuses_a_name() {
    let allowed = listener(Ipv4Addr::LOCALHOST, 0);
    let port = allowed.local_addr().unwrap().port();
    let forbidden = listener(FORBIDDEN, port);
    let names = NameServer::start(&[Ipv4Addr::LOCALHOST, FORBIDDEN]).await;
    let guard = guard(EgressSettings { nameservers: vec![names.address], ..settings(&[port]) });
    let outcomes = outcomes(&guard, &guard, &format!("https://{NAMED}:{port}/")).await;
    assert!(all_not_allowed(&outcomes), "{outcomes:?}");
    assert!(saw_nothing(&allowed) && saw_nothing(&forbidden));
}

/// What shows that the refusals above are not those of a broken stage.
#[tokio::test]
async fn a_name_with_allowed_addresses_is_sent_to() {
    let receiver = Receiver::start(HTTP_1, StatusCode::OK, None).await;
    let names = NameServer::start(&[Ipv4Addr::LOCALHOST]).await;
    let port = receiver.address.port();
    let guard = guard(EgressSettings { nameservers: vec![names.address], ..settings(&[port]) });
    let outcomes = outcomes(&guard, &guard, &format!("https://{NAMED}:{port}/")).await;
    assert_eq!(outcomes, [Ok(StatusCode::OK), Ok(StatusCode::OK)]);
    assert_eq!(receiver.take_sent()[0].head.headers["host"], format!("{NAMED}:{port}"));
}
