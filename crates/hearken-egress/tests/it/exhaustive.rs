//! The classifier against the naive reference over the whole of IPv4, and over IPv6 addresses made from the edges of
//! every range.
//!
//! The short form, which every run has, takes one address of each of the 2²⁴ networks of 256, every address around each
//! edge, and a part of the IPv6 samples. The long form leaves nothing out:
//!
//! ```sh
//! HEARKEN_EXHAUSTIVE=1 cargo test --release -p hearken-egress exhaustive
//! ```
//!
//! It takes a minute on eight cores and a few minutes on two.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    thread,
};

use hearken_egress::AddressPolicy;

use crate::address_reference::{agrees, policy};

/// Where something begins or ends, as written in the registries: the first and the last address of each range.
const EDGES_V4: &[(&str, &str)] = &[
    ("0.0.0.0", "0.255.255.255"),
    ("10.0.0.0", "10.255.255.255"),
    ("100.64.0.0", "100.127.255.255"),
    ("100.100.100.200", "100.100.100.200"),
    ("127.0.0.0", "127.255.255.255"),
    ("168.63.129.16", "168.63.129.16"),
    ("169.254.0.0", "169.254.255.255"),
    ("169.254.169.254", "169.254.169.254"),
    ("172.16.0.0", "172.31.255.255"),
    ("192.0.0.0", "192.0.0.255"),
    ("192.0.2.0", "192.0.2.255"),
    ("192.31.196.0", "192.31.196.255"),
    ("192.52.193.0", "192.52.193.255"),
    ("192.88.99.0", "192.88.99.255"),
    ("192.168.0.0", "192.168.255.255"),
    ("192.175.48.0", "192.175.48.255"),
    ("198.18.0.0", "198.19.255.255"),
    ("198.51.100.0", "198.51.100.255"),
    ("203.0.113.0", "203.0.113.255"),
    ("224.0.0.0", "255.255.255.255"),
];

/// The first addresses of ranges of IPv6, and how long their prefixes are.
const RANGES_V6: &[(&str, u8)] = &[
    ("::", 3),
    ("::", 96),
    ("::", 128),
    ("::1", 128),
    ("::ffff:0:0", 96),
    ("::ffff:0:0:0", 96),
    ("64:ff9b::", 96),
    ("64:ff9b:1::", 48),
    ("100::", 64),
    ("100:0:0:1::", 64),
    ("2000::", 3),
    ("2001::", 23),
    ("2001::", 32),
    ("2001:db8::", 32),
    ("2002::", 16),
    ("2606:2800:21f::", 48),
    ("2620:4f:8000::", 48),
    ("3fff::", 20),
    ("4000::", 2),
    ("5f00::", 16),
    ("8000::", 1),
    ("fc00::", 7),
    ("fd00:ec2::254", 128),
    ("fe80::", 10),
    ("fec0::", 10),
    ("ff00::", 8),
];

/// What a tunnel or a translation may carry in an IPv6 address.
const CARRIED: &[u32] = &[0, 0x0808_0808, 0x0a00_0001, 0x7f00_0001, 0xa9fe_a9fe, 0xc0a8_0101, 0xe000_0001, u32::MAX];

/// How far around an edge every address is taken.
const AROUND: u32 = 300;

fn is_long_form() -> bool {
    std::env::var_os("HEARKEN_EXHAUSTIVE").is_some_and(|value| value == "1")
}

/// SplitMix64 (Steele, Lea and Flood, 2014): the same samples in every run.
struct Samples(u64);

impl Samples {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn wide(&mut self) -> u128 {
        u128::from(self.next()) << 64 | u128::from(self.next())
    }
}

#[track_caller]
fn check(policy: &AddressPolicy, ip: IpAddr) {
    assert!(agrees(policy, ip), "{ip}: the classifier and the reference differ");
}

