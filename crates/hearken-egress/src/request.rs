//! What is asked of a URL: a `GET` that follows redirects, or a `POST` that never does. The guard sends both by the same
//! way, so what differs between them stands here and nowhere else.

use std::fmt;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method,
    header::{ACCEPT, ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT},
};

use crate::url_text::CheckedUrl;

/// What says where a message goes and where it ends (RFC 9110, 7; RFC 9112, 6). Only the guard says so.
const FRAMING: [&str; 10] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// A `GET` for a judged URL. Its redirects are followed.
#[derive(Clone, Debug)]
pub struct GetRequest {
    url: CheckedUrl,
    accept: HeaderValue,
    credentials: HeaderMap,
}

impl GetRequest {
    /// A request without credentials that accepts anything.
    pub fn new(url: CheckedUrl) -> Self {
        Self { url, accept: accept_anything(), credentials: HeaderMap::new() }
    }

    /// Sets `Accept`.
    #[must_use]
    pub fn accept(mut self, accept: HeaderValue) -> Self {
        self.accept = accept;
        self
    }

    /// Adds a header that is sent to the exact origin of the URL only, never after a redirect to another.
    #[must_use]
    pub fn credential(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        value.set_sensitive(true);
        self.credentials.append(name, value);
        self
    }
}

/// A `POST` to a judged URL. A redirect is an answer like any other: nothing is sent to where it leads.
#[derive(Clone)]
pub struct PostRequest {
    url: CheckedUrl,
    headers: HeaderMap,
    body: Bytes,
}

impl PostRequest {
    /// A request with a body of this type, whose length is sent with it.
    pub fn new(url: CheckedUrl, content_type: HeaderValue, body: Bytes) -> Self {
        Self { url, headers: HeaderMap::from_iter([(CONTENT_TYPE, content_type)]), body }
    }

    /// Sets a header. One that says where the message goes or where it ends, such as `Host`, `Content-Length` and
    /// `Transfer-Encoding`, is left out: the guard alone says so.
    #[must_use]
    pub fn header(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        value.set_sensitive(true);
        if !FRAMING.contains(&name.as_str()) {
            self.headers.insert(name, value);
        }
        self
    }
}

/// Without header values and body: both may be somebody's secret.
impl fmt::Debug for PostRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostRequest").field("url", &self.url).field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}

/// What of an answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The body. A redirect is a step on the way to it: it is judged and followed.
    Body,
    /// The head. A redirect is an answer, and what is wrong with the body's framing takes nothing from the head.
    Head,
}

/// Either request, as the guard sends it.
pub(crate) struct Outgoing {
    pub(crate) url: CheckedUrl,
    pub(crate) wanted: Wanted,
    method: Method,
    accept: HeaderValue,
    /// For the exact origin of the URL only.
    own: HeaderMap,
    /// Nothing where the method has none.
    body: Option<Bytes>,
}

impl From<GetRequest> for Outgoing {
    fn from(request: GetRequest) -> Self {
        Self {
            url: request.url,
            wanted: Wanted::Body,
            method: Method::GET,
            accept: request.accept,
            own: request.credentials,
            body: None,
        }
    }
}

impl From<PostRequest> for Outgoing {
    fn from(request: PostRequest) -> Self {
        Self {
            url: request.url,
            wanted: Wanted::Head,
            method: Method::POST,
            accept: accept_anything(),
            own: request.headers,
            body: Some(request.body),
        }
    }
}

/// One request for one connection.
pub(crate) struct Message {
    pub(crate) to: CheckedUrl,
    pub(crate) method: Method,
    /// These header fields and no others, but for `Host`.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) wanted: Wanted,
}

impl Outgoing {
    /// The request as it goes to a URL: its own, or one that a redirect led to.
    pub(crate) fn message(&self, to: &CheckedUrl, user_agent: &HeaderValue) -> Message {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, self.accept.clone());
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        headers.insert(USER_AGENT, user_agent.clone());
        if to.same_origin(&self.url) {
            headers.extend(self.own.clone());
        }
        if let Some(body) = &self.body {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        }
        let (method, body) = (self.method.clone(), self.body.clone().unwrap_or_default());
        Message { to: to.clone(), method, headers, body, wanted: self.wanted }
    }
}

fn accept_anything() -> HeaderValue {
    HeaderValue::from_static("*/*")
}

#[cfg(test)]
mod tests {
    use http::header::{HOST, TRANSFER_ENCODING};

    use super::*;

    fn url(raw: &str) -> CheckedUrl {
        CheckedUrl::read(raw).unwrap()
    }

    fn agent() -> HeaderValue {
        HeaderValue::from_static("test")
    }

    #[test]
    fn credentials_go_to_the_exact_origin_only() {
        let request = GetRequest::new(url("https://a.example/x"))
            .credential(HeaderName::from_static("authorization"), HeaderValue::from_static("Bearer secret"));
        assert!(!format!("{request:?}").contains("secret"));
        let outgoing = Outgoing::from(request);
        for (to, sent) in [
            ("https://a.example/y", true),
            ("https://A.example.:443/y", true),
            ("https://a.example:8443/x", false),
            ("https://b.a.example/x", false),
        ] {
            assert_eq!(outgoing.message(&url(to), &agent()).headers.contains_key("authorization"), sent, "{to}");
        }
    }

    #[test]
    fn only_a_post_has_a_body_and_a_length() {
        let to = url("https://a.example/x");
        let get = Outgoing::from(GetRequest::new(to.clone())).message(&to, &agent());
        assert!(get.body.is_empty() && !get.headers.contains_key(CONTENT_LENGTH) && get.method == Method::GET);
        let json = HeaderValue::from_static("application/json");
        let empty = Outgoing::from(PostRequest::new(to.clone(), json, Bytes::new())).message(&to, &agent());
        assert_eq!((empty.method, &empty.headers[CONTENT_LENGTH]), (Method::POST, &HeaderValue::from(0)));
    }

    #[test]
    fn nobody_but_the_guard_frames_a_post() {
        let to = url("https://a.example/x");
        let json = HeaderValue::from_static("application/json");
        let mut request = PostRequest::new(to.clone(), json, Bytes::from_static(b"secret"));
        for name in FRAMING {
            request = request.header(HeaderName::from_static(name), HeaderValue::from_static("1"));
        }
        request = request.header(HeaderName::from_static("x-key"), HeaderValue::from_static("secret"));
        assert!(!format!("{request:?}").contains("secret"));
        let headers = Outgoing::from(request).message(&to, &agent()).headers;
        assert!(!headers.contains_key(HOST) && !headers.contains_key(TRANSFER_ENCODING));
        assert_eq!((headers.len(), &headers[CONTENT_LENGTH]), (6, &HeaderValue::from(6)));
        assert!(headers["x-key"].is_sensitive());
    }
}
