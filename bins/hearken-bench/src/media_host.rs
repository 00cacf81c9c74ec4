//! A host of recordings: HTTPS on loopback, answering from memory, so that neither side waits for its disk.

use std::{
    convert::Infallible,
    fs, io,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt, Empty, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::{
    Request, Response, StatusCode,
    body::{Frame, Incoming},
    header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue},
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::{
    certificates::Authority,
    failure::{Failure, OrFail},
};

/// The bytes of a piece.
const PIECE: usize = 256 * 1024;
/// A slow recording comes faster than the slowest that is accepted, 64 KiB/s, and not much.
const SLOW_PIECE: usize = 16 * 1024;
const SLOW_PAUSE: Duration = Duration::from_millis(100);

/// Begins like an MP3 with a tag.
static BYTES: LazyLock<Bytes> = LazyLock::new(|| {
    let mut bytes = b"ID3\x03\0\0\0\0\0\0".to_vec();
    bytes.resize(PIECE, 0x55);
    bytes.into()
});

type Body = UnsyncBoxBody<Bytes, Infallible>;

/// A running host. It ends when this is dropped.
pub(crate) struct MediaHost {
    port: u16,
    authority: Authority,
    ca_file: PathBuf,
    shared: Arc<Shared>,
    _listeners: JoinSet<()>,
}

/// What connections share: a file, and the recordings that do not end before they may.
#[derive(Default)]
struct Shared {
    file: Bytes,
    begun: AtomicUsize,
    released: AtomicBool,
}

impl MediaHost {
    /// Starts on one port of 127.0.0.1 and, where more is asked for, of the addresses after it. The folder takes the
    /// certificate to trust.
    pub(crate) async fn start(folder: &Path, addresses: u8) -> Result<Self, Failure> {
        Self::listen(folder, addresses, Bytes::new()).await
    }

    /// Starts on a port of 127.0.0.1, with this recording as its [`file`](Self::file).
    pub(crate) async fn serving(folder: &Path, file: Vec<u8>) -> Result<Self, Failure> {
        Self::listen(folder, 1, file.into()).await
    }

    async fn listen(folder: &Path, addresses: u8, file: Bytes) -> Result<Self, Failure> {
        let addresses: Vec<Ipv4Addr> = (1..=addresses).map(address).collect();
        let authority = Authority::new()?;
        let acceptor = authority.acceptor(&addresses)?;
        let ca_file = folder.join("ca.pem");
        fs::write(&ca_file, authority.pem()).or_fail("the host's authority could not be written")?;
        let shared = Arc::new(Shared { file, ..Shared::default() });
        let mut listeners = JoinSet::new();
        let mut port = 0;
        for address in addresses {
            let bound = TcpListener::bind((address, port)).await;
            let listener = bound.or_fail(format!("{address}:{port} could not be listened on"))?;
            port = listener.local_addr().or_fail("a listener has an address")?.port();
            listeners.spawn(accept(listener, acceptor.clone(), shared.clone()));
        }
        Ok(Self { port, authority, ca_file, shared, _listeners: listeners })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The certificate to trust, as a file.
    pub(crate) fn ca_file(&self) -> &Path {
        &self.ca_file
    }

    /// The certificate to trust, as PEM.
    pub(crate) fn ca_pem(&self) -> String {
        self.authority.pem()
    }

    /// A client's end that trusts it.
    pub(crate) fn connector(&self) -> Result<TlsConnector, Failure> {
        self.authority.connector()
    }

    /// The link to a recording of this many bytes.
    pub(crate) fn recording(&self, bytes: u64) -> String {
        format!("https://{}:{}/recording/{bytes}", address(1), self.port)
    }

    /// The link to the recording that it was started with.
    pub(crate) fn file(&self) -> String {
        format!("https://{}:{}/file", address(1), self.port)
    }

    /// The link to a recording that does not end before [`release`](Self::release), by the number of the address.
    pub(crate) fn slow_recording(&self, number: u8) -> String {
        format!("https://{}:{}/slow", address(number), self.port)
    }

    /// How many slow recordings were asked for.
    pub(crate) fn slow_begun(&self) -> usize {
        self.shared.begun.load(Ordering::Relaxed)
    }

    /// Lets the slow recordings end.
    pub(crate) fn release(&self) {
        self.shared.released.store(true, Ordering::Relaxed);
    }
}

fn address(number: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 0, number)
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, acceptor.clone(), shared.clone()));
        // What has ended need not be kept.
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(stream: TcpStream, acceptor: TlsAcceptor, shared: Arc<Shared>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let stream = acceptor.accept(stream).await?;
    let service = service_fn(move |request| answer(shared.clone(), request));
    let served = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    served.await.map_err(io::Error::other)
}

#[expect(clippy::unused_async, reason = "a service is asked asynchronously")]
async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let path = request.uri().path();
    let bytes = path.strip_prefix("/recording/").and_then(|bytes| bytes.parse::<u64>().ok());
    let mut response = match bytes {
        Some(bytes) => {
            let mut response = Response::new(whole(bytes));
            response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(bytes));
            response
        }
        None if path == "/file" => {
            let mut response = Response::new(Full::new(shared.file.clone()).boxed_unsync());
            response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(shared.file.len()));
            response
        }
        None if path == "/slow" => Response::new(endless(shared)),
        None => {
            let mut response = Response::new(Empty::new().boxed_unsync());
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        }
    };
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("audio/mpeg"));
    Ok(response)
}

fn whole(bytes: u64) -> Body {
    StreamBody::new(stream::unfold(bytes, |left| async move {
        let length = usize::try_from(left).map_or(PIECE, |left| left.min(PIECE));
        let frame = Frame::data(BYTES.slice(..length));
        (length > 0).then(|| (Ok::<_, Infallible>(frame), left - length as u64))
    }))
    .boxed_unsync()
}

fn endless(shared: Arc<Shared>) -> Body {
    shared.begun.fetch_add(1, Ordering::Relaxed);
    StreamBody::new(stream::unfold((shared, Duration::ZERO), |(shared, pause)| async move {
        tokio::time::sleep(pause).await;
        if shared.released.load(Ordering::Relaxed) {
            return None;
        }
        let frame = Frame::data(BYTES.slice(..SLOW_PIECE));
        Some((Ok::<_, Infallible>(frame), (shared, SLOW_PAUSE)))
    }))
    .boxed_unsync()
}
