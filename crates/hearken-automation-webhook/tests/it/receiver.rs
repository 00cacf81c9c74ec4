//! Receivers on loopback with real TLS: one that writes HTTP/1 by hand, so that it can misbehave, and one of HTTP/2.

use std::{
    convert::Infallible,
    io::Result,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinSet,
    time::{interval, timeout},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::stage::{HTTP_1, HTTP_2, PLENTY, server, trusted};

type Tls = TlsStream<TcpStream>;

/// What a receiver does with a request.
#[derive(Clone)]
pub(crate) struct Play {
    /// Written when the request was read.
    pub(crate) says: Vec<u8>,
    pub(crate) then: Then,
}

#[derive(Clone)]
pub(crate) enum Then {
    /// Ends as one should.
    Close,
    /// Ends without a word, not even of TLS.
    Cut,
    /// Keeps the connection and says no more.
    Hold,
    /// Says this again and again, without a pause or with one.
    Repeat(Vec<u8>, Duration),
}

/// A request as it arrived.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) line: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// A receiver; it ends when this is dropped.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    seen: Arc<Seen>,
    _tasks: JoinSet<()>,
}

#[derive(Default)]
pub(crate) struct Seen {
    calls: Mutex<Vec<Call>>,
    /// Bytes that were written by a `Then::Repeat`.
    repeated: AtomicUsize,
    /// What was to be said first has been said.
    said: Notify,
    /// A connection is over.
    ended: Notify,
}

impl Receiver {
    pub(crate) async fn start(play: Play) -> Self {
        Self::with(TlsAcceptor::from(server(trusted(), HTTP_1)), move |stream, seen| {
            let play = play.clone();
            async move {
                // The dispatcher may close at any moment; that is part of the play.
                let _ = play.on(stream, &seen).await;
            }
        })
        .await
    }

    /// A head with these lines, then a text and a proper end.
    pub(crate) async fn answering(head: &str, body: &str) -> Self {
        let says = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes();
        Self::start(Play { says, then: Then::Close }).await
    }

    /// Answers every call with 200 over HTTP/2.
    pub(crate) async fn over_http2() -> Self {
        Self::with(TlsAcceptor::from(server(trusted(), HTTP_2)), |stream, seen| async move {
            let service = service_fn(move |request: Request<Incoming>| {
                let seen = Arc::clone(&seen);
                async move {
                    let (head, body) = request.into_parts();
                    let line = format!("{} {} {:?}", head.method, head.uri.path(), head.version);
                    let body = body.collect().await.unwrap().to_bytes().to_vec();
                    seen.calls.lock().unwrap().push(Call { line, headers: head.headers, body });
                    Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"thanks"))))
                }
            });
            let _ = http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
        })
        .await
    }

    /// Hands every connection over.
    pub(crate) async fn with<F, P>(acceptor: TlsAcceptor, script: F) -> Self
    where
        F: Fn(Tls, Arc<Seen>) -> P + Clone + Send + Sync + 'static,
        P: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let (address, seen) = (listener.local_addr().unwrap(), Arc::<Seen>::default());
        let (mut tasks, witness) = (JoinSet::new(), Arc::clone(&seen));
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (acceptor, script, seen) = (acceptor.clone(), script.clone(), Arc::clone(&witness));
                connections.spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        script(stream, Arc::clone(&seen)).await;
                    }
                    seen.ended.notify_one();
                });
            }
        });
        Self { address, seen, _tasks: tasks }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn url(&self) -> String {
        format!("https://{}/hook?token=very%2Fsecret", self.address)
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.seen.calls.lock().unwrap().clone()
    }

    /// Waits until a call was read and answered as far as it will be.
    pub(crate) async fn said(&self) {
        timeout(PLENTY, self.seen.said.notified()).await.expect("the dispatcher calls");
    }

    /// Waits until a connection is over.
    pub(crate) async fn ended(&self) {
        timeout(PLENTY, self.seen.ended.notified()).await.expect("the dispatcher lets go of the connection");
    }

    pub(crate) fn repeated(&self) -> usize {
        self.seen.repeated.load(Ordering::Relaxed)
    }
}

impl Play {
    async fn on(&self, mut stream: Tls, seen: &Seen) -> Result<()> {
        let call = read_call(&mut stream).await?;
        seen.calls.lock().unwrap().push(call);
        stream.write_all(&self.says).await?;
        stream.flush().await?;
        seen.said.notify_one();
        match &self.then {
            Then::Close => stream.shutdown().await?,
            Then::Cut => return Ok(()),
            Then::Hold => {}
            Then::Repeat(piece, every) => repeat(&mut stream, (piece, *every), seen).await?,
        }
        // Until the other side closes.
        let mut rest = [0; 1024];
        while stream.read(&mut rest).await? > 0 {}
        Ok(())
    }
}

async fn repeat(stream: &mut Tls, (piece, every): (&[u8], Duration), seen: &Seen) -> Result<()> {
    let mut ticks = (!every.is_zero()).then(|| interval(every));
    loop {
        if let Some(ticks) = &mut ticks {
            ticks.tick().await;
        }
        stream.write_all(piece).await?;
        stream.flush().await?;
        seen.repeated.fetch_add(piece.len(), Ordering::Relaxed);
    }
}

async fn read_call(stream: &mut Tls) -> Result<Call> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.trim_end().split("\r\n");
    let line = lines.next().unwrap().to_owned();
    let field = |line: &str| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap())
    };
    let headers: HeaderMap = lines.map(field).collect();
    let mut body = vec![0; headers["content-length"].to_str().unwrap().parse().unwrap()];
    stream.read_exact(&mut body).await?;
    Ok(Call { line, headers, body })
}
