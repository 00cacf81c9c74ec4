//! HTTP/1.1 on loopback for whatever stands outside of the service: in the clear, or with TLS.

use std::{
    convert::Infallible,
    io,
    net::{Ipv4Addr, SocketAddr},
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::{
    Request, Response, StatusCode,
    body::Incoming,
    header::{CONTENT_TYPE, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

/// A body that may break off.
pub(crate) type Body = BoxBody<Bytes, io::Error>;
/// An error closes the connection without an answer.
pub(crate) type Answered = Result<Response<Body>, io::Error>;

trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Duplex for S {}

/// A server on a free port; it ends when this is dropped.
pub(crate) struct Serving {
    pub(crate) address: SocketAddr,
    _tasks: JoinSet<()>,
}

impl Serving {
    /// Has every request answered.
    pub(crate) async fn start<A, F>(acceptor: Option<TlsAcceptor>, answer: A) -> Self
    where
        A: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Answered> + Send + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, answer) = (acceptor.clone(), answer.clone());
                connections.spawn(async move {
                    let Ok(stream) = opened(stream, acceptor).await else { return };
                    // A client that hangs up is part of what is tested.
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)).await;
                });
                // What has ended need not be kept.
                while connections.try_join_next().is_some() {}
            }
        });
        Self { address, _tasks: tasks }
    }
}

async fn opened(stream: TcpStream, acceptor: Option<TlsAcceptor>) -> io::Result<Box<dyn Duplex>> {
    stream.set_nodelay(true)?;
    Ok(match acceptor {
        Some(acceptor) => Box::new(acceptor.accept(stream).await?),
        None => Box::new(stream),
    })
}

/// An answer with a text.
pub(crate) fn text(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Response<Body> {
    let body = Full::new(body.into()).map_err(|never: Infallible| match never {}).boxed();
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// A good answer with JSON.
pub(crate) fn json(body: &Value) -> Response<Body> {
    text(StatusCode::OK, "application/json", body.to_string())
}

/// A status as model servers put it.
pub(crate) fn refusal(status: u16) -> Response<Body> {
    let status = StatusCode::from_u16(status).expect("tests name statuses that there are");
    text(status, "application/json", r#"{"error": {"message": "not now", "type": "some_error"}}"#)
}
