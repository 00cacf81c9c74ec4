//! A server that fails: the work waits, and the fallback is not asked.

use std::{fmt::Debug, net::Ipv4Addr, sync::Arc, time::Duration};

use hearken_domain::{
    engine::{EngineError, EngineErrorKind},
    ports::{Extractor, Summariser, Tagger},
};
use hearken_insights_http::{ChatAnalyser, ChatSettings};
use tokio::{
    net::TcpSocket,
    sync::Notify,
    time::{pause, resume},
};
use url::Url;

use crate::{
    chat_server::{ChatServer, Reply},
    stage::{analyser, analyser_with, call, settings, tags},
};

const LATER: EngineErrorKind = EngineErrorKind::Unavailable { retry_after: None };

/// All three fail in the same way.
async fn failure(analyser: &ChatAnalyser) -> EngineError {
    let error = analyser.summarise(&call()).await.unwrap_err();
    for same in [analyser.tag(&call(), &tags()).await.unwrap_err(), analyser.extract(&call()).await.unwrap_err()] {
        assert_eq!((same.kind, same.code, &same.message), (error.kind, error.code, &error.message));
    }
    error
}

/// What a failing server makes of it, without the fallback.
async fn failing(reply: impl Fn() -> Reply + Send + Sync + 'static) -> (EngineErrorKind, &'static str) {
    let server = ChatServer::start(move |_| reply()).await;
    let (analyser, local) = analyser(&server.url);
    let error = failure(&analyser).await;
    assert_eq!(
        (local.calls(), server.asked().len()),
        (0, 3),
        "no other analyser stands in, and nothing is tried again"
    );
    let mut shown = error.to_string();
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(&error);
    while let Some(error) = cause {
        shown = format!("{shown}: {error}");
        cause = error.source();
    }
    for secret in ["127.0.0.1", "price", "SECRET"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    (error.kind, error.code)
}

#[tokio::test]
async fn what_may_pass_is_unavailable() {
    for status in [500, 502, 503, 429, 408] {
        let told = failing(move || Reply::Status(status, Vec::new(), "SECRET price")).await;
        assert_eq!(told, (LATER, "insights_unavailable"), "{status}");
    }
    assert_eq!(failing(|| Reply::BreaksOff).await, (LATER, "insights_unavailable"));
}

#[tokio::test]
async fn a_server_that_hangs_is_unavailable() {
    let asked = Arc::new(Notify::new());
    let noted = Arc::clone(&asked);
    let server = ChatServer::start(move |_| {
        noted.notify_one();
        Reply::Hangs
    })
    .await;
    let settings = ChatSettings { timeout: Duration::from_mins(1), ..settings(&server.url) };
    let (analyser, local) = analyser_with(&settings);
    let call = call();
    for error in [
        late(analyser.summarise(&call), &asked).await,
        late(analyser.tag(&call, &tags()), &asked).await,
        late(analyser.extract(&call), &asked).await,
    ] {
        assert_eq!((error.kind, error.code), (LATER, "insights_unavailable"));
    }
    assert_eq!(
        (local.calls(), server.asked().len()),
        (0, 3),
        "no other analyser stands in, and nothing is tried again"
    );
}

/// Once the server was asked only the clock is waited for, and it is moved on.
async fn late<T: Debug>(asking: impl Future<Output = Result<T, EngineError>>, asked: &Notify) -> EngineError {
    let passing = async {
        asked.notified().await;
        pause();
    };
    let (made, ()) = tokio::join!(asking, passing);
    resume();
    made.unwrap_err()
}

#[tokio::test]
async fn a_server_says_how_long_to_leave_it_alone() {
    let seconds = |seconds| EngineErrorKind::Unavailable { retry_after: Some(Duration::from_secs(seconds)) };
    for status in [429, 503] {
        let told = failing(move || Reply::Status(status, vec![("retry-after", "17")], "")).await;
        assert_eq!(told, (seconds(17), "insights_unavailable"), "{status}");
    }
    let fields = vec![("date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT")];
    assert_eq!(failing(move || Reply::Status(429, fields.clone(), "")).await, (seconds(60), "insights_unavailable"));
}

#[tokio::test]
async fn what_the_operator_must_put_right_is_not_ready() {
    for (status, code) in [
        (401, "insights_unauthorized"),
        (403, "insights_unauthorized"),
        (402, "insights_unpaid"),
        (404, "insights_not_found"),
    ] {
        let told = failing(move || Reply::Status(status, Vec::new(), r#"{"error": {"message": "SECRET"}}"#)).await;
        assert_eq!(told, (EngineErrorKind::NotReady, code), "{status}");
    }
    let unpaid = || Reply::Status(429, Vec::new(), r#"{"error": {"code": "insufficient_quota"}}"#);
    assert_eq!(failing(unpaid).await, (EngineErrorKind::NotReady, "insights_unpaid"));
    let no_model = || Reply::Status(400, Vec::new(), r#"{"error": {"code": "model_not_found"}}"#);
    assert_eq!(failing(no_model).await, (EngineErrorKind::NotReady, "insights_not_found"));
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let there = ChatServer::start(|_| Reply::Says("{}".to_owned())).await;
    let location: &'static str = Box::leak(there.url.to_string().into_boxed_str());
    for status in [302, 307, 308] {
        let told = failing(move || Reply::Status(status, vec![("location", location)], "")).await;
        assert_eq!(told, (EngineErrorKind::NotReady, "insights_redirect"), "{status}");
    }
    assert!(there.asked().is_empty());
}

#[tokio::test]
async fn nobody_there_is_unavailable() {
    // The port is taken, so that no other process listens there.
    let closed = TcpSocket::new_v4().unwrap();
    closed.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let url = Url::parse(&format!("http://{}", closed.local_addr().unwrap())).unwrap();
    let (analyser, local) = analyser(&url);
    let error = failure(&analyser).await;
    assert_eq!((error.kind, error.code, local.calls()), (LATER, "insights_unavailable", 0));
}
