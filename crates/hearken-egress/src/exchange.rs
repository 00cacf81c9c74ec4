//! One request over one connection, up to the head of its answer.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, StatusCode, Uri, Version, header::HOST};
use http_body_util::Full;
use hyper::{
    body::Incoming,
    client::conn::{http1, http2},
    rt::Executor,
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::client::TlsStream;

use crate::{
    body::{Body, Link, TaskExecutor, Tasks, broken_head},
    error::{EgressError, Phase},
    head::FinalHead,
    request::{Message, Wanted},
    tap::Tap,
    tls::Protocol,
};

/// hyper's least buffer for a head.
const MIN_BUFFER: usize = 8192;

/// How much of an HTTP/2 body may be under way. What arrives past a cap is never read from it; a smaller window would
/// make a long way a slow one: at 64 KiB and 50 ms, a gigabyte takes longer than a fetch may.
const HTTP2_WINDOW: u32 = 1024 * 1024;

/// An answer: a status, whatever it is, that is no redirect that was followed.
#[derive(Debug)]
pub struct Response {
    /// The status of the last answer.
    pub status: StatusCode,
    /// Its header fields.
    pub headers: HeaderMap,
    /// Its body. Dropping it closes the connection.
    pub body: Body,
}

/// The head of an answer, and the connection that its body will come from, where it can come.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<(Incoming, Link)>,
}

/// The limits of a head.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeadLimits {
    pub(crate) within: Duration,
    pub(crate) max_bytes: usize,
    pub(crate) max_headers: usize,
}

/// Sends the request and waits for the head of the answer.
pub(crate) async fn exchange(
    (stream, protocol): (TlsStream<TcpStream>, Protocol),
    message: Message,
    limits: HeadLimits,
) -> Result<Answer, EgressError> {
    let wanted = message.wanted;
    let conversation = async {
        match protocol {
            Protocol::Http1 => over_http1(stream, (http1_request(message)?, wanted), limits).await,
            Protocol::Http2 => over_http2(stream, http2_request(message)?, limits).await,
        }
    };
    let answer =
        timeout(limits.within, conversation).await.map_err(|_| EgressError::Timeout { phase: Phase::Head })??;
    if answer.headers.len() > limits.max_headers {
        return Err(EgressError::Protocol { detail: format!("{} header fields", answer.headers.len()) });
    }
    Ok(answer)
}

fn http1_request(mut message: Message) -> Result<Request<Full<Bytes>>, EgressError> {
    // `Host` comes first (RFC 9110, 7.2).
    let mut headers = HeaderMap::with_capacity(message.headers.len() + 1);
    headers.insert(HOST, HeaderValue::try_from(message.to.authority()).map_err(|error| unsendable(&error))?);
    headers.extend(message.headers);
    message.headers = headers;
    let uri = Uri::from(message.to.path_and_query.clone());
    request(uri, Version::HTTP_11, message)
}

fn http2_request(message: Message) -> Result<Request<Full<Bytes>>, EgressError> {
    let to = &message.to;
    let uri = Uri::builder().scheme("https").authority(to.authority()).path_and_query(to.path_and_query.clone());
    request(uri.build().map_err(|error| unsendable(&error))?, Version::HTTP_2, message)
}

fn request(uri: Uri, version: Version, message: Message) -> Result<Request<Full<Bytes>>, EgressError> {
    let mut request = Request::builder()
        .method(message.method)
        .uri(uri)
        .version(version)
        .body(Full::new(message.body))
        .map_err(|error| unsendable(&error))?;
    *request.headers_mut() = message.headers;
    Ok(request)
}

fn unsendable(error: &dyn std::error::Error) -> EgressError {
    EgressError::Protocol { detail: format!("the request cannot be made: {error}") }
}

async fn over_http1(
    stream: TlsStream<TcpStream>,
    (request, wanted): (Request<Full<Bytes>>, Wanted),
    limits: HeadLimits,
) -> Result<Answer, EgressError> {
    let tap = Tap::with_head(stream, limits.max_bytes);
    let witness = tap.witness();
    let tasks = Arc::new(Tasks::default());
    let (mut sender, connection) = http1::Builder::new()
        .max_headers(limits.max_headers)
        .max_buf_size(limits.max_bytes.max(MIN_BUFFER))
        .title_case_headers(true)
        .handshake(TokioIo::new(tap))
        .await
        .map_err(|error| broken_head(&error, &witness))?;
    TaskExecutor::new(&tasks).execute(async move {
        // What breaks the connection is told by the answer or its body.
        let _ = connection.await;
    });
    match sender.send_request(request).await {
        Ok(answer) => {
            Ok(Answer::new(answer, Link { protocol: Protocol::Http1, witness, _held: Box::new((sender, tasks)) }))
        }
        Err(error) => match witness.head().filter(|_| wanted == Wanted::Head) {
            Some(FinalHead { status, headers }) => Ok(Answer { status: *status, headers: headers.clone(), body: None }),
            None => Err(broken_head(&error, &witness)),
        },
    }
}

async fn over_http2(
    stream: TlsStream<TcpStream>,
    request: Request<Full<Bytes>>,
    limits: HeadLimits,
) -> Result<Answer, EgressError> {
    let tap = Tap::new(stream);
    let witness = tap.witness();
    let tasks = Arc::new(Tasks::default());
    let executor = TaskExecutor::new(&tasks);
    let (mut sender, connection) = http2::Builder::new(executor.clone())
        .initial_stream_window_size(HTTP2_WINDOW)
        .initial_connection_window_size(HTTP2_WINDOW)
        .max_header_list_size(u32::try_from(limits.max_bytes).unwrap_or(u32::MAX))
        .handshake(TokioIo::new(tap))
        .await
        .map_err(|error| broken_head(&error, &witness))?;
    executor.execute(async move {
        // What breaks the connection is told by the answer or its body.
        let _ = connection.await;
    });
    let answer = sender.send_request(request).await.map_err(|error| broken_head(&error, &witness))?;
    Ok(Answer::new(answer, Link { protocol: Protocol::Http2, witness, _held: Box::new((sender, tasks)) }))
}

impl Answer {
    fn new(answer: http::Response<Incoming>, link: Link) -> Self {
        let (head, incoming) = answer.into_parts();
        Self { status: head.status, headers: head.headers, body: Some((incoming, link)) }
    }
}

#[cfg(test)]
mod tests {
    use http::{Method, header::ACCEPT};

    use super::*;
    use crate::url_text::CheckedUrl;

    #[test]
    fn the_host_header_comes_first_and_says_what_the_url_says() {
        let message = |headers: HeaderMap| Message {
            to: CheckedUrl::read("https://A.example.:8443/x?y").unwrap(),
            method: Method::GET,
            headers,
            body: Bytes::new(),
            wanted: Wanted::Body,
        };
        let accept = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("*/*"))]);
        let request = http1_request(message(accept)).unwrap();
        assert_eq!(request.uri().to_string(), "/x?y");
        assert_eq!(request.headers().iter().next(), Some((&HOST, &HeaderValue::from_static("a.example:8443"))));
        let request = http2_request(message(HeaderMap::new())).unwrap();
        assert_eq!(request.uri().to_string(), "https://a.example:8443/x?y");
        assert!(request.headers().is_empty());
    }
}
