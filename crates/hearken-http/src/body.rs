//! Bodies: what a request's is, and how an answer's is made.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::StreamExt;
use hearken_domain::ports::ByteStream;
use http_body_util::{BodyExt, Empty, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use crate::shares::Share;

/// The body of an answer.
pub type Body = UnsyncBoxBody<Bytes, io::Error>;

/// Any error of a request's body.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The body of a request, whatever brought it.
pub(crate) type RequestBody = UnsyncBoxBody<Bytes, BoxError>;

/// A body without bytes.
pub(crate) fn empty() -> Body {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

/// A body of these bytes.
pub(crate) fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// The body, which holds this until it is sent or given up.
pub(crate) fn holding(inner: Body, share: Share) -> Body {
    Holding { inner, _share: share }.boxed_unsync()
}

struct Holding {
    inner: Body,
    _share: Share,
}

impl HttpBody for Holding {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Pin::new(&mut self.inner).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// A recording's bytes. A failure ends the connection, so that the client sees that bytes are missing.
pub(crate) fn stream(bytes: ByteStream) -> Body {
    StreamBody::new(bytes.map(|chunk| chunk.map(Frame::data).map_err(io::Error::other))).boxed_unsync()
}
