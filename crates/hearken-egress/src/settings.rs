//! What an operator may set. Plain values, checked when a [`Guard`](crate::Guard) is made from them.

use std::{net::SocketAddr, time::Duration};

use ipnet::{IpNet, Ipv6Net};

/// The limits and exceptions of the guard. `Default` is what a public service should run with.
#[derive(Clone, Debug)]
pub struct EgressSettings {
    /// Networks that are opened although the table or the own-interface rule refuses them. A cloud metadata address
    /// opens only by its exact address (`/32`, `/128`).
    pub allow: Vec<IpNet>,
    /// Networks that are refused whatever `allow` says, public ones too.
    pub deny: Vec<IpNet>,
    /// Ports that a URL may name.
    pub ports: Vec<u16>,
    /// Certificates in PEM that are trusted beside the public roots.
    pub ca_pem: Option<Vec<u8>>,
    /// Recursive resolvers; empty means those of the system.
    pub nameservers: Vec<SocketAddr>,
    /// NAT64 prefixes (RFC 6052) of this network: an address inside is judged as the IPv4 address that it carries.
    /// Lengths 32, 40, 48, 56, 64 and 96.
    pub nat64_prefixes: Vec<Ipv6Net>,
    /// The `User-Agent` of every request.
    pub user_agent: String,
    /// Deadlines.
    pub timeouts: Timeouts,
    /// The slowest that a body may be, over any `rate_window` that begins after `rate_grace`.
    pub min_rate_bytes_per_second: u64,
    /// The span over which the rate of a body is taken.
    pub rate_window: Duration,
    /// How long a body may be slower at its start.
    pub rate_grace: Duration,
    /// The longest response head in bytes; at least 8,192 are always accepted by the parser's buffer.
    pub max_head_bytes: usize,
    /// The most header fields of a response.
    pub max_headers: usize,
    /// The most redirects that are followed.
    pub max_redirects: usize,
}

/// Deadlines. Each covers its whole step, however often the peer makes a little progress.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Resolving one name.
    pub dns: Duration,
    /// Connecting to one address.
    pub connect: Duration,
    /// Connecting to any of the addresses of one name.
    pub connect_all: Duration,
    /// The TLS handshake.
    pub tls: Duration,
    /// From the request's first byte to the end of the response's head, informational responses included.
    pub head: Duration,
    /// Between two pieces of a body, counted while the reader waits.
    pub idle: Duration,
    /// Everything: DNS, every redirect, and the body.
    pub total: Duration,
}

impl Default for EgressSettings {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            deny: Vec::new(),
            ports: vec![443, 8443],
            ca_pem: None,
            nameservers: Vec::new(),
            nat64_prefixes: Vec::new(),
            user_agent: concat!("Hearken/", env!("CARGO_PKG_VERSION")).to_owned(),
            timeouts: Timeouts::default(),
            min_rate_bytes_per_second: 64 * 1024,
            rate_window: Duration::from_secs(20),
            rate_grace: Duration::from_secs(5),
            max_head_bytes: 64 * 1024,
            max_headers: 100,
            max_redirects: 5,
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            dns: Duration::from_secs(3),
            connect: Duration::from_secs(3),
            connect_all: Duration::from_secs(8),
            tls: Duration::from_secs(5),
            head: Duration::from_secs(10),
            idle: Duration::from_secs(15),
            total: Duration::from_mins(10),
        }
    }
}
