//! The classifier against an independent one that spells the ranges out as comparisons, over every /16 boundary of IPv4,
//! random IPv4 addresses, and structured IPv6 samples.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hearken_egress::{AddressPolicy, EgressSettings};
use proptest::prelude::*;

/// A policy; and whether an address is one of this machine, which the reference does not know.
pub(crate) fn policy() -> AddressPolicy {
    AddressPolicy::new(&EgressSettings::default()).unwrap()
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, d] = ip.octets();
    let refused = a == 0
        || a == 10
        || (a == 100 && (64..128).contains(&b))
        || a == 127
        || (a == 169 && b == 254)
        || (a == 172 && (16..32).contains(&b))
        || (a == 192 && b == 168)
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 192 && b == 31 && c == 196)
        || (a == 192 && b == 52 && c == 193)
        || (a == 192 && b == 88 && c == 99)
        || (a == 192 && b == 175 && c == 48)
        || (a == 198 && (b == 18 || b == 19))
        || (a == 198 && b == 51 && c == 100)
        || (a == 203 && b == 0 && c == 113)
        || a >= 224
        || (a, b, c, d) == (168, 63, 129, 16);
    !refused
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let g = ip.segments();
    let low = Ipv4Addr::from_bits(u32::from(g[6]) << 16 | u32::from(g[7]));
    if g[..6] == [0, 0, 0, 0, 0, 0xffff] {
        return is_public_v4(low);
    }
    let refused = !(0x2000..0x4000).contains(&g[0])
        || (g[0] == 0x2001 && g[1] < 0x200)
        || (g[0] == 0x2001 && g[1] == 0xdb8)
        || g[0] == 0x2002
        || (g[0] == 0x2620 && g[1] == 0x4f && g[2] == 0x8000)
        || (g[0] == 0x3fff && g[1] < 0x1000)
        || ((g[4] == 0 || g[4] == 0x200) && g[5] == 0x5efe && !is_public_v4(low));
    !refused
}

pub(crate) fn agrees(policy: &AddressPolicy, ip: IpAddr) -> bool {
    let public = match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    };
    // A public address of this very machine is refused for another reason.
    policy
        .check(ip, 443)
        .map_or_else(|refusal| !public || refusal == hearken_egress::AddressRefusal::OwnInterface, |_| public)
}

#[test]
fn ipv4_agrees_around_every_boundary_of_16_bits() {
    let policy = policy();
    for high in 0..=u32::from(u16::MAX) {
        for low in [0, 1, 0xff, 0x100, 0x7fff, 0x8000, 0xfffe, 0xffff] {
            let ip = Ipv4Addr::from_bits(high << 16 | low);
            assert!(agrees(&policy, ip.into()), "{ip}");
        }
    }
}

#[test]
fn ipv4_agrees_on_every_address_of_the_narrow_ranges() {
    let policy = policy();
    for [a, b] in [[192, 0], [192, 31], [192, 52], [192, 88], [192, 175], [198, 51], [203, 0], [168, 63], [100, 100]] {
        for low in 0..=u16::MAX {
            let [c, d] = low.to_be_bytes();
            let ip = Ipv4Addr::new(a, b, c, d);
            assert!(agrees(&policy, ip.into()), "{ip}");
        }
    }
}

/// Groups that stand at an edge of some range.
fn group() -> impl Strategy<Value = u16> {
    prop_oneof![
        prop::sample::select(vec![
            0, 1, 2, 0x20, 0x30, 0x42, 0x4f, 0x64, 0x100, 0x1ff, 0x200, 0xce, 0xdb7, 0xdb8, 0xdb9, 0xec2, 0xfff,
            0x1000, 0x1fff, 0x2000, 0x2001, 0x2002, 0x2003, 0x2620, 0x3ffe, 0x3fff, 0x4000, 0x5efe, 0x5f00, 0x7f00,
            0x7fff, 0x8000, 0x8001, 0xa00, 0xa9fe, 0xac10, 0xc0a8, 0xfbff, 0xfc00, 0xfd00, 0xfe80, 0xfec0, 0xff00,
            0xff9b, 0xffff,
        ]),
        any::<u16>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ipv4_agrees(bits in any::<u32>()) {
        prop_assert!(agrees(&policy(), Ipv4Addr::from_bits(bits).into()));
    }

    #[test]
    fn ipv6_agrees(groups in prop::array::uniform8(group())) {
        prop_assert!(agrees(&policy(), Ipv6Addr::from(groups).into()), "{}", Ipv6Addr::from(groups));
    }

    #[test]
    fn mapped_is_judged_as_ipv4(bits in any::<u32>()) {
        let (v4, policy) = (Ipv4Addr::from_bits(bits), policy());
        let mapped = policy.check(v4.to_ipv6_mapped().into(), 443).is_ok();
        prop_assert_eq!(mapped, policy.check(v4.into(), 443).is_ok());
    }
}
