//! The address ranges that are never dialled, as data, with the reason beside each row.
//!
//! Rows with `metadata` are single addresses at which clouds serve credentials; they stand first, so that they are
//! found before the range that holds them, and an operator can open them only one by one.

use std::net::{Ipv4Addr, Ipv6Addr};

/// One refused range.
#[derive(Debug)]
pub(crate) struct Row<A> {
    base: A,
    prefix: u8,
    /// What lives there.
    pub(crate) what: &'static str,
    /// Who says so.
    pub(crate) source: &'static str,
    /// Whether this is an address that serves credentials to whoever asks.
    pub(crate) metadata: bool,
}

impl Row<Ipv4Addr> {
    fn holds(&self, ip: Ipv4Addr) -> bool {
        // A prefix of 0 would shift by the full width; no row has one.
        let mask = u32::MAX << (32 - u32::from(self.prefix));
        ip.to_bits() & mask == self.base.to_bits()
    }
}

impl Row<Ipv6Addr> {
    fn holds(&self, ip: Ipv6Addr) -> bool {
        let mask = u128::MAX << (128 - u32::from(self.prefix));
        ip.to_bits() & mask == self.base.to_bits()
    }
}

/// The row that refuses an IPv4 address.
pub(crate) fn refused_v4(ip: Ipv4Addr) -> Option<&'static Row<Ipv4Addr>> {
    IPV4.iter().find(|row| row.holds(ip))
}

/// The row that refuses an IPv6 address.
pub(crate) fn refused_v6(ip: Ipv6Addr) -> Option<&'static Row<Ipv6Addr>> {
    IPV6.iter().find(|row| row.holds(ip))
}

const fn v4(octets: [u8; 4], prefix: u8, what: &'static str, source: &'static str) -> Row<Ipv4Addr> {
    Row { base: Ipv4Addr::new(octets[0], octets[1], octets[2], octets[3]), prefix, what, source, metadata: false }
}

#[expect(clippy::many_single_char_names, reason = "an address has eight groups, and none of them has a name")]
const fn v6(groups: [u16; 8], prefix: u8, what: &'static str, source: &'static str) -> Row<Ipv6Addr> {
    let [a, b, c, d, e, f, g, h] = groups;
    Row { base: Ipv6Addr::new(a, b, c, d, e, f, g, h), prefix, what, source, metadata: false }
}

const fn metadata_v4(octets: [u8; 4], what: &'static str, source: &'static str) -> Row<Ipv4Addr> {
    Row { metadata: true, ..v4(octets, 32, what, source) }
}

const fn metadata_v6(groups: [u16; 8], what: &'static str, source: &'static str) -> Row<Ipv6Addr> {
    Row { metadata: true, ..v6(groups, 128, what, source) }
}

static IPV4: &[Row<Ipv4Addr>] = &[
    metadata_v4([169, 254, 169, 254], "cloud metadata", "AWS, Azure, Google, OpenStack, DigitalOcean documentation"),
    metadata_v4([169, 254, 170, 2], "container credentials", "AWS ECS documentation"),
    metadata_v4([169, 254, 170, 23], "pod identity", "AWS EKS documentation"),
    metadata_v4([169, 254, 0, 23], "cloud metadata", "Tencent Cloud documentation"),
    metadata_v4([169, 254, 42, 42], "cloud metadata", "Scaleway documentation"),
    metadata_v4([169, 254, 169, 250], "cloud metadata", "Rancher documentation"),
    metadata_v4([168, 63, 129, 16], "platform server, public-looking", "Azure WireServer documentation"),
    metadata_v4([192, 0, 0, 192], "cloud metadata", "Oracle Cloud documentation"),
    metadata_v4([100, 100, 100, 200], "cloud metadata", "Alibaba Cloud documentation"),
    v4([0, 0, 0, 0], 8, "this network", "RFC 791, 3.2"),
    v4([10, 0, 0, 0], 8, "private", "RFC 1918"),
    v4([100, 64, 0, 0], 10, "shared address space", "RFC 6598"),
    v4([127, 0, 0, 0], 8, "loopback", "RFC 1122, 3.2.1.3"),
    v4([169, 254, 0, 0], 16, "link-local", "RFC 3927"),
    v4([172, 16, 0, 0], 12, "private", "RFC 1918"),
    v4([192, 0, 0, 0], 24, "protocol assignments", "RFC 6890, 2.1"),
    v4([192, 0, 2, 0], 24, "documentation", "RFC 5737"),
    v4([192, 31, 196, 0], 24, "AS112", "RFC 7535"),
    v4([192, 52, 193, 0], 24, "AMT", "RFC 7450"),
    v4([192, 88, 99, 0], 24, "6to4 relay", "RFC 7526"),
    v4([192, 168, 0, 0], 16, "private", "RFC 1918"),
    v4([192, 175, 48, 0], 24, "AS112", "RFC 7534"),
    v4([198, 18, 0, 0], 15, "benchmarking", "RFC 2544"),
    v4([198, 51, 100, 0], 24, "documentation", "RFC 5737"),
    v4([203, 0, 113, 0], 24, "documentation", "RFC 5737"),
    v4([224, 0, 0, 0], 4, "multicast", "RFC 5771"),
    v4([240, 0, 0, 0], 4, "reserved, and the limited broadcast", "RFC 1112, 4; RFC 919"),
];

