//! The host of a URL: a canonical address, or a name that DNS may be asked for.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use rustls_pki_types::ServerName;

use crate::url_text::UrlFault;

const MAX_NAME_BYTES: usize = 253;
const MAX_LABEL_BYTES: usize = 63;

/// A host as written in a URL, in its one spelling.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Host {
    /// At least one label of letters, digits, `-` and `_`; lower case, without a trailing dot.
    Name(String),
    /// Four decimal octets without leading zeros.
    V4(Ipv4Addr),
    /// In brackets, without a zone.
    V6(Ipv6Addr),
}

impl Host {
    /// The address, where the host is one.
    pub fn literal(&self) -> Option<IpAddr> {
        match self {
            Self::Name(_) => None,
            Self::V4(ip) => Some(IpAddr::V4(*ip)),
            Self::V6(ip) => Some(IpAddr::V6(*ip)),
        }
    }

    /// What the certificate must be for: the name, or the address (RFC 9525, 6).
    pub(crate) fn server_name(&self) -> Option<ServerName<'static>> {
        match self {
            Self::Name(name) => ServerName::try_from(name.clone()).ok(),
            Self::V4(ip) => Some(ServerName::from(IpAddr::V4(*ip))),
            Self::V6(ip) => Some(ServerName::from(IpAddr::V6(*ip))),
        }
    }

    /// Reads a host that stood without brackets.
    pub(crate) fn read(text: &str) -> Result<Self, UrlFault> {
        if text.is_empty() {
            return Err(UrlFault::NoHost);
        }
        // The standard library takes the canonical form only: no hex, octal, short form or leading zero.
        if let Ok(ip) = text.parse::<Ipv4Addr>() {
            return Ok(Self::V4(ip));
        }
        let name = text.strip_suffix('.').unwrap_or(text);
        if name.len() > MAX_NAME_BYTES {
            return Err(UrlFault::BadHost);
        }
        let last = name.rsplit('.').next().unwrap_or(name);
        if !name.split('.').all(label_is_good) || is_number(last) {
            return Err(UrlFault::BadHost);
        }
        Ok(Self::Name(name.to_ascii_lowercase()))
    }

    /// Reads an address that stood in brackets.
    pub(crate) fn read_v6(text: &str) -> Result<Self, UrlFault> {
        text.parse().map(Self::V6).map_err(|_| UrlFault::BadHost)
    }
}

/// As in `Host` and `:authority`.
impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::V4(ip) => ip.fmt(f),
            Self::V6(ip) => write!(f, "[{ip}]"),
        }
    }
}

fn label_is_good(label: &str) -> bool {
    let length = (1..=MAX_LABEL_BYTES).contains(&label.len());
    let characters = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    length && characters && (!is_a_label(label) || a_label_decodes(label))
}

fn is_a_label(label: &str) -> bool {
    label.as_bytes().get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"xn--"))
}

/// Whether an A-label (RFC 5890, 2.3.2.1) decodes to something that needed it and encodes back to itself. Else two
/// spellings would be one name to some parsers and two to others.
fn a_label_decodes(label: &str) -> bool {
    let (decoded, outcome) = idna::domain_to_unicode(label);
    outcome.is_ok()
        && !decoded.is_ascii()
        && idna::domain_to_ascii(&decoded).is_ok_and(|encoded| encoded.eq_ignore_ascii_case(label))
}

/// Whether a parser may take a host with this last label for an IPv4 address (WHATWG URL, "ends in a number").
fn is_number(label: &str) -> bool {
    let hex = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
    label.bytes().all(|byte| byte.is_ascii_digit())
        || hex.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_spelling() {
        assert_eq!(Host::read("CDN.Vendor.COM."), Ok(Host::Name("cdn.vendor.com".to_owned())));
        assert_eq!(Host::read("my_bucket.vendor.com").unwrap().to_string(), "my_bucket.vendor.com");
    }

    #[test]
    fn an_address_is_read_in_its_canonical_form_only() {
        assert_eq!(Host::read("8.8.8.8"), Ok(Host::V4(Ipv4Addr::new(8, 8, 8, 8))));
        for odd in
            ["0x7f.1", "127.1", "2130706433", "010.0.0.1", "127.0.0.1.", "1.2.3.4.5", "a.0x7f", "a.0x", "256.1.1.1"]
        {
            assert_eq!(Host::read(odd), Err(UrlFault::BadHost), "{odd}");
        }
        for odd in ["::1%25lo", "::1%lo", "v1.fe80::1", ":::1", "", "::ffff:127.1", "1:2:3:4:5:6:7:8:9"] {
            assert_eq!(Host::read_v6(odd), Err(UrlFault::BadHost), "{odd}");
        }
    }

    #[test]
    fn a_labels_must_decode() {
        assert!(Host::read("xn--bcher-kva.example").is_ok());
        for odd in ["xn--.com", "xn--localhost-.com", "XN--LOCALHOST-.com", "xn--a.com"] {
            assert_eq!(Host::read(odd), Err(UrlFault::BadHost), "{odd}");
        }
    }

    #[test]
    fn lengths_are_those_of_dns() {
        let label = "a".repeat(63);
        assert!(Host::read(&format!("{label}.com")).is_ok());
        assert!(Host::read(&format!("a{label}.com")).is_err());
        let long = [label.as_str(); 4].join(".");
        assert_eq!(long.len(), 255);
        assert!(Host::read(&long).is_err() && Host::read(&long[2..]).is_ok());
        assert!(Host::read("a..com").is_err() && Host::read("a.com..").is_err());
    }
}
