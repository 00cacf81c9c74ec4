//! The listener of a play: who came, who left, and how much was sent.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::{
    case::Layer,
    certificates::{Leaf, config},
    http2_frames::read_request,
    moves::{Move, play},
    wire::Counted,
};
use crate::{
    certificates::{HTTP_1, HTTP_2},
    origin::{Origin, drain, read_head},
    stage::LONG,
};

/// A host; it ends when this is dropped.
pub(crate) struct Host {
    pub(crate) port: u16,
    ledger: Arc<Ledger>,
    tasks: JoinSet<()>,
    _held: Option<Held>,
}

/// What keeps a port as it is.
enum Held {
    Refusing { _origin: Origin },
    Crowded { _listener: TcpListener, _waiting: Vec<TcpStream> },
}

#[derive(Debug, Default)]
struct Ledger {
    came: AtomicUsize,
    left: AtomicUsize,
    sent: Arc<AtomicU64>,
}

/// What a connection speaks before its script.
#[derive(Clone)]
enum Speech {
    Tcp,
    Http1(TlsAcceptor),
    Http2(TlsAcceptor),
}

impl Host {
    /// Plays the i-th script on the i-th connection, and the last on all later ones.
    pub(crate) async fn start(layer: Layer, scripts: Vec<Vec<Move>>) -> Self {
        let speech = match layer {
            Layer::Refusing => return Self::refusing(),
            Layer::Crowded => return Self::crowded().await,
            Layer::Tcp => Speech::Tcp,
            Layer::Http1(leaf) => Speech::Http1(TlsAcceptor::from(config(leaf, HTTP_1))),
            Layer::Http2 => Speech::Http2(TlsAcceptor::from(config(Leaf::Good, HTTP_2))),
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let mut host = Self::at(listener.local_addr().unwrap().port());
        host.tasks.spawn(accept(listener, (speech, scripts), Arc::clone(&host.ledger)));
        host
    }

    fn at(port: u16) -> Self {
        Self { port, ledger: Arc::default(), tasks: JoinSet::new(), _held: None }
    }

    fn refusing() -> Self {
        let origin = Origin::refusing();
        let port = origin.port;
        Self { _held: Some(Held::Refusing { _origin: origin }), ..Self::at(port) }
    }

    /// Fills the queue of a listener that never accepts, so that the next connection is not even answered.
    async fn crowded() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let listener = socket.listen(0).unwrap();
        let address = listener.local_addr().unwrap();
        let mut waiting = Vec::new();
        while waiting.len() < 64 {
            // There is no answer: that the queue is full is told by nothing but silence.
            match timeout(Duration::from_secs(3), TcpStream::connect(address)).await {
                Ok(stream) => waiting.push(stream.unwrap()),
                Err(_) => break,
            }
        }
        Self { _held: Some(Held::Crowded { _listener: listener, _waiting: waiting }), ..Self::at(address.port()) }
    }

    /// Bytes that the kernel took, on all connections.
    pub(crate) fn sent(&self) -> u64 {
        self.ledger.sent.load(Ordering::Relaxed)
    }

    /// Whether every connection has ended, now or soon.
    pub(crate) async fn is_left_alone(&self) -> bool {
        let left = async {
            while self.ledger.left.load(Ordering::Acquire) < self.ledger.came.load(Ordering::Acquire) {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(LONG / 2, left).await.is_ok()
    }
}

async fn accept(listener: TcpListener, (speech, scripts): (Speech, Vec<Vec<Move>>), ledger: Arc<Ledger>) {
    let mut connections = JoinSet::new();
    for before in 0.. {
        let (tcp, _) = listener.accept().await.unwrap();
        tcp.set_nodelay(true).unwrap();
        ledger.came.fetch_add(1, Ordering::Release);
        let moves = scripts[before.min(scripts.len() - 1)].clone();
        let (speech, ledger) = (speech.clone(), Arc::clone(&ledger));
        connections.spawn(async move {
            let wire = Counted::new(tcp, Arc::clone(&ledger.sent));
            converse(wire, speech, &moves).await;
            ledger.left.fetch_add(1, Ordering::Release);
        });
    }
}

async fn converse(wire: Counted, speech: Speech, moves: &[Move]) {
    match speech {
        Speech::Tcp => play(wire, moves).await,
        Speech::Http1(acceptor) => {
            let Some(mut tls) = handshake(acceptor, wire).await else { return };
            read_head(&mut tls).await;
            play(tls, moves).await;
        }
        Speech::Http2(acceptor) => {
            let Some(mut tls) = handshake(acceptor, wire).await else { return };
            if read_request(&mut tls).await.is_ok() {
                play(tls, moves).await;
            }
        }
    }
}

async fn handshake(acceptor: TlsAcceptor, wire: Counted) -> Option<TlsStream<Counted>> {
    match acceptor.accept(wire).into_fallible().await {
        Ok(tls) => Some(tls),
        // The alert is on its way; closing with unread bytes would send a reset after it.
        Err((_, mut wire)) => {
            drain(&mut wire).await;
            None
        }
    }
}
