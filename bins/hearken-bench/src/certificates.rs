//! An authority of the bench's own, and what both ends of a TLS connection on loopback make of it.

use std::{net::Ipv4Addr, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use tokio_rustls::{
    TlsAcceptor, TlsConnector,
    rustls::{
        ClientConfig, RootCertStore, ServerConfig,
        client::Resumption,
        crypto::ring,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

use crate::failure::{Failure, OrFail};

/// An authority.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    /// Makes one.
    pub(crate) fn new() -> Result<Self, Failure> {
        let mut params = CertificateParams::new(Vec::<String>::new()).or_fail("an authority needs no name")?;
        params.distinguished_name.push(DnType::CommonName, "Hearken bench authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().or_fail("a key could not be made")?;
        let issuer = CertifiedIssuer::self_signed(params, key).or_fail("an authority could not be made")?;
        Ok(Self { issuer })
    }

    /// Its certificate, as PEM.
    pub(crate) fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// The server's end, with a certificate for these addresses, for HTTP/1.1.
    pub(crate) fn acceptor(&self, addresses: &[Ipv4Addr]) -> Result<TlsAcceptor, Failure> {
        let names: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        let params = CertificateParams::new(names).or_fail("a certificate is for addresses")?;
        let key = KeyPair::generate().or_fail("a key could not be made")?;
        let certificate = params.signed_by(&key, &self.issuer).or_fail("a certificate could not be signed")?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .or_fail("TLS has versions")?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .or_fail("certificate and key belong together")?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// The client's end: like the service's, each connection is new and no session is resumed.
    pub(crate) fn connector(&self) -> Result<TlsConnector, Failure> {
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).or_fail("an authority's certificate is a root")?;
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .or_fail("TLS has versions")?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        config.resumption = Resumption::disabled();
        Ok(TlsConnector::from(Arc::new(config)))
    }
}
