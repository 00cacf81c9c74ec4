//! TLS: the public roots and the operator's, no resumption, HTTP/2 before HTTP/1.1.

use std::{sync::Arc, time::Duration};

use rustls::{ClientConfig, RootCertStore, client::Resumption, crypto::ring};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{
    error::{EgressError, Phase, SetupError},
    host::Host,
};

const HTTP_2: &[u8] = b"h2";
const HTTP_1: &[u8] = b"http/1.1";

/// What a connection speaks, as negotiated (RFC 7301). A server that negotiates nothing speaks HTTP/1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Http1,
    Http2,
}

/// The client's half of every handshake.
pub(crate) struct Tls {
    connector: TlsConnector,
    within: Duration,
}

impl Tls {
    /// Trusts the public roots and, beside them, the certificates in `ca_pem`.
    pub(crate) fn new(ca_pem: Option<&[u8]>, within: Duration) -> Result<Self, SetupError> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(pem) = ca_pem {
            trust(&mut roots, pem)?;
        }
        // The provider is named, not taken from the process: a library must not depend on what `main` installed.
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(SetupError::Tls)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![HTTP_2.to_vec(), HTTP_1.to_vec()];
        // A resumed session would tie the fetches of two tenants together.
        config.resumption = Resumption::disabled();
        Ok(Self { connector: TlsConnector::from(Arc::new(config)), within })
    }

    /// Shakes hands, with the certificate checked against the host of the URL.
    pub(crate) async fn handshake(
        &self,
        host: &Host,
        tcp: TcpStream,
    ) -> Result<(TlsStream<TcpStream>, Protocol), EgressError> {
        let name = host
            .server_name()
            .ok_or_else(|| EgressError::TlsFailed { detail: "no certificate can be for this host name".to_owned() })?;
        let stream = timeout(self.within, self.connector.connect(name, tcp))
            .await
            .map_err(|_| EgressError::Timeout { phase: Phase::Tls })?
            .map_err(|error| EgressError::TlsFailed { detail: error.to_string() })?;
        let protocol = match stream.get_ref().1.alpn_protocol() {
            Some(HTTP_2) => Protocol::Http2,
            _ => Protocol::Http1,
        };
        Ok((stream, protocol))
    }
}

fn trust(roots: &mut RootCertStore, pem: &[u8]) -> Result<(), SetupError> {
    let before = roots.len();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|_| SetupError::CaPem)?;
        roots.add(certificate).map_err(|_| SetupError::CaPem)?;
    }
    if roots.len() == before { Err(SetupError::CaPem) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_file_without_certificates_is_no_setting() {
        assert!(matches!(Tls::new(Some(b"nothing"), Duration::from_secs(1)), Err(SetupError::CaPem)));
        assert!(Tls::new(None, Duration::from_secs(1)).is_ok());
    }
}
