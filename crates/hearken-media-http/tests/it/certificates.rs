//! An authority that the fetcher trusts, one that it does not, and server configurations with their leaves.

use std::sync::{Arc, LazyLock};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use rustls::{
    RootCertStore, ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    server::WebPkiClientVerifier,
};

/// An RSA authority whose one leaf has a key of 1024 bits; made once with `openssl`, since ring makes no RSA keys.
pub(crate) const RSA_CA: &[u8] = include_bytes!("../fixtures/rsa-ca.pem");

pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// The authority that the operator has configured.
pub(crate) fn authority() -> &'static Authority {
    static AUTHORITY: LazyLock<Authority> = LazyLock::new(|| Authority::new("Hearken test authority"));
    &AUTHORITY
}

/// Another one.
pub(crate) fn stranger() -> &'static Authority {
    static STRANGER: LazyLock<Authority> = LazyLock::new(|| Authority::new("An unknown authority"));
    &STRANGER
}

/// What a leaf is for.
pub(crate) enum Subject<'a> {
    /// Names or addresses, as alternative names.
    Names(&'a [&'a str]),
    /// A common name only, as in the last century.
    CommonName(&'a str),
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        Self { issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap() }
    }

    /// What the operator's file holds.
    pub(crate) fn trusted_pem(&self) -> Vec<u8> {
        [self.issuer.pem().as_bytes(), b"\n", RSA_CA].concat()
    }

    fn leaf(&self, subject: &Subject<'_>) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let names = match subject {
            Subject::Names(names) => names.iter().map(|name| (*name).to_owned()).collect(),
            Subject::CommonName(_) => Vec::new(),
        };
        let mut params = CertificateParams::new(names).unwrap();
        if let Subject::CommonName(name) = subject {
            params.distinguished_name.push(DnType::CommonName, *name);
        }
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.der().clone(), PrivatePkcs8KeyDer::from(key.serialize_der()).into())
    }

    /// A server with a leaf of this authority that speaks the protocol.
    pub(crate) fn server(&self, subject: &Subject<'_>, protocol: &[u8]) -> Arc<ServerConfig> {
        let (certificate, key) = self.leaf(subject);
        let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let mut config = builder.with_single_cert(vec![certificate], key).unwrap();
        config.alpn_protocols = vec![protocol.to_vec()];
        Arc::new(config)
    }

    /// A server that wants a certificate of its client.
    pub(crate) fn server_with_client_auth(&self, subject: &Subject<'_>) -> Arc<ServerConfig> {
        let (certificate, key) = self.leaf(subject);
        let provider = Arc::new(ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).unwrap();
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().unwrap();
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let builder = builder.with_client_cert_verifier(verifier);
        Arc::new(builder.with_single_cert(vec![certificate], key).unwrap())
    }
}

/// All hosts of the cases, and the address that one of them is redirected to.
pub(crate) const HOSTS: Subject<'static> = Subject::Names(&[
    "rec.customer-host.com",
    "cdn.vendor-edge.net",
    "evil-host.net",
    "rebind.evil-host.net",
    "2606:2800:21f::14",
]);

pub(crate) const HTTP_1: &[u8] = b"http/1.1";
pub(crate) const HTTP_2: &[u8] = b"h2";
