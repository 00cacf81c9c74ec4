//! Spellings of an address as the authority of a URL: those that mean it, and those that some parsers take for it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hearken_e2e::dice::Dice;

use super::{Expected, addresses::any_address, pick};

/// An authority, and what a URL with it must come to.
pub(super) fn authority(dice: &Dice) -> (String, Expected) {
    let (host, means) = match any_address(dice, 2) {
        IpAddr::V4(ip) => spelled_v4(dice, ip),
        IpAddr::V6(ip) => spelled_v6(dice, ip),
    };
    let port = pick(dice, &["", "", "", ":443", ":8443", ":22", ":80"]);
    let expected = match means {
        // The text is judged first, then its port, then its address.
        None => Expected::Refused("invalid_url"),
        Some(_) if matches!(port, ":22" | ":80") => Expected::Refused("port_not_allowed"),
        Some(ip) => Expected::of(vec![ip]),
    };
    (format!("{host}{port}"), expected)
}

/// A spelling, and the address that it means; none where it means nothing to a strict reader.
fn spelled_v4(dice: &Dice, ip: Ipv4Addr) -> (String, Option<IpAddr>) {
    let [a, b, c, d] = ip.octets();
    let bits = ip.to_bits();
    let [high, low] = [bits >> 16, bits & 0xffff];
    let carried = |text: String| {
        let means = text.parse::<Ipv6Addr>().expect("the spelling is one of IPv6");
        (format!("[{means}]"), Some(IpAddr::V6(means)))
    };
    let strange = |text: String| (text, None);
    match dice.below(24) {
        0..=5 => (ip.to_string(), Some(ip.into())),
        6 => (format!("[::ffff:{ip}]"), Some(ip.into())),
        7 => (format!("[::FFFF:{high:x}:{low:x}]"), Some(ip.into())),
        8 => carried(format!("64:ff9b::{high:x}:{low:x}")),
        9 => carried(format!("2002:{high:x}:{low:x}::1")),
        10 => carried(format!("2606:2800:21f:1:0:5efe:{high:x}:{low:x}")),
        11 => carried(format!("2606:2800:21f:1:200:5efe:{high:x}:{low:x}")),
        12 => carried(format!("::{high:x}:{low:x}")),
        13 => carried(format!("::ffff:0:{high:x}:{low:x}")),
        14 => strange(bits.to_string()),
        15 => strange(format!("0x{bits:08x}")),
        16 => strange(format!("0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}")),
        17 => strange(format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}")),
        18 => strange(format!("{a}.{b}.{low}")),
        19 => strange(format!("{ip}.")),
        20 => strange(ip.to_string().replace('.', "%2e")),
        21 => strange(ip.to_string().chars().map(full_width).collect()),
        22 => strange(format!("cdn.recorder-vendor.com@{ip}")),
        _ => strange(format!("cdn.recorder-vendor.com\\@{ip}")),
    }
}

fn spelled_v6(dice: &Dice, ip: Ipv6Addr) -> (String, Option<IpAddr>) {
    let groups = ip.segments().map(|group| format!("{group:04X}")).join(":");
    let strange = |text: String| (text, None);
    match dice.below(10) {
        0..=4 => (format!("[{ip}]"), Some(ip.into())),
        5 => (format!("[{groups}]"), Some(ip.into())),
        6 => strange(format!("[{ip}%25eth0]")),
        7 => strange(groups),
        8 => strange(format!("[[{ip}]]")),
        _ => strange(format!("cdn.recorder-vendor.com@[{ip}]")),
    }
}

/// The digit as some input methods write it, which some parsers turn back.
fn full_width(character: char) -> char {
    match character.to_digit(10) {
        Some(digit) => char::from_u32(0xff10 + digit).unwrap_or(character),
        None => character,
    }
}
