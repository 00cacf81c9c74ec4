//! Bodies: how a request's is read, and how an answer's is made.

use std::{io, time::Duration};

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, future::BoxFuture};
use hearken_domain::ports::ByteStream;
use http_body_util::{
    BodyExt, Collected, Empty, Full, LengthLimitError, Limited, StreamBody, combinators::UnsyncBoxBody,
};
use hyper::body::{Body as HttpBody, Frame};

use crate::error::ApiError;

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

/// A recording's bytes. A failure ends the connection, so that the client sees that bytes are missing.
pub(crate) fn stream(bytes: ByteStream) -> Body {
    StreamBody::new(bytes.map(|chunk| chunk.map(Frame::data).map_err(io::Error::other))).boxed_unsync()
}

/// Reads a whole request's body, within its limits of size and time.
pub(crate) async fn read(body: RequestBody, limit: usize, deadline: Duration) -> Result<Bytes, ApiError> {
    if body.size_hint().lower() > limit as u64 {
        return Err(ApiError::PayloadTooLarge { limit });
    }
    // Boxed, because the compiler cannot see through the limit's error type that this can be sent.
    let collected: BoxFuture<'static, Result<Collected<Bytes>, BoxError>> = Limited::new(body, limit).collect().boxed();
    match tokio::time::timeout(deadline, collected).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(ApiError::PayloadTooLarge { limit }),
        Ok(Err(_)) => Err(ApiError::BrokenBody),
        Err(_) => Err(ApiError::SlowBody),
    }
}
