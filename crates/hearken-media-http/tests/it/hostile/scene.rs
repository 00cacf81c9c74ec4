//! The fetcher of a play: its limits, its names, and the one way that its connections can take.

use std::{any::Any, collections::HashMap, net::IpAddr, net::SocketAddr, sync::Arc, time::Duration};

use hearken_domain::{
    ids::{Ulid, WorkspaceId},
    media::{FetchError, MediaUrl},
    ports::MediaFetcher,
};
use hearken_egress::{EgressSettings, Guard, Timeouts};
use hearken_media_http::{HttpMediaFetcher, MediaSettings};

use super::{
    case::{Case, Names},
    certificates::trusted_pem,
    rogue_dns::RogueDns,
};
use crate::{
    dns_server::{DnsServer, Step},
    route::MappedDialer,
    stage::{self, LONG, NO_HURRY, read},
};

/// The most bytes of a recording.
pub(crate) const CAP: u64 = 256 * 1024;

/// A part of the link that nobody may be told.
pub(crate) const SECRET: &str = "s3cr3t";

/// The link's host.
const HOST: &str = "rec.customer-host.com";

/// The addresses that have a listener.
const ROUTED: [&str; 2] = ["93.184.215.14", "151.101.1.140"];

/// Names that a play may be led to, and what they resolve to.
const KNOWN: [(&str, &str); 7] = [
    (HOST, r#"{"A": ["93.184.215.14"]}"#),
    ("cdn.vendor-edge.net", r#"{"A": ["151.101.1.140"]}"#),
    ("private.evil-host.net", r#"{"A": ["10.1.2.3"]}"#),
    ("loopback.evil-host.net", r#"{"A": ["127.0.0.1"]}"#),
    ("metadata.evil-host.net", r#"{"A": ["169.254.169.254"]}"#),
    ("mapped.evil-host.net", r#"{"AAAA": ["::ffff:192.168.1.1"]}"#),
    ("mixed.evil-host.net", r#"{"A": ["151.101.1.140", "192.168.0.1"]}"#),
];

/// A fetcher on its own.
pub(crate) struct Scene {
    fetcher: HttpMediaFetcher,
    dialer: Arc<MappedDialer>,
    in_flight: usize,
    _dns: Box<dyn Any + Send + Sync>,
}

impl Scene {
    /// Every public address leads to the port.
    pub(crate) async fn new(case: &Case, port: u16) -> Self {
        let (nameserver, dns) = serve(&case.names).await;
        let routes = ROUTED.map(|ip| (ip.parse::<IpAddr>().unwrap(), port));
        let dialer = Arc::new(MappedDialer::new(HashMap::from(routes)));
        let egress =
            EgressSettings { nameservers: vec![nameserver], ca_pem: Some(trusted_pem()), ..egress_settings(case) };
        let guard = Guard::new(egress, Arc::<MappedDialer>::clone(&dialer)).unwrap();
        let media = MediaSettings { max_bytes: CAP, ..stage::settings().1 };
        let in_flight = media.in_flight;
        Self { fetcher: HttpMediaFetcher::new(guard, media), dialer, in_flight, _dns: dns }
    }

    /// Fetches everything.
    pub(crate) async fn fetch(&self) -> Result<Vec<u8>, FetchError> {
        let url = MediaUrl::new(format!("https://{HOST}/a.mp3?sig={SECRET}"));
        read(self.fetcher.fetch(WorkspaceId::from(Ulid::from_parts(1, 1)), &url, None).await?).await
    }

    pub(crate) fn dialled(&self) -> Vec<SocketAddr> {
        self.dialer.asked()
    }

    pub(crate) fn stayed_on_its_routes(&self) -> bool {
        self.dialer.stayed_on_its_routes()
    }

    pub(crate) fn is_at_rest(&self) -> bool {
        self.fetcher.free_permits() == self.in_flight
    }
}

/// Those of production, but for what would make the plays long. Where a play may not end at a deadline there is none: a
/// busy machine would look like a slow host.
fn egress_settings(case: &Case) -> EgressSettings {
    let dns = if case.is_about_dns() { Timeouts::default().dns } else { LONG };
    if !case.codes.contains(&"timeout") {
        let (egress, _) = stage::settings();
        return EgressSettings { timeouts: Timeouts { dns, ..NO_HURRY }, ..egress };
    }
    let five = Duration::from_secs(5);
    EgressSettings {
        timeouts: Timeouts { dns, head: five, idle: five, total: Duration::from_secs(20), ..Timeouts::default() },
        rate_window: Duration::from_secs(4),
        rate_grace: Duration::from_secs(2),
        ..EgressSettings::default()
    }
}

async fn serve(names: &Names) -> (SocketAddr, Box<dyn Any + Send + Sync>) {
    let mut steps: HashMap<String, Vec<Step>> =
        KNOWN.iter().map(|(name, step)| ((*name).to_owned(), vec![read_step(step)])).collect();
    match names {
        Names::Honest => {}
        Names::Steps(own) => drop(steps.insert(HOST.to_owned(), own.clone())),
        Names::Rogue(mischief) => {
            let dns = RogueDns::start(*mischief).await;
            return (dns.address, Box::new(dns));
        }
    }
    let dns = DnsServer::start(steps).await;
    (dns.address, Box::new(dns))
}

/// A step as the case list writes it.
pub(crate) fn read_step(text: &str) -> Step {
    serde_json::from_str(text).unwrap()
}
