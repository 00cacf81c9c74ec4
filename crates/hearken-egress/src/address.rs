//! The classifier: which addresses may be dialled.
//!
//! [`CheckedAddr`] is the proof that an address passed. Its fields are private to this file, so nothing else in the
//! process can make one, and a [`Dial`](crate::Dial) takes nothing else.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use ipnet::{IpNet, Ipv6Net};

use crate::{
    error::SetupError,
    interfaces::OwnAddresses,
    settings::EgressSettings,
    table::{refused_v4, refused_v6},
};

/// An address and port that the policy let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CheckedAddr {
    ip: IpAddr,
    port: u16,
}

impl CheckedAddr {
    /// What to connect to.
    pub fn socket_addr(self) -> SocketAddr {
        SocketAddr::new(self.ip, self.port)
    }

    /// An address that nobody checked, for a known defect of the fault tests. It is in no other build.
    #[cfg(feature = "failpoints")]
    pub(crate) fn unchecked(ip: IpAddr, port: u16) -> Self {
        Self { ip, port }
    }
}

/// Why an address is refused. For the operator's log, not for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressRefusal {
    /// A row of the table.
    Range {
        /// What lives there.
        what: &'static str,
        /// Who says so.
        source: &'static str,
    },
    /// The operator's deny list.
    Denied,
    /// An address of an interface of this machine.
    OwnInterface,
    /// An ISATAP interface identifier (RFC 5214) that carries a refused IPv4 address.
    Isatap,
}

impl fmt::Display for AddressRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range { what, source } => write!(f, "{what} ({source})"),
            Self::Denied => f.write_str("on the deny list"),
            Self::OwnInterface => f.write_str("an address of this machine"),
            Self::Isatap => f.write_str("ISATAP with a refused IPv4 address (RFC 5214)"),
        }
    }
}

/// How an address would be refused but for the operator's allow list.
#[derive(Clone, Copy)]
struct Objection {
    refusal: AddressRefusal,
    /// Opens only by an allow entry for exactly this address.
    exact: bool,
}

/// The rules, with the operator's exceptions. Judging one address allocates nothing.
#[derive(Debug)]
pub struct AddressPolicy {
    allow: Vec<IpNet>,
    deny: Vec<IpNet>,
    nat64: Vec<Ipv6Net>,
    own: OwnAddresses,
}

impl AddressPolicy {
    /// Takes the lists from the settings and reads the interfaces of this machine.
    ///
    /// Fails when a NAT64 prefix has a length that RFC 6052 does not know, or the interfaces cannot be read.
    pub fn new(settings: &EgressSettings) -> Result<Self, SetupError> {
        if let Some(prefix) =
            settings.nat64_prefixes.iter().find(|prefix| !NAT64_LENGTHS.contains(&prefix.prefix_len()))
        {
            return Err(SetupError::Nat64Prefix(*prefix));
        }
        Ok(Self {
            allow: settings.allow.clone(),
            deny: settings.deny.clone(),
            nat64: settings.nat64_prefixes.clone(),
            own: OwnAddresses::read()?,
        })
    }

    /// Lets an address through, or says why not.
    pub fn check(&self, ip: IpAddr, port: u16) -> Result<CheckedAddr, AddressRefusal> {
        self.judge(ip)?;
        Ok(CheckedAddr { ip, port })
    }

    fn judge(&self, ip: IpAddr) -> Result<(), AddressRefusal> {
        if self.deny.iter().any(|net| net.contains(&ip)) {
            return Err(AddressRefusal::Denied);
        }
        match ip {
            IpAddr::V4(ip) => self.judge_v4(ip),
            IpAddr::V6(ip) => match self.carried_v4(ip) {
                Some(carried) => self.judge(IpAddr::V4(carried)),
                None => self.judge_v6(ip),
            },
        }
    }

    fn judge_v4(&self, ip: Ipv4Addr) -> Result<(), AddressRefusal> {
        let range = refused_v4(ip).map(|row| Objection {
            refusal: AddressRefusal::Range { what: row.what, source: row.source },
            exact: row.metadata,
        });
        self.weigh(IpAddr::V4(ip), range)
    }

    fn judge_v6(&self, ip: Ipv6Addr) -> Result<(), AddressRefusal> {
        let range = refused_v6(ip).map(|row| Objection {
            refusal: AddressRefusal::Range { what: row.what, source: row.source },
            exact: row.metadata,
        });
        let isatap = || {
            let carried = isatap_v4(ip)?;
            let refused = self.judge(IpAddr::V4(carried)).is_err();
            refused.then_some(Objection { refusal: AddressRefusal::Isatap, exact: false })
        };
        self.weigh(IpAddr::V6(ip), range.or_else(isatap))
    }

    /// Holds an objection, or that the address is our own, against the allow list.
    fn weigh(&self, ip: IpAddr, range: Option<Objection>) -> Result<(), AddressRefusal> {
        let own = || self.own.hold(ip).then_some(Objection { refusal: AddressRefusal::OwnInterface, exact: false });
        match range.or_else(own) {
            Some(objection) if !self.opens(ip, objection.exact) => Err(objection.refusal),
            _ => Ok(()),
        }
    }

    fn opens(&self, ip: IpAddr, exact: bool) -> bool {
        self.allow.iter().any(|net| net.contains(&ip) && (!exact || net.prefix_len() == net.max_prefix_len()))
    }

