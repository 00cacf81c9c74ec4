//! Receivers of webhooks: HTTPS on loopback, each path a receiver of its own, which behaves as a test tells it.

mod call;

use std::{
    collections::HashMap,
    future::pending,
    io,
    net::Ipv4Addr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http_body_util::{BodyExt, StreamBody};
use hyper::{
    Request, Response, StatusCode,
    body::{Frame, Incoming},
    header::{HeaderName, HeaderValue, LOCATION, RETRY_AFTER},
};

pub use self::call::Call;
use crate::{
    certificates::Authority,
    ledger::{Counts, Ledger},
    seen::Seen,
    web::{self, Answered, Body, Serving},
};

/// What a receiver does with a call.
#[derive(Clone, Debug, Default)]
pub enum Behaviour {
    /// 204.
    #[default]
    Accepts,
    /// This status, with a short text.
    Answers(u16),
    /// 429, and `Retry-After` with so many seconds.
    Later(u32),
    /// Nothing, ever.
    Hangs,
    /// 500, and a text without an end, as fast as it is read.
    Floods,
    /// 500, and a text without an end, a byte now and then.
    Drips,
    /// 302 to there.
    Redirects(String),
    /// Closes the connection without an answer.
    Closes,
}

/// The receivers; they end when this is dropped.
pub struct Receivers {
    serving: Serving,
    scene: Arc<Scene>,
}

#[derive(Default)]
struct Scene {
    calls: Seen<Call>,
    ledger: Arc<Ledger>,
    behaviours: Mutex<HashMap<String, Behaviour>>,
}

impl Receivers {
    /// Starts on a free port, with a certificate of this authority.
    pub async fn start(authority: &Authority) -> Self {
        let scene = Arc::<Scene>::default();
        let serving = Serving::start(Some(authority.acceptor()), {
            let scene = Arc::clone(&scene);
            move |request| answer(Arc::clone(&scene), request)
        })
        .await;
        Self { serving, scene }
    }

    /// Where they listen.
    pub fn port(&self) -> u16 {
        self.serving.address.port()
    }

    /// The URL of the receiver at a path.
    pub fn url(&self, path: &str) -> String {
        format!("https://{}:{}{path}", Ipv4Addr::LOCALHOST, self.port())
    }

    /// Sets what the receiver at a path does from now on.
    pub fn behave(&self, path: &str, behaviour: Behaviour) {
        self.scene.behaviours.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), behaviour);
    }

    /// Every call of every receiver, noted before it is answered.
    pub fn calls(&self) -> &Seen<Call> {
        &self.scene.calls
    }

    /// The calls of one receiver.
    pub fn calls_of(&self, path: &str) -> Vec<Call> {
        self.calls().all().into_iter().filter(|call| call.path == path).collect()
    }

    /// Waits until a receiver has been called with so many different ids.
    pub async fn reached(&self, path: &str, ids: usize) {
        let count = |calls: &[Call]| {
            let mut seen: Vec<&str> = calls.iter().filter(|call| call.path == path).map(Call::id).collect();
            seen.sort_unstable();
            seen.dedup();
            (seen.len() >= ids).then_some(())
        };
        self.calls().until(&format!("{path} hears of {ids}"), count).await;
    }

    /// How often a receiver was called, and how many calls it had at a time.
    pub fn counts(&self, path: &str) -> Counts {
        self.scene.ledger.counts(path)
    }
}

async fn answer(scene: Arc<Scene>, request: Request<Incoming>) -> Answered {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let _asking = scene.ledger.begin(&path);
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let behaviour = scene.behaviours.lock().unwrap_or_else(PoisonError::into_inner).get(&path).cloned();
    scene.calls.note(Call { path, headers: head.headers, body });
    Ok(match behaviour.unwrap_or_default() {
        Behaviour::Accepts => web::text(StatusCode::NO_CONTENT, "text/plain", ""),
        Behaviour::Answers(status) => bare(status),
        Behaviour::Later(seconds) => with(bare(429), RETRY_AFTER, &seconds.to_string()),
        Behaviour::Redirects(there) => with(bare(302), LOCATION, &there),
        Behaviour::Hangs => pending().await,
        Behaviour::Closes => return Err(io::Error::other("closed")),
        Behaviour::Floods => endless(stream::repeat_with(|| Bytes::from(vec![b'!'; 16 * 1024]))),
        Behaviour::Drips => {
            let pause = || async { tokio::time::sleep(Duration::from_millis(250)).await };
            endless(stream::repeat_with(|| Bytes::from_static(b"!")).then(move |byte| async move {
                pause().await;
                byte
            }))
        }
    })
}

fn bare(status: u16) -> Response<Body> {
    let status = StatusCode::from_u16(status).expect("tests name statuses that there are");
    web::text(status, "text/plain", format!("this is {status}"))
}

fn with(mut response: Response<Body>, name: HeaderName, value: &str) -> Response<Body> {
    response.headers_mut().insert(name, HeaderValue::from_str(value).expect("tests name values that there are"));
    response
}

fn endless(pieces: impl futures_util::Stream<Item = Bytes> + Send + Sync + 'static) -> Response<Body> {
    let mut response = bare(500);
    let frames = pieces.map(|piece| Ok::<_, io::Error>(Frame::data(piece)));
    *response.body_mut() = BodyExt::boxed(StreamBody::new(frames));
    response
}
