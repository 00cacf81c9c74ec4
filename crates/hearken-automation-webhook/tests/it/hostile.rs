//! Receivers that misbehave: an attempt ends all the same, in bounded time and memory, and lets go of the connection.

use std::{net::Ipv4Addr, time::Duration};

use hearken_domain::ports::{AutomationDispatcher, Dispatched, Outcome};
use hearken_egress::{EgressSettings, Timeouts};
use tokio::{
    net::{TcpListener, TcpSocket},
    time::{pause, resume, sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    receiver::{Play, Receiver, Then},
    stage::{HTTP_1, PLENTY, Terms, certificate, parcel, secret, server},
};

const LATE: &str = "the receiver did not answer within 60 s";

/// Of a receiver that goes on and on. Within an attempt it comes to fewer header fields than an answer may have.
const NOW_AND_THEN: Duration = Duration::from_secs(1);

/// More than loopback takes.
const MOMENT: Duration = Duration::from_millis(50);

const FAILED: Outcome = Outcome::Failed { retry_after: None };

/// Brings a parcel to a receiver that plays; the attempt must end by itself.
async fn ended(says: impl Into<Vec<u8>>, then: Then) -> (Dispatched, Receiver) {
    let receiver = Receiver::start(Play { says: says.into(), then }).await;
    let terms = Terms::new(&[receiver.port()]);
    let dispatched = timeout(2 * PLENTY, terms.dispatch(&receiver.url())).await.expect("the attempt ends");
    assert_eq!(receiver.calls().len(), 1, "one call is one attempt");
    receiver.ended().await;
    (dispatched, receiver)
}

/// The same, where nothing but the deadline can end the attempt.
async fn ended_late(says: impl Into<Vec<u8>>, then: Then) -> Dispatched {
    let receiver = Receiver::start(Play { says: says.into(), then }).await;
    let terms = Terms::new(&[receiver.port()]);
    let dispatched = late(terms.dispatch(&receiver.url()), &receiver).await;
    assert_eq!(receiver.calls().len(), 1, "one call is one attempt");
    receiver.ended().await;
    dispatched
}

/// Once the receiver has said what it will say, only the clock is waited for, and it is moved on.
async fn late(dispatching: impl Future<Output = Dispatched>, receiver: &Receiver) -> Dispatched {
    let passing = async {
        receiver.said().await;
        sleep(MOMENT).await;
        pause();
    };
    let (dispatched, ()) = tokio::join!(timeout(2 * PLENTY, dispatching), passing);
    resume();
    dispatched.expect("the attempt ends")
}

fn lasted_to_its_deadline(dispatched: &Dispatched) -> bool {
    u128::from(dispatched.attempt.duration_ms) >= PLENTY.as_millis()
}

fn told(dispatched: &Dispatched) -> (Outcome, Option<u16>, Option<&str>) {
    (dispatched.outcome, dispatched.attempt.status_code, dispatched.attempt.error.as_deref())
}

#[tokio::test]
async fn one_that_never_answers() {
    let dispatched = ended_late("", Then::Hold).await;
    assert_eq!(told(&dispatched), (FAILED, None, Some(LATE)));
    assert!(lasted_to_its_deadline(&dispatched), "{dispatched:?}");
}

/// The attempt has a deadline of its own, whatever the guard's are.
#[tokio::test]
async fn one_that_never_answers_though_the_guard_would_wait() {
    let long = Duration::from_secs(600);
    for says in ["", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"] {
        let receiver = Receiver::start(Play { says: says.into(), then: Then::Hold }).await;
        let terms = Terms::new(&[receiver.port()]);
        let timeouts = Timeouts { head: long, idle: long, total: long, ..Timeouts::default() };
        let dispatcher = terms.dispatcher_over(EgressSettings { timeouts, ..terms.egress() });
        let parcel = parcel(&receiver.url(), vec![secret(1)]);
        let dispatched = late(dispatcher.dispatch(parcel), &receiver).await;
        assert_eq!(dispatched.attempt.error.as_deref(), says.is_empty().then_some(LATE));
        receiver.ended().await;
    }
}

#[tokio::test]
async fn one_that_never_ends_its_head() {
    for (says, piece) in [("HTTP/1.1 200 OK\r\n", "x-more: yes\r\n"), ("", "HTTP/1.1 102 Processing\r\n\r\n")] {
        let then = Then::Repeat(piece.into(), NOW_AND_THEN);
        let dispatched = ended_late(says, then).await;
        assert_eq!(told(&dispatched), (FAILED, None, Some(LATE)), "{piece}");
    }
}

const CHUNKED: &str = "transfer-encoding: chunked\r\n\r\n";

#[tokio::test]
async fn one_that_answers_for_ever_at_full_speed() {
    for (status, outcome) in [("200 OK", Outcome::Accepted), ("500 Oops", FAILED)] {
        let piece = [&b"1000\r\n"[..], &[b'a'; 4096], b"\r\n"].concat();
        let says = format!("HTTP/1.1 {status}\r\n{CHUNKED}");
        let (dispatched, receiver) = ended(says, Then::Repeat(piece, Duration::ZERO)).await;
        assert_eq!((dispatched.outcome, dispatched.attempt.response_body), (outcome, Some("a".repeat(1024))));
        // What the buffers of both ends hold, beside the 64 KiB that were read.
        assert!(receiver.repeated() < 32 * 1024 * 1024, "{} bytes were taken", receiver.repeated());
    }
}

/// The head acknowledges; what comes after it decides nothing.
#[tokio::test]
async fn one_that_answers_for_ever_drop_by_drop() {
    let says = format!("HTTP/1.1 200 OK\r\n{CHUNKED}");
    let dispatched = ended_late(says, Then::Repeat(b"1\r\na\r\n".to_vec(), NOW_AND_THEN)).await;
    assert_eq!(told(&dispatched), (Outcome::Accepted, Some(200), None));
    assert!(lasted_to_its_deadline(&dispatched), "{dispatched:?}");
    assert!(dispatched.attempt.response_body.unwrap().starts_with('a'));
}

#[tokio::test]
async fn one_whose_body_stalls_or_breaks_off() {
    let says = "HTTP/1.1 503 Later\r\nretry-after: 9\r\ncontent-length: 100\r\n\r\nnot now";
    for then in [Then::Hold, Then::Cut, Then::Close] {
        let dispatched = match then {
            Then::Hold => ended_late(says, then).await,
            then => ended(says, then).await.0,
        };
        let outcome = Outcome::Failed { retry_after: Some(Duration::from_secs(9)) };
        assert_eq!(told(&dispatched), (outcome, Some(503), Some("the receiver answered 503")));
        assert_eq!(dispatched.attempt.response_body.as_deref(), Some("not now"));
    }
    let says = "HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\nthanks";
    for then in [Then::Hold, Then::Cut, Then::Close] {
        let dispatched = match then {
            Then::Hold => ended_late(says, then).await,
            then => ended(says, then).await.0,
        };
        assert_eq!(told(&dispatched), (Outcome::Accepted, Some(201), None));
        assert_eq!(dispatched.attempt.response_body.as_deref(), Some("thanks"));
    }
}

/// Small servers write such answers, and have worked off the event by then: it must not come again.
#[tokio::test]
async fn one_whose_body_is_framed_wrongly_has_answered_all_the_same() {
    for framing in [
        "content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "content-length: 3\r\ncontent-length: 4\r\n\r\nabc",
        "content-length: 3, 3\r\n\r\nabc",
        "content-length: -1\r\n\r\nabc",
        "content-length: \r\n\r\nabc",
        "content-length: 99999999999999999999999\r\n\r\nabc",
        "transfer-encoding: identity\r\n\r\nabc",
        "transfer-encoding: gzip, chunked\r\n\r\nabc",
        "transfer-encoding: chunked\r\n\r\nno chunk at all",
        "transfer-encoding: chunked\r\n\r\nffffffffffffffffffff\r\nabc",
        "transfer-encoding: chunked\r\n\r\n3\r\nabcdef\r\n",
        "content-length: 10\r\n\r\nabc",
        "content-length: 1\r\n\r\nabc and more than was promised",
        "\r\nabc",
    ] {
        for then in [Then::Close, Then::Cut] {
            let (dispatched, _) = ended(format!("HTTP/1.1 200 OK\r\n{framing}"), then).await;
            assert_eq!(told(&dispatched), (Outcome::Accepted, Some(200), None), "{framing:?}");
        }
        let says = format!("HTTP/1.1 503 Later\r\nretry-after: 9\r\n{framing}");
        let (dispatched, _) = ended(says, Then::Close).await;
        let outcome = Outcome::Failed { retry_after: Some(Duration::from_secs(9)) };
        assert_eq!(told(&dispatched), (outcome, Some(503), Some("the receiver answered 503")), "{framing:?}");
    }
    let old = "HTTP/1.0 202 Accepted\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";
    let (dispatched, _) = ended(old, Then::Close).await;
    assert_eq!(told(&dispatched), (Outcome::Accepted, Some(202), None));
}

#[tokio::test]
async fn one_that_closes_before_its_answer_or_breaks_http() {
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x-a: b\r\n".repeat(101));
    let long = format!("HTTP/1.1 200 OK\r\nx-long: {}\r\n\r\n", "a".repeat(70 * 1024));
    for says in [
        "",
        "HTTP/1.1 200 OK\r\ncontent-",
        "I am no HTTP\r\n\r\n",
        "HTTP/1.1 200 OK\ncontent-length: 0\n\n",
        &many,
        &long,
    ] {
        for then in [Then::Close, Then::Cut] {
            let (dispatched, _) = ended(says, then).await;
            let error = "the receiver's answer broke off or breaks the rules of http";
            assert_eq!(told(&dispatched), (FAILED, None, Some(error)), "{says:.40}");
        }
    }
}

#[tokio::test]
async fn one_that_shakes_no_hands() {
    // The system takes the connection; nobody ever looks at it.
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = silent.local_addr().unwrap();
    let terms = Terms::new(&[address.port()]).within(Duration::from_secs(2));
    let dispatched = timeout(PLENTY, terms.dispatch(&format!("https://{address}/"))).await.expect("the attempt ends");
    assert_eq!(told(&dispatched), (FAILED, None, Some("the receiver did not answer within 2 s")));
}

#[tokio::test]
async fn one_that_is_not_there() {
    // The port is taken, so that no other process listens there.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let address = socket.local_addr().unwrap();
    let refusing = Terms::new(&[address.port()]).dispatch(&format!("https://{address}/")).await;
    assert_eq!(told(&refusing), (FAILED, None, Some("the receiver refused the connection or cannot be reached")));
}

#[tokio::test]
async fn one_that_nobody_vouches_for() {
    let stranger = TlsAcceptor::from(server(&certificate(), HTTP_1));
    let receiver = Receiver::with(stranger, |_, _| async {}).await;
    let dispatched = Terms::new(&[receiver.port()]).dispatch(&receiver.url()).await;
    assert_eq!((dispatched.outcome, dispatched.attempt.status_code), (FAILED, None));
    assert!(dispatched.attempt.error.unwrap().contains("certificate"));
}
