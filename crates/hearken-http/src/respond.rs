//! Successful answers.

use std::fmt::Display;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Response, StatusCode,
    header::{CONTENT_TYPE, ETAG, LOCATION},
};

use crate::{
    body::{self, Body},
    etag,
    shares::Share,
};

/// An answer's JSON, and the memory that it takes until it is sent, where that is counted.
pub(crate) struct Shown {
    bytes: Bytes,
    buffer: Option<Share>,
}

impl Shown {
    pub(crate) fn new(bytes: Bytes, mut buffer: Option<Share>) -> Self {
        if let Some(buffer) = &mut buffer {
            buffer.shrink(bytes.len());
        }
        Self { bytes, buffer }
    }
}

impl From<Bytes> for Shown {
    fn from(bytes: Bytes) -> Self {
        Self { bytes, buffer: None }
    }
}

/// JSON.
pub(crate) fn json(status: StatusCode, shown: impl Into<Shown>) -> Response<Body> {
    let Shown { bytes, buffer } = shown.into();
    let content = body::full(bytes);
    let mut response = Response::new(match buffer {
        Some(buffer) => body::holding(content, buffer),
        None => content,
    });
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// JSON, with nothing to add.
pub(crate) fn ok(shown: impl Into<Shown>) -> Response<Body> {
    json(StatusCode::OK, shown)
}

/// A resource that was made, and where it is: its collection's name and its id.
pub(crate) fn created(collection: &str, id: impl Display, bytes: Bytes) -> Response<Body> {
    located(json(StatusCode::CREATED, bytes), collection, id)
}

/// An answer that says where its resource is.
pub(crate) fn located(mut response: Response<Body>, collection: &str, id: impl Display) -> Response<Body> {
    let location = HeaderValue::try_from(format!("/api/v2/{collection}/{id}")).expect("ids are visible ASCII");
    response.headers_mut().insert(LOCATION, location);
    response
}

/// A single resource: with its entity tag, or 304 when the client has it.
pub(crate) fn resource(request: &HeaderMap, shown: impl Into<Shown>) -> Response<Body> {
    let shown = shown.into();
    let tag = etag::of(&shown.bytes);
    if etag::is_known(request, &tag) {
        return not_modified(tag);
    }
    let mut response = json(StatusCode::OK, shown);
    response.headers_mut().insert(ETAG, tag);
    response
}

/// The client has what it asks for.
pub(crate) fn not_modified(tag: HeaderValue) -> Response<Body> {
    let mut response = Response::new(body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response.headers_mut().insert(ETAG, tag);
    response
}

/// Text of another kind.
pub(crate) fn text(content_type: &'static str, text: impl Into<Bytes>) -> Response<Body> {
    let mut response = Response::new(body::full(text));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
