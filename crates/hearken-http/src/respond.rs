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
};

/// JSON.
pub(crate) fn json(status: StatusCode, bytes: Bytes) -> Response<Body> {
    let mut response = Response::new(body::full(bytes));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// JSON, with nothing to add.
pub(crate) fn ok(bytes: Bytes) -> Response<Body> {
    json(StatusCode::OK, bytes)
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
pub(crate) fn resource(request: &HeaderMap, bytes: Bytes) -> Response<Body> {
    let tag = etag::of(&bytes);
    if etag::is_known(request, &tag) {
        return not_modified(tag);
    }
    let mut response = json(StatusCode::OK, bytes);
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