    /// The IPv4 address that an IPv6 address stands for: IPv4-mapped, or inside a NAT64 prefix of this network.
    fn carried_v4(&self, ip: Ipv6Addr) -> Option<Ipv4Addr> {
        ip.to_ipv4_mapped().or_else(|| {
            let prefix = self.nat64.iter().find(|prefix| prefix.contains(&ip))?;
            Some(nat64_v4(ip, prefix.prefix_len()))
        })
    }
}

const NAT64_LENGTHS: [u8; 6] = [32, 40, 48, 56, 64, 96];

/// The address inside a NAT64 address (RFC 6052, 2.2). Octet 8 is the reserved `u` and never carries a part of it.
fn nat64_v4(ip: Ipv6Addr, prefix_len: u8) -> Ipv4Addr {
    let octets = ip.octets();
    let first = usize::from(prefix_len / 8);
    let mut carried = [0; 4];
    let places = (first..).filter(|place| *place != 8);
    for (into, place) in carried.iter_mut().zip(places) {
        *into = octets[place];
    }
    Ipv4Addr::from(carried)
}

/// The address inside an ISATAP interface identifier (RFC 5214, 6.1), with the universal bit or without.
fn isatap_v4(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let [.., a, b, c, d] = ip.octets();
    let [_, _, _, _, high, low, ..] = ip.segments();
    (matches!(high, 0 | 0x200) && low == 0x5efe).then_some(Ipv4Addr::new(a, b, c, d))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(settings: &EgressSettings) -> AddressPolicy {
        AddressPolicy::new(settings).unwrap()
    }

    fn passes(policy: &AddressPolicy, ip: &str) -> bool {
        policy.check(ip.parse().unwrap(), 443).is_ok()
    }

    #[test]
    fn nat64_addresses_carry_their_ipv4_address_as_in_rfc_6052() {
        for (address, length) in [
            ("2001:db8:c000:221::", 32),
            ("2001:db8:1c0:2:21::", 40),
            ("2001:db8:122:c000:2:2100::", 48),
            ("2001:db8:122:3c0:0:221::", 56),
            ("2001:db8:122:344:c0:2:2100::", 64),
            ("2001:db8:122:344::c000:221", 96),
        ] {
            assert_eq!(nat64_v4(address.parse().unwrap(), length), Ipv4Addr::new(192, 0, 2, 33), "{address}/{length}");
        }
    }

    #[test]
    fn an_odd_nat64_prefix_is_no_setting() {
        let settings =
            EgressSettings { nat64_prefixes: vec!["2a00::/33".parse().unwrap()], ..EgressSettings::default() };
        assert!(matches!(AddressPolicy::new(&settings), Err(SetupError::Nat64Prefix(_))));
    }

    #[test]
    fn allow_opens_a_range_but_metadata_only_exactly() {
        let net = |text: &str| text.parse::<IpNet>().unwrap();
        let wide = policy(&EgressSettings { allow: vec![net("0.0.0.0/0"), net("::/0")], ..EgressSettings::default() });
        assert!(passes(&wide, "10.0.0.1") && passes(&wide, "127.0.0.1") && passes(&wide, "fd12::1"));
        for metadata in ["169.254.169.254", "168.63.129.16", "::ffff:169.254.169.254", "fd00:ec2::254"] {
            assert!(!passes(&wide, metadata), "{metadata}");
        }
        let exact = policy(&EgressSettings { allow: vec![net("169.254.169.254/32")], ..EgressSettings::default() });
        assert!(passes(&exact, "169.254.169.254") && !passes(&exact, "169.254.170.2"));
    }

    #[test]
    fn deny_wins_over_allow_and_over_public() {
        let net = |text: &str| text.parse::<IpNet>().unwrap();
        let policy = policy(&EgressSettings {
            allow: vec![net("10.0.0.0/8")],
            deny: vec![net("10.1.0.0/16"), net("93.184.0.0/16")],
            ..EgressSettings::default()
        });
        assert!(passes(&policy, "10.2.0.1"));
        assert!(
            !passes(&policy, "10.1.0.1") && !passes(&policy, "93.184.215.14") && !passes(&policy, "::ffff:10.1.0.1")
        );
    }

    #[test]
    fn a_declared_nat64_prefix_is_judged_by_what_it_carries() {
        let settings = EgressSettings {
            nat64_prefixes: vec!["64:ff9b::/96".parse().unwrap(), "2a00:db80:64::/96".parse().unwrap()],
            ..EgressSettings::default()
        };
        let declared = policy(&settings);
        assert!(passes(&declared, "64:ff9b::4000:1"));
        assert!(!passes(&declared, "64:ff9b::a9fe:a9fe") && !passes(&declared, "2a00:db80:64::a9fe:a9fe"));
        assert!(!passes(&policy(&EgressSettings::default()), "64:ff9b::4000:1"));
    }

    #[test]
    fn isatap_is_refused_with_a_refused_address_only() {
        let policy = policy(&EgressSettings::default());
        assert!(!passes(&policy, "2606:2800:21f:1:0:5efe:a00:1") && !passes(&policy, "2606:2800:21f:1:200:5efe:a00:1"));
        assert!(passes(&policy, "2606:2800:21f:1:0:5efe:808:808"));
    }
}
