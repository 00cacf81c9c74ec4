//! A server with real TLS on loopback that remembers what it was sent, and a guard that may send to it.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, LazyLock, Mutex},
};

use bytes::Bytes;
use hearken_egress::{EgressSettings, Guard, TcpDialer};
use http::{HeaderMap, Request, Response, StatusCode, header::LOCATION, request};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{ServerConfig, crypto::ring};
use rustls_pki_types::PrivatePkcs8KeyDer;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

pub(crate) const HTTP_1: &[u8] = b"http/1.1";
pub(crate) const HTTP_2: &[u8] = b"h2";

/// A host that is reached by its name.
pub(crate) const NAMED: &str = "receiver.customer-host.com";

static CERTIFIED: LazyLock<CertifiedKey<rcgen::KeyPair>> =
    LazyLock::new(|| generate_simple_self_signed(["127.0.0.1".to_owned(), NAMED.to_owned()]).unwrap());

/// What a server was sent.
pub(crate) struct Sent {
    pub(crate) head: request::Parts,
    pub(crate) body: Bytes,
}

/// A server; it ends when this is dropped.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    sent: Arc<Mutex<Vec<Sent>>>,
    _tasks: JoinSet<()>,
}

impl Receiver {
    /// Answers every request with this status and, where it is one, this location.
    pub(crate) async fn start(protocol: &[u8], status: StatusCode, location: Option<String>) -> Self {
        let sent = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&sent);
        let answers = move |stream| {
            let (seen, location) = (Arc::clone(&seen), location.clone());
            async move {
                let service = service_fn(|request: Request<Incoming>| {
                    let (seen, location) = (Arc::clone(&seen), location.clone());
                    async move {
                        let (head, body) = request.into_parts();
                        let body = body.collect().await?.to_bytes();
                        seen.lock().unwrap().push(Sent { head, body });
                        hyper::Result::Ok(answer(status, location.as_deref()))
                    }
                });
                // How a client leaves is its own business.
                let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
            }
        };
        Self { sent, ..Self::scripted(protocol, answers).await }
    }

    /// Hands every connection to the script.
    pub(crate) async fn scripted<F, P>(protocol: &[u8], script: F) -> Self
    where
        F: Fn(TlsStream<TcpStream>) -> P + Clone + Send + Sync + 'static,
        P: Future<Output = ()> + Send + 'static,
    {
        let acceptor = TlsAcceptor::from(Arc::new(server(protocol)));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (acceptor, script) = (acceptor.clone(), script.clone());
                connections.spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        script(stream).await;
                    }
                });
            }
        });
        Self { address, sent: Arc::default(), _tasks: tasks }
    }

    /// Takes what it was sent since the last time.
    pub(crate) fn take_sent(&self) -> Vec<Sent> {
        std::mem::take(&mut *self.sent.lock().unwrap())
    }
}

fn answer(status: StatusCode, location: Option<&str>) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::from("thanks"));
    *answer.status_mut() = status;
    let location = location.map(|location| (LOCATION, location.parse().unwrap()));
    answer.headers_mut().extend(HeaderMap::from_iter(location));
    answer
}

fn server(protocol: &[u8]) -> ServerConfig {
    let key = PrivatePkcs8KeyDer::from(CERTIFIED.signing_key.serialize_der());
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let mut config = builder.with_single_cert(vec![CERTIFIED.cert.der().clone()], key.into()).unwrap();
    config.alpn_protocols = vec![protocol.to_vec()];
    config
}

/// Settings under which 127.0.0.1 may be sent to, at these ports, and no other address of this machine.
pub(crate) fn settings(ports: &[u16]) -> EgressSettings {
    EgressSettings {
        allow: vec!["127.0.0.1/32".parse().unwrap()],
        ports: ports.to_vec(),
        ca_pem: Some(CERTIFIED.cert.pem().into_bytes()),
        nameservers: vec!["127.0.0.1:9".parse().unwrap()],
        user_agent: "Hearken test".to_owned(),
        ..EgressSettings::default()
    }
}

/// A guard with the dialer of production.
pub(crate) fn guard(settings: EgressSettings) -> Guard {
    Guard::new(settings, Arc::new(TcpDialer)).unwrap()
}