/// Divides the numbers below 2²⁴ among the cores.
fn for_each_network(judge: impl Fn(&AddressPolicy, u32) + Sync) {
    const NETWORKS: u32 = 1 << 24;
    let cores = thread::available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(1));
    let judge = &judge;
    thread::scope(|scope| {
        for core in 0..cores {
            scope.spawn(move || {
                let policy = policy();
                for network in (core..NETWORKS).step_by(cores as usize) {
                    judge(&policy, network);
                }
            });
        }
    });
}

#[test]
fn exhaustive_ipv4_agrees() {
    if is_long_form() {
        for_each_network(|policy, network| {
            for host in 0..=u32::from(u8::MAX) {
                check(policy, Ipv4Addr::from_bits(network << 8 | host).into());
            }
        });
    } else {
        // The host's byte differs from network to network, so that all of them have their turn.
        for_each_network(|policy, network| {
            let host = network.wrapping_mul(0x9e37_79b1) >> 24;
            check(policy, Ipv4Addr::from_bits(network << 8 | host).into());
        });
    }
}

#[test]
fn exhaustive_ipv4_agrees_around_every_edge() {
    let policy = policy();
    for edge in EDGES_V4.iter().flat_map(|(first, last)| [first, last]) {
        let edge = edge.parse::<Ipv4Addr>().unwrap().to_bits();
        for bits in edge.saturating_sub(AROUND)..=edge.saturating_add(AROUND) {
            check(&policy, Ipv4Addr::from_bits(bits).into());
        }
    }
}

/// An address near an edge of a range, or somewhere in it, perhaps with an IPv4 address in its last bits.
fn sample_v6(samples: &mut Samples) -> Ipv6Addr {
    let dice = samples.next();
    let pick = |shift: u32, below: usize| usize::try_from(dice >> shift & 0xff).unwrap_or(0) % below;
    let (first, length) = RANGES_V6[pick(0, RANGES_V6.len())];
    let first = first.parse::<Ipv6Addr>().unwrap().to_bits();
    let within = u128::MAX.checked_shr(u32::from(length)).unwrap_or(0);
    let near = samples.wide() >> 118;
    let mut bits = match pick(8, 5) {
        0 => first.wrapping_add(near),
        1 => first.wrapping_sub(near),
        2 => (first | within).wrapping_add(near),
        3 => (first | within).wrapping_sub(near),
        _ => first | samples.wide() & within,
    };
    let carried = u128::from(CARRIED[pick(16, CARRIED.len())]);
    match pick(24, 6) {
        0 => bits = bits >> 32 << 32 | carried,
        // ISATAP, with the universal bit and without.
        1 => bits = bits >> 64 << 64 | 0x5efe << 32 | carried,
        2 => bits = bits >> 64 << 64 | 0x0200_5efe << 32 | carried,
        // One bit away.
        3 => bits ^= 1 << (samples.next() % 128),
        _ => {}
    }
    Ipv6Addr::from_bits(bits)
}

#[test]
fn exhaustive_ipv6_samples_agree() {
    let (policy, mut samples) = (policy(), Samples(1));
    let count = if is_long_form() { 4_000_000 } else { 100_000 };
    let mut let_through = 0_u32;
    for _ in 0..count {
        let ip = sample_v6(&mut samples);
        check(&policy, ip.into());
        let_through += u32::from(policy.check(ip.into(), 443).is_ok());
    }
    // Both answers must have had their turn.
    assert!(let_through > count / 100 && let_through < count / 2, "{let_through} of {count} were let through");
}

/// A reference that forgets a range is found out by the same samples.
#[test]
fn exhaustive_samples_reach_every_range() {
    let mut samples = Samples(2);
    let seen: Vec<Ipv6Addr> = (0..100_000).map(|_| sample_v6(&mut samples)).collect();
    for (first, length) in RANGES_V6.iter().filter(|(_, length)| *length < 128) {
        let first = first.parse::<Ipv6Addr>().unwrap().to_bits();
        let shift = 128 - u32::from(*length);
        let inside = seen.iter().filter(|ip| ip.to_bits() >> shift == first >> shift).count();
        assert!(inside > 100, "{inside} samples in a range of length {length}");
    }
}
