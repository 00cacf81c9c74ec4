//! A client of the API: HTTP/1.1 with connections that are kept and used again.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Request,
    client::conn::http1::{SendRequest, handshake},
    header, http,
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};

use crate::{
    answer::{Answer, Broken},
    until::within_patience,
};

/// Where engagements are.
pub const ENGAGEMENTS: &str = "/api/v2/engagements";

type Sender = SendRequest<Full<Bytes>>;

/// A client of one server with one token. Clones share connections.
#[derive(Clone)]
pub struct Client {
    address: SocketAddr,
    token: Option<String>,
    idle: Arc<Mutex<Vec<Sender>>>,
}

impl Client {
    /// With a token, or without.
    pub fn new(address: SocketAddr, token: Option<String>) -> Self {
        Self { address, token, idle: Arc::default() }
    }

    /// Sends a create.
    pub async fn create(&self, body: &Value) -> Answer {
        self.create_at(ENGAGEMENTS, body).await
    }

    /// Sends a create to a path with a query.
    pub async fn create_at(&self, path: &str, body: &Value) -> Answer {
        self.post(path, body).await
    }

    /// Posts JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.with_json(Method::POST, path, body)).await
    }

    /// Posts nothing.
    pub async fn post_nothing(&self, path: &str) -> Answer {
        self.send(whole(self.request(Method::POST, path), Bytes::new())).await
    }

    /// Changes.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(self.with_json(Method::PATCH, path, body)).await
    }

    /// Sends a create that may go wrong in any way.
    pub async fn try_create(&self, body: &Value) -> Result<Answer, Broken> {
        self.try_send(self.with_json(Method::POST, ENGAGEMENTS, body)).await
    }

    /// Reads.
    pub async fn read(&self, path: &str) -> Answer {
        self.send(whole(self.request(Method::GET, path), Bytes::new())).await
    }

    /// Reads one engagement; `query` comes with its question mark.
    pub async fn read_engagement(&self, id: &str, query: &str) -> Answer {
        self.read(&format!("{ENGAGEMENTS}/{id}{query}")).await
    }

    /// Every engagement that the token sees, page by page; `query` continues a query string. In the order of their
    /// beginning: that of their last change moves under a reader while the work goes on.
    pub async fn all_engagements(&self, query: &str) -> Vec<Value> {
        self.pages(ENGAGEMENTS, &format!("&order_by=start_at:asc{query}")).await
    }

    /// Everything of a list, page by page.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        self.pages(path, "").await
    }

    async fn pages(&self, list: &str, query: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut path = format!("{list}?limit=100{query}");
        loop {
            let page = self.read(&path).await.expect(200).json();
            all.extend(page["data"].as_array().expect("a list has data").iter().cloned());
            match page["next_cursor"].as_str() {
                Some(cursor) if page["has_more"] == true => path = format!("{list}?cursor={cursor}"),
                _ => return all,
            }
        }
    }

    /// The recording behind a signed link, whatever base it has.
    pub async fn recording(&self, link: &str) -> Answer {
        self.read(path_of(link)).await
    }

    /// A request with host and token.
    pub fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let request = Request::builder().method(method).uri(path).header(header::HOST, self.address.to_string());
        match &self.token {
            Some(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        }
    }

    /// Sends, and insists on an answer.
    pub async fn send(&self, request: Request<Full<Bytes>>) -> Answer {
        let what = format!("{} {} is answered", request.method(), request.uri().path());
        let answer = within_patience(&what, self.try_send(request)).await;
        answer.unwrap_or_else(|error| panic!("the server did not let it be that {what}: {error}"))
    }

    /// Sends; the connection may fail.
    pub async fn try_send(&self, request: Request<Full<Bytes>>) -> Result<Answer, Broken> {
        let mut sender = self.sender().await?;
        let answer = Answer::of(sender.send_request(request).await?).await?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(sender);
        Ok(answer)
    }

    fn with_json(&self, method: Method, path: &str, body: &Value) -> Request<Full<Bytes>> {
        whole(self.request(method, path).header(header::CONTENT_TYPE, "application/json"), body.to_string())
    }

    /// A kept connection that still works, or a new one.
    async fn sender(&self) -> Result<Sender, Broken> {
        loop {
            let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(mut kept) = kept else { break };
            if kept.ready().await.is_ok() {
                return Ok(kept);
            }
        }
        connect(TcpStream::connect(self.address).await?).await
    }
}

/// Begins HTTP/1.1 on a connection.
pub async fn connect(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Result<Sender, Broken> {
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    // It ends with its sender, and what goes wrong on it is told there.
    tokio::spawn(connection);
    Ok(sender)
}

/// A request with its body.
pub fn whole(request: http::request::Builder, body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    request.body(Full::new(body.into())).expect("tests send well-formed requests")
}

/// Path and query of an absolute link.
pub fn path_of(link: &str) -> &str {
    let rest = link.split_once("://").expect("a link is absolute").1;
    &rest[rest.find('/').expect("a link has a path")..]
}
