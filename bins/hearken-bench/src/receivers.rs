//! Receivers of webhooks: HTTPS on loopback, good ones and dead ones. One listener serves all that answer, by path.

use std::{convert::Infallible, io, net::Ipv4Addr, sync::Arc};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::{Request, Response, StatusCode, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

use crate::{
    certificates::Authority,
    failure::{Failure, OrFail},
    marks::Marks,
};

/// How a receiver takes a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Answers 200 at once.
    Well,
    /// Nobody listens on its port.
    Refuses,
    /// Takes the call, and never answers.
    Silent,
    /// Answers 500 at once.
    Fails,
}

/// Running receivers. They end when this is dropped.
pub(crate) struct Receivers {
    authority: Authority,
    port: u16,
    closed_port: u16,
    _listener: JoinSet<()>,
}

impl Receivers {
    /// Starts them. Calls of the good ones are marked by their `webhook-id`.
    pub(crate) async fn start(marks: Arc<Marks>) -> Result<Self, Failure> {
        let address = Ipv4Addr::LOCALHOST;
        let bind = async || TcpListener::bind((address, 0)).await.or_fail("loopback has no free port");
        let port_of = |listener: &TcpListener| listener.local_addr().map(|address| address.port());
        let authority = Authority::new()?;
        let acceptor = authority.acceptor(&[address])?;
        let (open, closed) = (bind().await?, bind().await?);
        let port = port_of(&open).or_fail("a listener has an address")?;
        // Nobody listens there from now on.
        let closed_port = port_of(&closed).or_fail("a listener has an address")?;
        let mut listener = JoinSet::new();
        listener.spawn(accept(open, acceptor, marks));
        Ok(Self { authority, port, closed_port, _listener: listener })
    }

    /// The ports that calls go to.
    pub(crate) fn ports(&self) -> Vec<u16> {
        vec![self.port, self.closed_port]
    }

    /// The certificate to trust, as PEM.
    pub(crate) fn ca_pem(&self) -> Vec<u8> {
        self.authority.pem().into_bytes()
    }

    /// The URL of a receiver.
    pub(crate) fn url(&self, manner: Manner, number: usize) -> String {
        let (port, path) = match manner {
            Manner::Well => (self.port, "well"),
            Manner::Refuses => (self.closed_port, "refuses"),
            Manner::Silent => (self.port, "silent"),
            Manner::Fails => (self.port, "fails"),
        };
        format!("https://127.0.0.1:{port}/{path}/{number}")
    }
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, marks: Arc<Marks>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, acceptor.clone(), marks.clone()));
        // What has ended need not be kept.
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(stream: TcpStream, acceptor: TlsAcceptor, marks: Arc<Marks>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let stream = acceptor.accept(stream).await?;
    let service = service_fn(move |request| answer(marks.clone(), request));
    let served = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    served.await.map_err(io::Error::other)
}

/// The request is there once its body is.
async fn answer(marks: Arc<Marks>, request: Request<Incoming>) -> Result<Response<Empty<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let is_whole = body.collect().await.is_ok();
    let mut response = Response::new(Empty::new());
    match head.uri.path().split('/').nth(1) {
        Some("well") if is_whole => {
            if let Some(Ok(id)) = head.headers.get("webhook-id").map(|id| id.to_str()) {
                marks.saw(id);
            }
        }
        Some("silent") => std::future::pending().await,
        _ => *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
    }
    Ok(response)
}
