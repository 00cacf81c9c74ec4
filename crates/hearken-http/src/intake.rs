//! A caller's request on its way in: the place that it has among those in flight, and its body.
//!
//! A body takes as long as its client likes, so receiving one takes no place: the place is given back meanwhile, and
//! taken again when the body is there. What is received takes memory, which all bodies share; a body that comes too
//! slowly for what it has announced is given up soon.

use std::{future::poll_fn, pin::Pin, time::Duration};

use bytes::{Bytes, BytesMut};
use hearken_domain::ids::WorkspaceId;
use hyper::body::Body as HttpBody;
use tokio::time::{Instant, timeout_at};

use crate::{
    body::{BoxError, RequestBody},
    error::ApiError,
    shares::Share,
    state::State,
};

/// How long a request waits for memory, or for a place once its body is there.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// What any body counts for at least: receiving one takes buffers and a task, whatever its size.
const LEAST: usize = 16 * 1024;
/// How often the pace of a body is looked at.
const PACE: Duration = Duration::from_secs(10);
/// How many bytes must have come between two looks, or all that are missing.
const PROGRESS: usize = 4 * 1024;

/// A caller's request on its way in.
pub(crate) struct Intake {
    workspace: WorkspaceId,
    body: RequestBody,
    place: Option<Share>,
    buffer: Option<Share>,
}

/// What a body may be.
#[derive(Clone, Copy)]
struct Bounds {
    bytes: usize,
    /// How long it may take.
    within: Duration,
}

impl Intake {
    /// Takes a place.
    pub(crate) fn begin(state: &State, workspace: WorkspaceId, body: RequestBody) -> Result<Self, ApiError> {
        let place = state.places.try_take(workspace, 1).ok_or_else(ApiError::overloaded)?;
        Ok(Self { workspace, body, place: Some(place), buffer: None })
    }

    /// The whole body. Without one nothing is waited for.
    pub(crate) async fn read(&mut self, state: &State, limit: usize) -> Result<Bytes, ApiError> {
        let mut body = std::mem::take(&mut self.body);
        if body.is_end_stream() {
            return Ok(Bytes::new());
        }
        let bounds = Bounds { bytes: limit, within: state.settings.body_timeout };
        self.place = None;
        let hint = body.size_hint();
        if hint.lower() > bounds.bytes as u64 {
            return Err(ApiError::PayloadTooLarge { limit });
        }
        let announced = usize::try_from(hint.upper().unwrap_or(hint.lower())).unwrap_or(usize::MAX).min(limit);
        let announced = if hint.exact().is_some() { announced } else { 0 };
        let buffer = state.buffers.take(self.workspace, announced.max(LEAST), PATIENCE).await;
        let buffer = self.buffer.insert(buffer.ok_or_else(ApiError::overloaded)?);
        let bytes = receive(&mut body, (bounds, announced), buffer).await?;
        buffer.shrink(bytes.len());
        let place = state.places.take(self.workspace, 1, PATIENCE).await;
        self.place = Some(place.ok_or_else(ApiError::overloaded)?);
        Ok(bytes)
    }

    /// The memory of the body, for work that goes on when the request is gone.
    pub(crate) fn take_buffer(&mut self) -> Option<Share> {
        self.buffer.take()
    }
}

async fn receive(
    body: &mut RequestBody,
    (bounds, announced): (Bounds, usize),
    buffer: &mut Share,
) -> Result<Bytes, ApiError> {
    let mut end = Instant::now() + bounds.within;
    let mut bytes = BytesMut::with_capacity(announced);
    let mut pace = Pace::begin(announced, bounds.within);
    loop {
        let data = match timeout_at(end.min(pace.next), next(body)).await {
            Err(_) => Bytes::new(),
            Ok(None) => return Ok(bytes.freeze()),
            Ok(Some(Err(_))) => return Err(ApiError::BrokenBody),
            Ok(Some(Ok(data))) => data,
        };
        let (now, length) = (Instant::now(), bytes.len() + data.len());
        if length > bounds.bytes {
            return Err(ApiError::PayloadTooLarge { limit: bounds.bytes });
        }
        if now >= end || !pace.holds(now, length) {
            return Err(ApiError::SlowBody);
        }
        if !buffer.grow(length, PATIENCE).await {
            return Err(ApiError::overloaded());
        }
        // The client does not answer for the time that we made it wait.
        let waited = now.elapsed();
        end += waited;
        pace.next += waited;
        bytes.extend_from_slice(&data);
    }
}

/// The next bytes of a body; trailers say nothing here.
async fn next(body: &mut RequestBody) -> Option<Result<Bytes, BoxError>> {
    loop {
        match poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await? {
            Ok(frame) => {
                if let Ok(data) = frame.into_data() {
                    return Some(Ok(data));
                }
            }
            Err(error) => return Some(Err(error)),
        }
    }
}

/// Whether a body comes as fast as it must: half as fast as would just bring it here in time, and never slower than
/// [`PROGRESS`].
struct Pace {
    every: Duration,
    progress: usize,
    next: Instant,
    received: usize,
}

impl Pace {
    fn begin(announced: usize, within: Duration) -> Self {
        let every = PACE.min(within);
        let looks = usize::try_from(within.as_millis() / every.as_millis().max(1)).unwrap_or(usize::MAX).max(1);
        let progress = (announced / looks / 2).max(PROGRESS);
        Self { every, progress, next: Instant::now() + every, received: 0 }
    }

    fn holds(&mut self, now: Instant, received: usize) -> bool {
        if now < self.next {
            return true;
        }
        let holds = received - self.received >= self.progress;
        self.next = now + self.every;
        self.received = received;
        holds
    }
}
