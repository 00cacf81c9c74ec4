//! The authority of every host: a certificate for whatever name or address is asked for, made when it is.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use tokio_rustls::rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    /// One key for all leaves: making one for each would cost more than the rest of the handshake.
    key: KeyPair,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::<String>::new()).expect("there is no name that could be wrong");
        params.distinguished_name.push(DnType::CommonName, "Hearken namespace authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("keys can be made"));
        let issuer = issuer.expect("an authority can be made");
        Self { issuer, key: KeyPair::generate().expect("keys can be made") }
    }

    pub(crate) fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// A server for these names or addresses; `None` for what no certificate can be for.
    pub(crate) fn server(&self, subjects: Vec<String>) -> Option<Arc<ServerConfig>> {
        let params = CertificateParams::new(subjects).ok()?;
        let leaf = params.signed_by(&self.key, &self.issuer).ok()?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has every version")
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key);
        let mut config = config.expect("certificate and key belong together");
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Some(Arc::new(config))
    }
}
