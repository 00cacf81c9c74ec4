//! The bytes of a recording on their way out: first those that were looked at, then the rest, up to the cap.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use hearken_domain::media::{FetchCode, FetchError};
use hearken_egress::{Body, EgressError};
use tokio_util::sync::WaitForCancellationFutureOwned;

use crate::{
    error::{answered, told, unavailable},
    permits::Permit,
    sniff::LOOKED_AT,
};

/// What a body needs while it is read.
pub(crate) struct Terms {
    /// More bytes than this are refused.
    pub(crate) max_bytes: u64,
    /// The status that the answer had.
    pub(crate) status: u16,
    /// Held until the body is dropped.
    #[expect(dead_code, reason = "it is there to be dropped")]
    pub(crate) permit: Permit,
    /// Resolves when the fetcher shuts down.
    pub(crate) halt: Pin<Box<WaitForCancellationFutureOwned>>,
}

/// The body as the port gives it. An error ends it, and the connection and permits go with it.
pub(crate) struct RecordingBody {
    /// Pieces that were read to look at them.
    ahead: VecDeque<Bytes>,
    /// Gone once the network has given everything.
    open: Option<Open>,
}

struct Open {
    rest: Body,
    received: u64,
    terms: Terms,
}

impl RecordingBody {
    /// A body of which nothing was read yet.
    pub(crate) fn new(rest: Body, terms: Terms) -> Self {
        Self { ahead: VecDeque::new(), open: Some(Open { rest, received: 0, terms }) }
    }

    /// The first bytes: as many as are looked at, or all where there are fewer. The body still gives them.
    pub(crate) async fn first_bytes(&mut self) -> Result<Vec<u8>, FetchError> {
        let mut first = Vec::with_capacity(LOOKED_AT);
        let mut ahead = VecDeque::new();
        while first.len() < LOOKED_AT {
            let Some(piece) = self.next().await else { break };
            let piece = piece?;
            first.extend_from_slice(&piece[..piece.len().min(LOOKED_AT - first.len())]);
            ahead.push_back(piece);
        }
        self.ahead = ahead;
        Ok(first)
    }
}

impl Open {
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, FetchError>>> {
        if self.terms.halt.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Some(Err(unavailable("hearken is shutting down; try again soon"))));
        }
        self.rest.poll_next_unpin(cx).map(|piece| piece.map(|piece| self.admit(piece)))
    }

    fn admit(&mut self, piece: Result<Bytes, EgressError>) -> Result<Bytes, FetchError> {
        let piece = piece.map_err(|error| {
            tracing::info!(egress.reason = error.reason(), egress.detail = error.detail(), "the body broke off");
            answered(told(&error), self.terms.status)
        })?;
        self.received += piece.len() as u64;
        if self.received > self.terms.max_bytes {
            return Err(answered(too_large(self.terms.max_bytes), self.terms.status));
        }
        Ok(piece)
    }
}

impl Stream for RecordingBody {
    type Item = Result<Bytes, FetchError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(piece) = self.ahead.pop_front() {
            return Poll::Ready(Some(Ok(piece)));
        }
        let Some(open) = &mut self.open else { return Poll::Ready(None) };
        let next = open.poll_piece(cx);
        if matches!(next, Poll::Ready(None | Some(Err(_)))) {
            self.open = None;
        }
        next
    }
}

/// The recording, or its declared length, is over the cap.
pub(crate) fn too_large(max_bytes: u64) -> FetchError {
    FetchError::new(
        FetchCode::TooLarge,
        format!("the recording is larger than the {max_bytes} bytes that are accepted"),
    )
}
