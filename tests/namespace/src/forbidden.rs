//! Which addresses are forbidden: a second reading of the rules, slow and plain, that shares nothing with the one that
//! is tested.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// Refused ranges of IPv4.
pub(crate) const V4: &[&str] = &[
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "168.63.129.16/32",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
];

/// Refused ranges of IPv6; the three shortest are all that is not 2000::/3.
pub(crate) const V6: &[&str] = &[
    "::/96",
    "::ffff:0:0:0/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "2620:4f:8000::/48",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
    "::/3",
    "4000::/2",
    "8000::/1",
];

/// Addresses at which clouds, containers and machines keep what is worth stealing.
pub(crate) const PRIZES: &[&str] = &[
    "169.254.169.254",
    "169.254.170.2",
    "169.254.170.23",
    "169.254.42.42",
    "168.63.129.16",
    "192.0.0.192",
    "100.100.100.200",
    "10.0.0.1",
    "172.17.0.1",
    "192.168.1.1",
    "fd00:ec2::254",
    "fd20:ce::254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::",
    "2001:0:a9fe:a9fe::",
];

/// The inside's own addresses, which look public: whatever listens there trusts its machine.
pub(crate) const OWN: [IpAddr; 2] =
    [IpAddr::V4(Ipv4Addr::new(11, 255, 255, 1)), IpAddr::V6(Ipv6Addr::new(0x2a0f, 0xffff, 0, 0, 0, 0, 0, 1))];

/// Whether the service must never dial it.
pub(crate) fn is_forbidden(ip: IpAddr) -> bool {
    if OWN.contains(&ip.to_canonical()) {
        return true;
    }
    match ip.to_canonical() {
        IpAddr::V4(ip) => lies_in(V4, ip.into()),
        IpAddr::V6(ip) => lies_in(V6, ip.into()) || is_isatap_of_forbidden(ip),
    }
}

fn lies_in(ranges: &[&str], ip: IpAddr) -> bool {
    ranges.iter().any(|range| network(range).contains(&ip))
}

/// A range of the lists.
pub(crate) fn network(range: &str) -> IpNet {
    range.parse().expect("the lists hold networks")
}

fn is_isatap_of_forbidden(ip: Ipv6Addr) -> bool {
    let groups = ip.segments();
    let carried = Ipv4Addr::from_bits(u32::from(groups[6]) << 16 | u32::from(groups[7]));
    let carried = IpAddr::V4(carried);
    groups[5] == 0x5efe && matches!(groups[4], 0 | 0x200) && (OWN.contains(&carried) || lies_in(V4, carried))
}
