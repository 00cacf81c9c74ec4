//! The demo's own media host: HTTPS on loopback with a certificate of a CA that lives as long as the demo.

use std::{convert::Infallible, io, net::Ipv4Addr, sync::Arc};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Response, body::Incoming, header, service::service_fn};
use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_rustls::{TlsAcceptor, rustls};

/// A call of half a minute in stereo, each caller on a channel, spoken by a synthesiser. What is said stands in
/// [`sample`](super::sample).
pub(crate) const SAMPLE: &[u8] = include_bytes!("sample.mp3");

/// A running media host.
pub(crate) struct MediaHost {
    port: u16,
    ca_pem: String,
    server: JoinHandle<()>,
}

impl MediaHost {
    /// Starts on a free port.
    pub(crate) async fn start() -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let (ca_pem, acceptor) = certificate()?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let stream = acceptor.accept(stream).await?;
                    let served = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service_fn(answer));
                    served.await.map_err(io::Error::other)
                });
            }
        });
        Ok(Self { port, ca_pem, server })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    pub(crate) fn sample_url(&self) -> String {
        format!("https://{}:{}/sample.mp3", Ipv4Addr::LOCALHOST, self.port)
    }

    pub(crate) fn stop(self) {
        self.server.abort();
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::new(Full::new(Bytes::new()));
    if request.uri().path() == "/sample.mp3" {
        *response.body_mut() = Full::new(Bytes::from_static(SAMPLE));
        response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("audio/mpeg"));
    } else {
        *response.status_mut() = hyper::StatusCode::NOT_FOUND;
    }
    Ok(response)
}

/// A CA, and a certificate of it for loopback.
fn certificate() -> Result<(String, TlsAcceptor), Box<dyn std::error::Error + Send + Sync>> {
    let ca_key = KeyPair::generate()?;
    let mut ca = CertificateParams::new(Vec::<String>::new())?;
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.distinguished_name.push(rcgen::DnType::CommonName, "Hearken demo CA");
    let ca_pem = ca.self_signed(&ca_key)?.pem();
    let key = KeyPair::generate()?;
    let leaf =
        CertificateParams::new(vec![Ipv4Addr::LOCALHOST.to_string()])?.signed_by(&key, &Issuer::new(ca, ca_key))?;
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let mut config =
        rustls::ServerConfig::builder().with_no_client_auth().with_single_cert(vec![leaf.der().clone()], key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok((ca_pem, TlsAcceptor::from(Arc::new(config))))
}
