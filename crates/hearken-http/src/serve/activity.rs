//! What a connection is doing, seen from the requests on it.
//!
//! Some clients cannot be told from the socket: one that answers every ping and never opens its HTTP/2 window blocks
//! nothing and takes nothing. Its answers are not asked for their next piece any more, and that is what shows it.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response, Version};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::Instant;

use crate::{
    body::{Body, BoxError},
    service::Api,
};

/// HTTP/2: the most bytes to queue at once. A longer piece would be queued whole, and nothing would show that nobody
/// takes it.
const PIECE: usize = 64 * 1024;
/// How long a connection may rest without a request.
const IDLE: Duration = Duration::from_secs(75);

/// The requests of one connection.
#[derive(Clone)]
pub(crate) struct Activity(Arc<Mutex<State>>);

struct State {
    /// Requests that have no answer yet.
    waiting: usize,
    /// Answers whose body is not sent yet.
    sending: usize,
    /// When any of this last changed, or an answer was asked for its next piece.
    moved_at: Instant,
}

impl Activity {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(State { waiting: 0, sending: 0, moved_at: Instant::now() })))
    }

    /// Returns once the client has not taken its answers for so long, or has asked for nothing for [`IDLE`].
    pub(crate) async fn ceases(&self, write_timeout: Duration) {
        loop {
            let limit = self.patience(write_timeout);
            let rests_since = self.update(|state| state.moved_at);
            if limit.is_some_and(|limit| rests_since.elapsed() >= limit) {
                return;
            }
            // What counts may change while this sleeps, so it never sleeps for long.
            let soon = Instant::now() + write_timeout;
            tokio::time::sleep_until(limit.map_or(soon, |limit| soon.min(rests_since + limit))).await;
        }
    }

    /// Since when the client has asked for nothing; none while it has.
    pub(crate) fn resting_since(&self) -> Option<Instant> {
        self.update(|state| (state.waiting == 0 && state.sending == 0).then_some(state.moved_at))
    }

    /// Counts a request until this is dropped: it is answered, or its client is gone.
    pub(crate) fn at_work(&self) -> Waiting {
        self.moved(|state| state.waiting += 1);
        Waiting(self.clone())
    }

    /// How long nothing may move now; `None` while the client waits for us.
    fn patience(&self, write_timeout: Duration) -> Option<Duration> {
        self.update(|state| match (state.waiting, state.sending) {
            (0, 0) => Some(IDLE),
            (0, _) => Some(write_timeout),
            _ => None,
        })
    }

    fn moved(&self, change: impl FnOnce(&mut State)) {
        self.update(|state| {
            change(state);
            state.moved_at = Instant::now();
        });
    }

    fn update<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        // Nothing that can panic happens under the lock.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Answers a request of this connection.
pub(crate) async fn watched<B>(api: Api, activity: Activity, request: Request<B>) -> Response<WatchedBody>
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let waiting = activity.at_work();
    let piece = if request.version() == Version::HTTP_2 { PIECE } else { usize::MAX };
    let response = api.handle(request).await;
    activity.moved(|state| state.sending += 1);
    drop(waiting);
    response.map(|inner| WatchedBody { inner, rest: Bytes::new(), piece, activity })
}

/// A request that has no answer yet.
pub(crate) struct Waiting(Activity);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.moved(|state| state.waiting -= 1);
    }
}

/// A body that tells whenever it is asked for its next piece.
pub(crate) struct WatchedBody {
    inner: Body,
    /// Of the last piece, what was not handed out yet.
    rest: Bytes,
    /// The most bytes to hand out at once.
    piece: usize,
    activity: Activity,
}

impl HttpBody for WatchedBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        self.activity.moved(|_| ());
        if self.rest.is_empty() {
            let frame = match Pin::new(&mut self.inner).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => frame,
                other => return other,
            };
            match frame.into_data() {
                Ok(data) => self.rest = data,
                Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
            }
        }
        let length = self.rest.len().min(self.piece);
        let piece = self.rest.split_to(length);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let rest = self.rest.len() as u64;
        let inner = self.inner.size_hint();
        let mut hint = SizeHint::new();
        hint.set_lower(inner.lower() + rest);
        if let Some(upper) = inner.upper() {
            hint.set_upper(upper + rest);
        }
        hint
    }
}

impl Drop for WatchedBody {
    fn drop(&mut self) {
        self.activity.moved(|state| state.sending -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITE: Duration = Duration::from_secs(20);

    async fn lasted(activity: &Activity) -> Duration {
        let began = Instant::now();
        activity.ceases(WRITE).await;
        began.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_resting_connection_ends_after_a_while() {
        assert_eq!(lasted(&Activity::new()).await, IDLE);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_nobody_takes_ends_it_sooner() {
        let activity = Activity::new();
        let body = WatchedBody {
            inner: crate::body::full("never taken"),
            rest: Bytes::new(),
            piece: PIECE,
            activity: activity.clone(),
        };
        activity.moved(|state| state.sending += 1);
        assert_eq!(lasted(&activity).await, WRITE);
        drop(body);
    }

    #[tokio::test(start_paused = true)]
    async fn what_begins_while_it_rests_counts_at_once() {
        let activity = Activity::new();
        let later = async {
            tokio::time::sleep(WRITE / 2).await;
            activity.moved(|state| state.sending += 1);
        };
        let (lasted, ()) = tokio::join!(lasted(&activity), later);
        assert!(lasted <= 3 * WRITE, "{lasted:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_waits_for_us_is_left_alone() {
        let activity = Activity::new();
        let waiting = activity.at_work();
        let patient = tokio::time::timeout(Duration::from_secs(600), activity.ceases(WRITE));
        assert!(patient.await.is_err());
        drop(waiting);
        assert!(lasted(&activity).await <= IDLE);
    }
}
