//! The body of an answer: pieces, deadlines, and how its end is told from its being cut off.

use std::{
    any::Any,
    error::Error as StdError,
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError, Weak},
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::Stream;
use http_body::Body as _;
use hyper::{body::Incoming, rt::Executor};
use tokio::task::AbortHandle;

use crate::{
    error::EgressError,
    faults::is_armed,
    pace::{Limits, Pace},
    tap::{Mishap, Witness},
    tls::Protocol,
};

/// The tasks that drive a connection. They end when this is dropped, whatever the peer does.
#[derive(Debug, Default)]
pub(crate) struct Tasks(Mutex<Vec<AbortHandle>>);

impl Tasks {
    fn keep(&self, handle: AbortHandle) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        for task in self.0.get_mut().unwrap_or_else(PoisonError::into_inner) {
            task.abort();
        }
    }
}

/// What hyper runs its connection on. Weak, so that a task does not keep the list that ends it alive.
#[derive(Clone, Debug)]
pub(crate) struct TaskExecutor(Weak<Tasks>);

impl TaskExecutor {
    pub(crate) fn new(tasks: &Arc<Tasks>) -> Self {
        Self(Arc::downgrade(tasks))
    }
}

impl<F> Executor<F> for TaskExecutor
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    fn execute(&self, future: F) {
        // Where the list is gone the connection is no longer wanted.
        if let Some(tasks) = self.0.upgrade() {
            tasks.keep(tokio::spawn(future).abort_handle());
        }
    }
}

/// A connection that has carried one request.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) protocol: Protocol,
    pub(crate) witness: Witness,
    /// hyper's handle and the [`Tasks`]: held for their drop, which closes the connection.
    pub(crate) _held: Box<dyn Any + Send>,
}

/// The body, as a stream of pieces. An error ends it. Dropping it closes the connection.
#[derive(Debug)]
pub struct Body {
    /// Gone once the body has ended, so that the connection does not outlive it.
    live: Option<(Incoming, Link)>,
    pace: Pace,
}

impl Body {
    /// The body that comes over a connection; an empty one where it cannot be told where it ends.
    pub(crate) fn new(live: Option<(Incoming, Link)>, limits: Limits) -> Self {
        Self { live, pace: Pace::new(limits) }
    }

    /// The next piece that is not empty, or how the body ended.
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, EgressError>>> {
        loop {
            let Some((incoming, link)) = &mut self.live else { return Poll::Ready(None) };
            match Pin::new(&mut *incoming).poll_frame(cx) {
                // Known defect, for the fault tests: the deadlines end with the head.
                Poll::Pending if is_armed("defect::deadline_head_only") => return Poll::Pending,
                Poll::Pending => return self.pace.poll_overdue(cx).map(|error| Some(Err(error))),
                Poll::Ready(None) => {
                    // hyper ends an HTTP/2 body quietly when the peer resets the stream without an error.
                    let cut = link.protocol == Protocol::Http2 && !incoming.is_end_stream();
                    let detail = "the stream was reset before its end".to_owned();
                    return Poll::Ready(cut.then_some(Err(EgressError::Truncated { detail })));
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(broken_body(&error, &link.witness)))),
                // Trailers say nothing that we need.
                Poll::Ready(Some(Ok(frame))) => {
                    let data = frame.into_data().unwrap_or_default();
                    if let Err(error) = self.pace.received(data.len()) {
                        return Poll::Ready(Some(Err(error)));
                    }
                    if !data.is_empty() {
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
            }
        }
    }
}

impl Stream for Body {
    type Item = Result<Bytes, EgressError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.poll_piece(cx);
        if matches!(next, Poll::Ready(None | Some(Err(_)))) {
            self.live = None;
        }
        next
    }
}

/// Why no head came.
pub(crate) fn broken_head(error: &hyper::Error, witness: &Witness) -> EgressError {
    match witness.mishap() {
        Some(Mishap::Tls(detail)) => EgressError::TlsFailed { detail: detail.clone() },
        Some(Mishap::Head(fault)) => EgressError::Protocol { detail: fault.to_string() },
        Some(Mishap::Ended) | None => EgressError::Protocol { detail: chain(error) },
    }
}

/// Why the body broke off: because the connection ended, or because the peer broke a rule.
fn broken_body(error: &hyper::Error, witness: &Witness) -> EgressError {
    let detail = chain(error);
    let cause = causes(error).find_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind);
    let cut = match cause {
        // How hyper's decoder names bad chunks, and how the TLS layer names its errors.
        Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => {
            matches!(witness.mishap(), Some(Mishap::Tls(_)))
        }
        Some(_) => true,
        // HTTP/2 keeps its own kind of error. What the peer said on purpose comes before the end of the connection.
        None if is_said_by_http2(error) => false,
        None => error.is_incomplete_message() || witness.mishap().is_some(),
    };
    if cut { EgressError::Truncated { detail } } else { EgressError::Protocol { detail } }
}

/// Whether HTTP/2 ended the stream or the connection by a frame or a rule, rather than by losing the connection. The
/// wording is that of `h2`, the only way to tell without depending on its version.
fn is_said_by_http2(error: &hyper::Error) -> bool {
    causes(error).last().is_some_and(|cause| {
        let words = cause.to_string();
        ["stream error", "connection error", "protocol error"].iter().any(|start| words.starts_with(start))
    })
}

fn causes(error: &hyper::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(error.source(), |&cause| cause.source())
}

fn chain(error: &hyper::Error) -> String {
    causes(error).fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
