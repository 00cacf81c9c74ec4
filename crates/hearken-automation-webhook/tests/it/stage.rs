//! What a test plays on: a dispatcher that may call 127.0.0.1 and no other address of this machine, and parcels.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, LazyLock},
    time::Duration,
};

use bytes::Bytes;
use hearken_automation_webhook::{WebhookDispatcher, WebhookSettings};
use hearken_domain::{
    ids::{DeliveryId, EventId, Ulid},
    ports::{Address, AutomationDispatcher, Dispatched, Parcel},
    time::Timestamp,
    webhook::{ReceiverUrl, SigningSecret},
};
use hearken_egress::{EgressSettings, Guard, TcpDialer, Timeouts};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::{ServerConfig, crypto::ring, pki_types::PrivatePkcs8KeyDer};

pub(crate) const HTTP_1: &[u8] = b"http/1.1";
pub(crate) const HTTP_2: &[u8] = b"h2";

/// The name of a receiver that is reached through DNS.
pub(crate) const NAMED: &str = "hooks.customer-host.com";

/// Also this machine, and on no allow list.
pub(crate) const FORBIDDEN: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// Longer than any attempt should need, on a busy machine too.
pub(crate) const PLENTY: Duration = Duration::from_secs(60);

/// What an envelope looks like, with characters of two, three and four bytes.
pub(crate) const PAYLOAD: &str = r#"{"id":"evt_1","type":"v1.tag.created","data":{"object":{"name":"é録🎧 / \" "}}}"#;

/// A certificate that the dispatcher trusts.
pub(crate) fn trusted() -> &'static CertifiedKey<KeyPair> {
    static TRUSTED: LazyLock<CertifiedKey<KeyPair>> = LazyLock::new(certificate);
    &TRUSTED
}

/// Another one for the same names.
pub(crate) fn certificate() -> CertifiedKey<KeyPair> {
    generate_simple_self_signed([Ipv4Addr::LOCALHOST.to_string(), NAMED.to_owned()]).unwrap()
}

/// A server with this certificate that speaks this protocol.
pub(crate) fn server(certified: &CertifiedKey<KeyPair>, protocol: &[u8]) -> Arc<ServerConfig> {
    let key = PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der());
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let mut config = builder.with_single_cert(vec![certified.cert.der().clone()], key.into()).unwrap();
    config.alpn_protocols = vec![protocol.to_vec()];
    Arc::new(config)
}

/// What may be called, and how long an attempt may take.
pub(crate) struct Terms {
    pub(crate) ports: Vec<u16>,
    pub(crate) within: Duration,
    pub(crate) nameserver: Option<SocketAddr>,
}

impl Terms {
    pub(crate) fn new(ports: &[u16]) -> Self {
        Self { ports: ports.to_vec(), within: PLENTY, nameserver: None }
    }

    pub(crate) fn within(self, within: Duration) -> Self {
        Self { within, ..self }
    }

    pub(crate) fn dispatcher(&self) -> WebhookDispatcher {
        self.dispatcher_over(self.settings().egress(self.egress()))
    }

    /// With these settings of the guard.
    pub(crate) fn dispatcher_over(&self, egress: EgressSettings) -> WebhookDispatcher {
        WebhookDispatcher::new(Guard::new(egress, Arc::new(TcpDialer)).unwrap(), self.settings())
    }

    fn settings(&self) -> WebhookSettings {
        WebhookSettings { within: self.within, ..WebhookSettings::default() }
    }

    /// What the guard is told, but for its deadlines.
    pub(crate) fn egress(&self) -> EgressSettings {
        EgressSettings {
            allow: vec!["127.0.0.1/32".parse().unwrap()],
            ports: self.ports.clone(),
            ca_pem: Some(trusted().cert.pem().into_bytes()),
            nameservers: vec![self.nameserver.unwrap_or((Ipv4Addr::LOCALHOST, 9).into())],
            user_agent: "Hearken test".to_owned(),
            // An attempt ends at its own deadline or at none.
            timeouts: Timeouts {
                dns: PLENTY,
                connect: PLENTY,
                connect_all: PLENTY,
                tls: PLENTY,
                ..Timeouts::default()
            },
            rate_grace: PLENTY,
            ..EgressSettings::default()
        }
    }

    /// Brings the usual parcel to a URL.
    pub(crate) async fn dispatch(&self, url: &str) -> Dispatched {
        self.dispatcher().dispatch(parcel(url, vec![secret(1)])).await
    }
}

pub(crate) fn secret(seed: u8) -> SigningSecret {
    let bytes: Vec<u8> = (0..32).map(|place| place ^ seed.wrapping_mul(37)).collect();
    SigningSecret::new(bytes)
}

/// Now: the libraries take no signature that is older than five minutes.
#[expect(clippy::disallowed_methods, reason = "what is tested against looks at the clock of the machine")]
pub(crate) fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_unix_millis(i64::try_from(since.as_millis()).unwrap()).unwrap()
}

pub(crate) fn message() -> EventId {
    EventId::from(Ulid::from_parts(1_700_000_000_000, 42))
}

pub(crate) fn parcel(url: &str, secrets: Vec<SigningSecret>) -> Parcel {
    let url = ReceiverUrl::try_from(url.to_owned()).unwrap();
    Parcel {
        delivery: DeliveryId::from(Ulid::from_parts(1_700_000_000_000, 7)),
        payload: Bytes::from_static(PAYLOAD.as_bytes()),
        address: Address::Receiver { url, message: message(), secrets },
        at: now(),
    }
}
