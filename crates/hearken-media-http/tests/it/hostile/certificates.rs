//! Certificates that nobody should accept, and one that is good.

use std::sync::{Arc, LazyLock};

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};

use crate::certificates::{HOSTS, HTTP_1, HTTP_2, authority, stranger};

const NAME: &str = "rec.customer-host.com";

/// What a host presents.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Leaf {
    /// Nothing is wrong with it.
    Good,
    /// Of an authority that is not trusted.
    Stranger,
    /// Signed by itself.
    SelfSigned,
    /// Of a trusted authority, but its time is over.
    Expired,
    /// Of a trusted authority, but its time has not come.
    NotYetValid,
    /// Of a trusted authority, for somebody else.
    OtherHost,
    /// For a name with a wildcard where none may stand.
    BareWildcard,
    /// A hundred intermediates that have the name of the issuer and not its key: each costs a signature check.
    LookAlikes,
}

/// The authority behind the leaves whose only fault is their own.
fn issuer() -> &'static CertifiedIssuer<'static, KeyPair> {
    static ISSUER: LazyLock<CertifiedIssuer<'static, KeyPair>> = LazyLock::new(|| new_authority("Hostile authority"));
    &ISSUER
}

/// What the operator trusts in these plays.
pub(crate) fn trusted_pem() -> Vec<u8> {
    [&authority().trusted_pem()[..], b"\n", issuer().pem().as_bytes()].concat()
}

/// A server with the leaf. Only the good one, and the stranger's, are asked for a protocol other than HTTP/1.1.
pub(crate) fn config(leaf: Leaf, protocol: &[u8]) -> Arc<ServerConfig> {
    match leaf {
        Leaf::Good => good(protocol),
        Leaf::Stranger => stranger().server(&HOSTS, protocol),
        Leaf::SelfSigned => self_signed(),
        Leaf::Expired => signed(&between(2019, 2020)),
        Leaf::NotYetValid => signed(&between(2090, 2091)),
        Leaf::OtherHost => signed(&params(&["other.customer-host.com"])),
        Leaf::BareWildcard => signed(&params(&["*.com"])),
        Leaf::LookAlikes => look_alikes(),
    }
}

/// Made once: most plays use it.
fn good(protocol: &[u8]) -> Arc<ServerConfig> {
    static OVER_HTTP_1: LazyLock<Arc<ServerConfig>> = LazyLock::new(|| authority().server(&HOSTS, HTTP_1));
    static OVER_HTTP_2: LazyLock<Arc<ServerConfig>> = LazyLock::new(|| authority().server(&HOSTS, HTTP_2));
    let config: &Arc<ServerConfig> = if protocol == HTTP_2 { &OVER_HTTP_2 } else { &OVER_HTTP_1 };
    Arc::clone(config)
}

fn between(first: i32, last: i32) -> CertificateParams {
    let mut params = params(&[NAME]);
    (params.not_before, params.not_after) = (date_time_ymd(first, 1, 1), date_time_ymd(last, 1, 1));
    params
}

fn params(names: &[&str]) -> CertificateParams {
    CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap()
}

fn new_authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = params(&[]);
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn signed(params: &CertificateParams) -> Arc<ServerConfig> {
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, issuer()).unwrap();
    server(vec![der(&certificate)], &key)
}

fn self_signed() -> Arc<ServerConfig> {
    let key = KeyPair::generate().unwrap();
    let certificate = params(&[NAME]).self_signed(&key).unwrap();
    server(vec![der(&certificate)], &key)
}

fn look_alikes() -> Arc<ServerConfig> {
    let (unknown, double) = (new_authority("A common name"), new_authority("A common name"));
    let key = KeyPair::generate().unwrap();
    let certificate = params(&[NAME]).signed_by(&key, &unknown).unwrap();
    let doubles = std::iter::repeat_n(double.der().clone(), 100);
    server([der(&certificate)].into_iter().chain(doubles).collect(), &key)
}

fn der(certificate: &Certificate) -> CertificateDer<'static> {
    certificate.der().clone()
}

fn server(chain: Vec<CertificateDer<'static>>, key: &KeyPair) -> Arc<ServerConfig> {
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    Arc::new(builder.with_single_cert(chain, key).unwrap())
}
