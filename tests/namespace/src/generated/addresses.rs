//! Addresses for generated cases: prizes, ones in forbidden ranges and at their edges, and public ones.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hearken_e2e::dice::Dice;
use ipnet::IpNet;

use super::pick;
use crate::forbidden::{OWN, PRIZES, V4, V6, is_forbidden, network};

/// Networks of the rig itself: not everything in them answers.
const OF_THE_RIG: &[&str] = &["9.9.9.0/24", "11.0.0.0/8", "2a0f::/16"];

/// An address that is public, but for one time in `below`.
pub(super) fn any_address(dice: &Dice, below: u64) -> IpAddr {
    if dice.below(below) == 0 { forbidden_address(dice) } else { public_address(dice) }
}

/// A public address, often next to a forbidden range.
pub(super) fn public_address(dice: &Dice) -> IpAddr {
    loop {
        let ip = if dice.below(3) == 0 { beside(dice) } else { anywhere(dice) };
        let is_of_rig = OF_THE_RIG.iter().any(|range| network(range).contains(&ip));
        if !is_forbidden(ip) && !is_of_rig {
            return ip;
        }
    }
}

/// A forbidden address.
pub(super) fn forbidden_address(dice: &Dice) -> IpAddr {
    match dice.below(8) {
        0 => OWN[usize::try_from(dice.below(2)).unwrap_or(0)],
        1 | 2 => pick(dice, PRIZES).parse().expect("prizes are addresses"),
        _ => within(dice, some_range(dice)),
    }
}

fn some_range(dice: &Dice) -> IpNet {
    network(if dice.below(2) == 0 { pick(dice, V4) } else { pick(dice, V6) })
}

fn within(dice: &Dice, range: IpNet) -> IpAddr {
    match range {
        IpNet::V4(range) => {
            let hosts = range.hostmask().to_bits();
            Ipv4Addr::from_bits(range.network().to_bits() | bits(dice) & hosts).into()
        }
        IpNet::V6(range) => {
            let hosts = range.hostmask().to_bits();
            Ipv6Addr::from_bits(range.network().to_bits() | wide_bits(dice) & hosts).into()
        }
    }
}

/// The address before a range, or the one after it.
fn beside(dice: &Dice) -> IpAddr {
    let is_before = dice.below(2) == 0;
    match some_range(dice) {
        IpNet::V4(range) => {
            let (first, last) = (range.network().to_bits(), range.broadcast().to_bits());
            Ipv4Addr::from_bits(if is_before { first.wrapping_sub(1) } else { last.wrapping_add(1) }).into()
        }
        IpNet::V6(range) => {
            let (first, last) = (range.network().to_bits(), range.broadcast().to_bits());
            Ipv6Addr::from_bits(if is_before { first.wrapping_sub(1) } else { last.wrapping_add(1) }).into()
        }
    }
}

fn anywhere(dice: &Dice) -> IpAddr {
    const GLOBAL: u128 = 0x2000 << 112;
    if dice.below(3) > 0 {
        return Ipv4Addr::from_bits(bits(dice)).into();
    }
    Ipv6Addr::from_bits(GLOBAL | wide_bits(dice) >> 3).into()
}

fn bits(dice: &Dice) -> u32 {
    u32::try_from(dice.below(1 << 32)).unwrap_or(0)
}

fn wide_bits(dice: &Dice) -> u128 {
    (0..4).fold(0, |wide, _| wide << 32 | u128::from(bits(dice)))
}
