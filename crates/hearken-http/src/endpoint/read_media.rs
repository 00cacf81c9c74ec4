//! `GET /media/{token}`: a recording, for whoever has a signed link that still works.

use hearken_domain::{engagement::Media, ports::Clock};
use http::{
    HeaderValue, Method, Response, StatusCode,
    header::{
        ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
        IF_RANGE, RANGE, X_CONTENT_TYPE_OPTIONS,
    },
    request::Parts,
};

use crate::{
    body::{self, Body},
    call::{Answer, Call},
    error::ApiError,
    etag,
    range::{self, Part},
    respond,
};

pub(crate) async fn answer(call: Call) -> Answer {
    const GONE: ApiError =
        ApiError::NotFound("this link has expired or was altered; read the engagement again with expand=media_url");
    let token = call.parameter.as_deref().unwrap_or_default();
    let link = call.state.links.open(token, call.state.ports.clock.now()).ok_or(GONE)?;
    let media = call.state.reader.media(link.workspace, link.engagement).await?;
    let tag = etag::from_digest(&media.sha256);
    if etag::is_known(&call.head.headers, &tag) {
        return Ok(respond::not_modified(tag));
    }
    let (status, bytes) = match wanted(&call.head, &media, &tag) {
        Part::Whole => (StatusCode::OK, 0..media.bytes),
        Part::Some(range) => (StatusCode::PARTIAL_CONTENT, range),
        Part::Unsatisfiable => return Err(ApiError::RangeNotSatisfiable { length: media.bytes }),
    };
    let content = if call.head.method == Method::HEAD {
        body::empty()
    } else {
        body::stream(call.state.reader.media_bytes(link.workspace, &media, bytes.clone()).await?)
    };
    let mut response = described(&media, tag, content);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(bytes.end - bytes.start));
    if status == StatusCode::PARTIAL_CONTENT {
        let value = format!("bytes {}-{}/{}", bytes.start, bytes.end - 1, media.bytes);
        response.headers_mut().insert(CONTENT_RANGE, HeaderValue::try_from(value).expect("numbers are visible ASCII"));
    }
    Ok(response)
}

/// A range counts for `GET` only, and only for the representation that `If-Range` names, where it names one.
fn wanted(head: &Parts, media: &Media, tag: &HeaderValue) -> Part {
    let counts = head.method == Method::GET && head.headers.get(IF_RANGE).is_none_or(|value| value == tag);
    match head.headers.get(RANGE).and_then(|value| value.to_str().ok()) {
        Some(header) if counts => range::parse(header, media.bytes),
        _ => Part::Whole,
    }
}

fn described(media: &Media, tag: HeaderValue, content: Body) -> Response<Body> {
    let mut response = Response::new(content);
    let headers = response.headers_mut();
    let content_type = HeaderValue::try_from(media.media_type.essence_str());
    headers.insert(CONTENT_TYPE, content_type.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    headers.insert(ETAG, tag);
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-transform"));
    // The bytes came from a stranger: no browser shall take them for a page.
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'; media-src 'self'"));
    response
}
