//! `egress`: which hosts may be fetched from, on top of the built-in table of refused addresses.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use ipnet::{IpNet, Ipv6Net};

use crate::error::ConfigError;
use crate::form::{Form, PATH, PLAIN_TEXT};
use crate::merged::Merged;
use crate::page::Page;

const DNS_PORT: u16 = 53;

/// The only lengths of a prefix that have an IPv4 address at a defined place (RFC 6052, section 2.2).
const NAT64_LENGTHS: [u8; 6] = [32, 40, 48, 56, 64, 96];

const NETWORK: Form<IpNet> =
    Form { accepted: "networks as CIDRs", example: "[\"10.1.2.0/24\", \"fd00::/8\"]", parse: parse_network };

const PORT: Form<u16> =
    Form { accepted: "one or more ports from 1 to 65535", example: "[443, 8443]", parse: parse_port };

const NAMESERVER: Form<SocketAddr> = Form {
    accepted: "IP addresses, with a port if it is not 53",
    example: "[\"127.0.0.1:5353\"]",
    parse: parse_nameserver,
};

const NAT64_PREFIX: Form<Ipv6Net> = Form {
    accepted: "IPv6 networks of length 32, 40, 48, 56, 64 or 96",
    example: "[\"64:ff9b::/96\"]",
    parse: parse_nat64_prefix,
};

const USER_AGENT: Form<String> =
    Form { accepted: "printable ASCII text", example: "hearken (ops@example.org)", parse: parse_user_agent };

/// What outgoing requests may reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Egress {
    /// Networks that may be reached although the built-in table refuses them.
    pub allow: Vec<IpNet>,
    /// Networks that may not be reached, beside the built-in table.
    pub deny: Vec<IpNet>,
    /// Ports that may be reached; at least one, none of them 0.
    pub ports: Vec<u16>,
    /// A PEM file of certificates that are trusted beside the public roots, not yet opened.
    pub ca_file: Option<PathBuf>,
    /// DNS servers; none = the system's.
    pub nameservers: Vec<SocketAddr>,
    /// Prefixes of this network's NAT64, of a length that RFC 6052 defines.
    pub nat64_prefixes: Vec<Ipv6Net>,
    /// A `User-Agent` in place of the built-in one: printable ASCII, not empty.
    pub user_agent: Option<String>,
}

impl Egress {
    pub(crate) fn read(merged: &Merged) -> Result<Self, ConfigError> {
        let ports = merged.list("egress.ports", &PORT)?;
        if ports.is_empty() {
            return Err(merged.refused("egress.ports", &PORT, "the list is empty"));
        }
        Ok(Self {
            allow: merged.list("egress.allow", &NETWORK)?,
            deny: merged.list("egress.deny", &NETWORK)?,
            ports,
            ca_file: merged.optional("egress.ca_file", &PATH)?,
            nameservers: merged.list("egress.nameservers", &NAMESERVER)?,
            nat64_prefixes: merged.list("egress.nat64_prefixes", &NAT64_PREFIX)?,
            user_agent: merged.optional("egress.user_agent", &USER_AGENT)?,
        })
    }

    pub(crate) fn print(&self, page: &mut Page) {
        page.list("egress.allow", &self.allow);
        page.list("egress.deny", &self.deny);
        page.numbers("egress.ports", &self.ports);
        page.optional("egress.ca_file", self.ca_file.as_deref().map(Path::display));
        page.list("egress.nameservers", &self.nameservers);
        page.list("egress.nat64_prefixes", &self.nat64_prefixes);
        page.optional("egress.user_agent", self.user_agent.as_ref());
    }
}

/// Bits beyond the length are refused: whoever writes `10.1.2.3/8` may not mean all of `10.0.0.0/8`.
fn parse_network(text: &str) -> Result<IpNet, String> {
    let network: IpNet = text.parse().map_err(|_| format!("`{text}` is no CIDR"))?;
    if network.trunc() != network {
        return Err(format!("`{text}` has bits set beyond its length (the network is `{}`)", network.trunc()));
    }
    Ok(network)
}

fn parse_port(text: &str) -> Result<u16, String> {
    match text.parse::<u16>() {
        Ok(0) | Err(_) => Err(format!("`{text}` is no port")),
        Ok(port) => Ok(port),
    }
}

fn parse_nameserver(text: &str) -> Result<SocketAddr, String> {
    let with_port = text.parse::<SocketAddr>().ok();
    with_port
        .or_else(|| text.parse::<IpAddr>().ok().map(|ip| SocketAddr::new(ip, DNS_PORT)))
        .filter(|server| server.port() != 0)
        .ok_or_else(|| format!("`{text}` is no IP address with or without a port"))
}

fn parse_nat64_prefix(text: &str) -> Result<Ipv6Net, String> {
    match parse_network(text)? {
        IpNet::V6(prefix) if NAT64_LENGTHS.contains(&prefix.prefix_len()) => Ok(prefix),
        IpNet::V6(prefix) => Err(format!("`{text}` has the length {}", prefix.prefix_len())),
        IpNet::V4(_) => Err(format!("`{text}` is an IPv4 network")),
    }
}

fn parse_user_agent(text: &str) -> Result<String, String> {
    let text = (PLAIN_TEXT.parse)(text)?;
    if text.is_ascii() { Ok(text) } else { Err(format!("`{text}` is not ASCII")) }
}