static IPV6: &[Row<Ipv6Addr>] = &[
    metadata_v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254], "cloud metadata", "AWS documentation"),
    metadata_v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23], "pod identity", "AWS EKS documentation"),
    metadata_v6([0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254], "cloud metadata", "Google Cloud documentation"),
    metadata_v6([0xfd00, 0x42, 0, 0, 0, 0, 0, 0x42], "cloud metadata", "Scaleway documentation"),
    metadata_v6([0xfe80, 0, 0, 0, 0, 0, 0xa9fe, 0xa9fe], "cloud metadata", "OpenStack documentation"),
    v6([0, 0, 0, 0, 0, 0, 0, 0], 128, "unspecified", "RFC 4291, 2.5.2"),
    v6([0, 0, 0, 0, 0, 0, 0, 1], 128, "loopback", "RFC 4291, 2.5.3"),
    v6([0, 0, 0, 0, 0, 0, 0, 0], 96, "IPv4-compatible", "RFC 4291, 2.5.5.1"),
    v6([0, 0, 0, 0, 0xffff, 0, 0, 0], 96, "IPv4-translated", "RFC 2765, 2.1"),
    v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96, "NAT64", "RFC 6052"),
    v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48, "local NAT64", "RFC 8215"),
    v6([0x100, 0, 0, 0, 0, 0, 0, 0], 64, "discard-only", "RFC 6666"),
    v6([0x100, 0, 0, 1, 0, 0, 0, 0], 64, "dummy prefix", "RFC 9780"),
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 32, "Teredo", "RFC 4380"),
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, "protocol assignments: ORCHID, benchmarking, AMT, DET", "RFC 2928"),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, "documentation", "RFC 3849"),
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, "6to4", "RFC 3056"),
    v6([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48, "AS112", "RFC 7534"),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, "documentation", "RFC 9637"),
    v6([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16, "segment routing", "RFC 9602"),
    v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, "unique local", "RFC 4193"),
    v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, "link-local", "RFC 4291, 2.5.6"),
    v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10, "site-local", "RFC 3879"),
    v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8, "multicast", "RFC 4291, 2.7"),
    v6([0, 0, 0, 0, 0, 0, 0, 0], 3, "outside global unicast", "IANA IPv6 address space"),
    v6([0x4000, 0, 0, 0, 0, 0, 0, 0], 2, "outside global unicast", "IANA IPv6 address space"),
    v6([0x8000, 0, 0, 0, 0, 0, 0, 0], 1, "outside global unicast", "IANA IPv6 address space"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_base_lies_on_its_own_boundary() {
        for row in IPV4 {
            assert!(row.holds(row.base) && (1..=32).contains(&row.prefix), "{row:?}");
        }
        for row in IPV6 {
            assert!(row.holds(row.base) && (1..=128).contains(&row.prefix), "{row:?}");
        }
    }

    #[test]
    fn a_metadata_address_is_found_before_its_range() {
        for (at, row) in IPV4.iter().enumerate() {
            assert_eq!(row.metadata, at < 9, "{row:?}");
        }
        assert!(refused_v4(Ipv4Addr::new(169, 254, 169, 254)).is_some_and(|row| row.metadata));
        assert!(refused_v4(Ipv4Addr::new(169, 254, 1, 1)).is_some_and(|row| !row.metadata));
    }
}
