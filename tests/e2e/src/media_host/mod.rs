//! A host of recordings: HTTPS on loopback, with an authority of its own, that counts what is asked of it.
//!
//! What a path does stands in its first segment, see [`MediaHost::link`]; everything after it only makes it another
//! recording.

mod routes;

use std::{io, net::Ipv4Addr, path::PathBuf, sync::Arc};

use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tempfile::TempDir;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

use crate::{
    certificates::Authority,
    ledger::{Counts, Ledger},
    until::within_patience,
};

/// A running host. It ends when this is dropped.
pub struct MediaHost {
    port: u16,
    ledger: Arc<Ledger>,
    authority: Authority,
    folder: TempDir,
    _tasks: JoinSet<()>,
}

impl MediaHost {
    /// Starts on a free port.
    pub async fn start() -> Self {
        let authority = Authority::new();
        let folder = TempDir::with_prefix("hearken-e2e-host-").expect("a temporary folder can be made");
        std::fs::write(folder.path().join("ca.pem"), authority.pem()).expect("a temporary file can be written");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has a free port");
        let port = listener.local_addr().expect("a bound socket has an address").port();
        let ledger = Arc::new(Ledger::default());
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, authority.acceptor(), Arc::clone(&ledger)));
        Self { port, ledger, authority, folder, _tasks: tasks }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Who signed its certificate.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The certificate to trust.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// The link to a path: `/instant/…`, `/slow/…?ms=1500`, `/hold/…` (until [`release`](Self::release)),
    /// `/first-fails/…` (503 once), `/forbidden/…`, `/page/…`, `/endless/…`; and `/talk/0-3-1/…`, which says these
    /// phrases of [`sound`](crate::sound) in turns on two channels.
    pub fn link(&self, path: &str) -> String {
        format!("https://{}:{}{path}", Ipv4Addr::LOCALHOST, self.port)
    }

    /// What has been asked of a path.
    pub fn counts(&self, path: &str) -> Counts {
        self.ledger.counts(path)
    }

    /// Waits until a path has been asked for this often.
    pub async fn asked(&self, path: &str, times: usize) {
        within_patience(&format!("{path} is fetched"), self.ledger.asked(path, times)).await;
    }

    /// Lets whoever holds a path go, and everybody after.
    pub fn release(&self, path: &str) {
        self.ledger.release(path);
    }
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, ledger: Arc<Ledger>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, acceptor.clone(), Arc::clone(&ledger)));
        // What has ended need not be kept.
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(stream: TcpStream, acceptor: TlsAcceptor, ledger: Arc<Ledger>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let stream = acceptor.accept(stream).await?;
    let service = service_fn(move |request| routes::answer(Arc::clone(&ledger), request));
    let served = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    served.await.map_err(io::Error::other)
}
