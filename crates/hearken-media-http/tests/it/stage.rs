//! What a case plays on: a DNS server with the case's hosts, a dialer with a route to one listener, and the fetcher.

use std::{collections::HashMap, net::IpAddr, sync::Arc, time::Duration};

use futures_util::StreamExt;
use hearken_domain::{
    ids::{Ulid, WorkspaceId},
    media::{FetchError, MediaAuth, MediaUrl, Recording},
    ports::MediaFetcher,
};
use hearken_egress::{EgressSettings, Guard, Timeouts};
use hearken_media_http::{HttpMediaFetcher, MediaSettings};

use crate::{
    certificates::authority,
    dns_server::{DnsServer, Step},
    route::MappedDialer,
};

/// As long as nothing but a hang takes. A deadline of a test that is not about it is this: a busy machine must not look
/// like a slow host.
pub(crate) const LONG: Duration = Duration::from_mins(5);

/// The deadlines of a test that is about none.
pub(crate) const NO_HURRY: Timeouts =
    Timeouts { dns: LONG, connect: LONG, connect_all: LONG, tls: LONG, head: LONG, idle: LONG, total: LONG };

/// Those of production, but that nothing ends at a deadline.
pub(crate) fn settings() -> (EgressSettings, MediaSettings) {
    let egress = EgressSettings { timeouts: NO_HURRY, rate_grace: LONG, ..EgressSettings::default() };
    (egress, MediaSettings { permit_wait: LONG, ..MediaSettings::default() })
}

/// Names and their addresses.
pub(crate) type Hosts = HashMap<String, Vec<IpAddr>>;

pub(crate) struct Stage {
    pub(crate) fetcher: Arc<HttpMediaFetcher>,
    pub(crate) dialer: Arc<MappedDialer>,
    in_flight: usize,
    _dns: DnsServer,
}

impl Stage {
    /// Every public address of the hosts, and of `literals`, leads to the port.
    pub(crate) async fn new(hosts: &Hosts, port: u16, settings: (EgressSettings, MediaSettings)) -> Self {
        let (mut egress, media) = settings;
        let dns = DnsServer::start(hosts.iter().map(|(name, ips)| (name.clone(), vec![step(ips)])).collect()).await;
        egress.nameservers = vec![dns.address];
        egress.ca_pem = Some(authority().trusted_pem());
        let literals = LITERALS.iter().map(|ip| ip.parse::<IpAddr>().unwrap());
        let routed = hosts.values().flatten().copied().chain(literals).filter(is_routed);
        let dialer = Arc::new(MappedDialer::new(routed.map(|ip| (ip, port)).collect()));
        let guard = Guard::new(egress, Arc::<MappedDialer>::clone(&dialer)).unwrap();
        let in_flight = media.in_flight;
        Self { fetcher: Arc::new(HttpMediaFetcher::new(guard, media)), dialer, in_flight, _dns: dns }
    }

    pub(crate) async fn fetch(&self, url: &str, auth: Option<&MediaAuth>) -> Result<Recording, FetchError> {
        self.fetcher.fetch(WorkspaceId::from(Ulid::from_parts(1, 1)), &MediaUrl::new(url), auth).await
    }

    /// Fetches everything.
    pub(crate) async fn fetch_bytes(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        read(self.fetch(url, None).await?).await
    }

    /// Whether all permits are back.
    pub(crate) fn is_at_rest(&self) -> bool {
        self.fetcher.free_permits() == self.in_flight
    }
}

/// Reads a recording to its end.
pub(crate) async fn read(mut recording: Recording) -> Result<Vec<u8>, FetchError> {
    let mut bytes = Vec::new();
    while let Some(piece) = recording.body.next().await {
        bytes.extend_from_slice(&piece?);
    }
    Ok(bytes)
}

/// Public addresses that cases name in a URL.
const LITERALS: [&str; 2] = ["93.184.215.14", "2606:2800:21f::14"];

/// A private address gets no route: dialling it would be seen.
fn is_routed(ip: &IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !ip.is_private() && !ip.is_loopback() && !ip.is_link_local(),
        IpAddr::V6(ip) => !ip.is_loopback(),
    }
}

fn step(ips: &[IpAddr]) -> Step {
    let mut step = Step::default();
    for ip in ips {
        match ip {
            IpAddr::V4(ip) => step.v4.push(*ip),
            IpAddr::V6(ip) => step.v6.push(*ip),
        }
    }
    step
}

/// The one host of most cases.
pub(crate) fn one_host() -> Hosts {
    Hosts::from([("rec.customer-host.com".to_owned(), vec!["93.184.215.14".parse().unwrap()])])
}

/// The link of most cases.
pub(crate) const LINK: &str = "https://rec.customer-host.com/a.mp3";
