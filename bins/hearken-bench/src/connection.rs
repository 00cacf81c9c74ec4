//! One kept HTTP/1.1 connection to the service or to its yardstick.

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    HeaderMap, Method, Request, StatusCode, Uri,
    client::conn::http1::{SendRequest, handshake},
    header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::failure::{Failure, OrFail};

/// Where engagements are.
pub(crate) const ENGAGEMENTS: &str = "/api/v2/engagements";

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    method: Method,
    path: Uri,
    body: Bytes,
}

impl Ask {
    /// Reads.
    pub(crate) fn get(path: &str) -> Result<Self, Failure> {
        let path = path.parse::<Uri>().or_fail(format!("{path} is no path"))?;
        Ok(Self { method: Method::GET, path, body: Bytes::new() })
    }

    /// Creates an engagement.
    pub(crate) fn create(body: Bytes) -> Self {
        Self { method: Method::POST, path: Uri::from_static(ENGAGEMENTS), body }
    }
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// Insists on a status.
    pub(crate) fn expect(self, status: StatusCode) -> Result<Self, Failure> {
        if self.status == status {
            return Ok(self);
        }
        let body = String::from_utf8_lossy(&self.body);
        let begin: String = body.chars().take(400).collect();
        Err(Failure::plain(format!("the answer is {} and not {status}: {begin}", self.status)))
    }

    /// A text field of its JSON.
    pub(crate) fn text(&self, field: &str) -> Result<String, Failure> {
        let json: serde_json::Value = serde_json::from_slice(&self.body).or_fail("the answer is not JSON")?;
        let text = json.get(field).and_then(serde_json::Value::as_str).map(str::to_owned);
        text.ok_or_else(|| Failure::plain(format!("the answer has no {field}")))
    }
}

/// A connection with a token, or without.
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
    authorization: Option<HeaderValue>,
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr, token: Option<&str>) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await.or_fail(format!("{address} could not be reached"))?;
        stream.set_nodelay(true).or_fail("the connection cannot be set up")?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.or_fail("HTTP could not be begun")?;
        // It ends with its sender, and what goes wrong on it is told there.
        tokio::spawn(connection);
        let host = HeaderValue::try_from(address.to_string()).or_fail("an address is visible ASCII")?;
        let authorization = token.map(|token| HeaderValue::try_from(format!("Bearer {token}"))).transpose();
        Ok(Self { sender, host, authorization: authorization.or_fail("the token cannot be sent")? })
    }

    /// Asks, and reads the whole answer.
    pub(crate) async fn ask(&mut self, ask: Ask) -> Result<Answer, Failure> {
        self.sender.ready().await.or_fail("the connection ended")?;
        let request = self.request(ask);
        let answered = self.sender.send_request(request).await.or_fail("there was no answer")?;
        let (head, body) = answered.into_parts();
        let body = body.collect().await.or_fail("the answer broke off")?.to_bytes();
        Ok(Answer { status: head.status, headers: head.headers, body })
    }

    fn request(&self, ask: Ask) -> Request<Full<Bytes>> {
        let Ask { method, path, body } = ask;
        let has_body = method == Method::POST;
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.uri_mut() = path;
        let headers = request.headers_mut();
        headers.insert(HOST, self.host.clone());
        if let Some(authorization) = &self.authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        if has_body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        request
    }
}
