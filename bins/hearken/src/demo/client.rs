//! The demo's client: asks the demo's own service, on loopback, as an integrator's would.

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use crate::failure::{Failure, OrFail};

/// A client of one service with one key.
pub(crate) struct Client {
    address: SocketAddr,
    token: String,
}

/// An answer with a JSON body.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) replayed: bool,
    pub(crate) json: Value,
}

impl Client {
    pub(crate) fn new(address: SocketAddr, token: String) -> Self {
        Self { address, token }
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Answer, Failure> {
        self.ask(Method::POST, path, body.to_string()).await
    }

    pub(crate) async fn read(&self, path: &str) -> Result<Answer, Failure> {
        self.ask(Method::GET, path, String::new()).await
    }

    /// The bytes behind a link to the service itself.
    pub(crate) async fn fetch(&self, link: &str) -> Result<Bytes, Failure> {
        let base = self.url("");
        let path = link.strip_prefix(&base).ok_or_else(|| Failure::plain("the link does not lead to this service"))?;
        Ok(self.send(Method::GET, path, String::new()).await?.2)
    }

    async fn ask(&self, method: Method, path: &str, body: String) -> Result<Answer, Failure> {
        let (status, replayed, bytes) = self.send(method, path, body).await?;
        let json = serde_json::from_slice(&bytes).or_fail("the answer is not JSON")?;
        Ok(Answer { status, replayed, json })
    }

    async fn send(&self, method: Method, path: &str, body: String) -> Result<(u16, bool, Bytes), Failure> {
        let stream = TcpStream::connect(self.address).await.or_fail("the service could not be reached")?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .or_fail("the service does not speak HTTP")?;
        let connection = tokio::spawn(connection);
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.address.to_string())
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::CONNECTION, "close")
            .body(Full::new(Bytes::from(body)))
            .or_fail("the request cannot be sent")?;
        let response = sender.send_request(request).await.or_fail("the service did not answer")?;
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.or_fail("the answer broke off")?.to_bytes();
        connection.abort();
        Ok((head.status.as_u16(), head.headers.contains_key("idempotent-replayed"), bytes))
    }
}
