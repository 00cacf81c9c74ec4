//! A TLS host that answers every request with the same bytes, and counts who comes: also those who never say a word.

use std::{
    future,
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use hearken_e2e::certificates::Authority;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinSet,
};

/// What it says.
#[derive(Clone, Debug)]
pub enum Script {
    /// These bytes, and the connection is closed.
    Says(Vec<u8>),
    /// These bytes, and then nothing for ever.
    FallsSilentAfter(Vec<u8>),
}

/// A running host. It ends with its owner.
pub struct RawHost {
    port: u16,
    seen: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

impl RawHost {
    /// Starts on an address of loopback, on a free port.
    pub async fn start(address: Ipv4Addr, authority: &Authority, script: Script) -> Self {
        let listener = TcpListener::bind((address, 0)).await.expect("loopback has a free port");
        let port = listener.local_addr().expect("a bound socket has an address").port();
        let (acceptor, seen) = (authority.acceptor(), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&seen);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let accepting = acceptor.accept(stream);
                let script = script.clone();
                connections.spawn(async move {
                    // Whoever does not like the certificate goes away.
                    if let Ok(stream) = accepting.await {
                        let _ = answer(stream, script).await;
                    }
                });
            }
        });
        Self { port, seen, _tasks: tasks }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many connections came.
    pub fn seen(&self) -> usize {
        self.seen.load(Ordering::SeqCst)
    }
}

async fn answer<S>(mut stream: S, script: Script) -> std::io::Result<()>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await?);
    }
    match script {
        Script::Says(bytes) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await
        }
        Script::FallsSilentAfter(bytes) => {
            stream.write_all(&bytes).await?;
            stream.flush().await?;
            future::pending().await
        }
    }
}

/// The head of an answer with these lines.
pub fn head(status: &str, lines: &[String]) -> Vec<u8> {
    let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
    format!("HTTP/1.1 {status}\r\n{lines}\r\n").into_bytes()
}
