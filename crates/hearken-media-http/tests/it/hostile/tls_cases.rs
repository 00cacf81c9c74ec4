//! What a host can do before any HTTP is spoken.

use std::time::Duration;

use super::{
    case::{CUT_HEAD, Case, Codes, DELIVERED, Layer, TIMEOUT, TLS_FAILED, TRUNCATED, head, honest},
    certificates::Leaf,
    moves::{Move, send},
};

/// Losing the connection in the handshake: the contract does not say whether that is its failure or the connection's.
const CUT_HANDSHAKE: Codes = &["tls_failed", "connect_failed"];

/// A record that was changed on its way: the contract has no word for it.
const CORRUPT: Codes = &["tls_failed", "protocol_error"];

/// The head of a handshake record, and of a server's hello in it that would fill the record.
const HELLO_BEGINS: [u8; 9] = [0x16, 3, 3, 0x3f, 0xff, 2, 0, 0x3f, 0xfb];

pub(crate) fn cases() -> Vec<Case> {
    [connecting(), handshaking(), presenting(), after_the_handshake()].into_iter().flatten().collect()
}

fn connecting() -> Vec<Case> {
    let bare = |layer, name, codes| Case::on(layer, name, codes, Vec::new());
    let tcp = |name, codes, moves| Case::on(Layer::Tcp, name, codes, moves);
    vec![
        bare(Layer::Refusing, "refuses connections", &["connect_failed"]),
        bare(Layer::Crowded, "never accepts", TIMEOUT),
        tcp("accepts and never speaks", TIMEOUT, Vec::new()),
        tcp("resets at once", CUT_HANDSHAKE, vec![Move::Reset]),
        tcp("closes at once", CUT_HANDSHAKE, vec![Move::Fin]),
        tcp("resets after the hello", CUT_HANDSHAKE, vec![Move::Pause, Move::Reset]),
        tcp("closes after the hello", CUT_HANDSHAKE, vec![Move::Pause, Move::Close]),
        tcp("resets within its hello", CUT_HANDSHAKE, vec![hello(), Move::Pause, Move::Reset]),
        tcp("stops within its hello", TIMEOUT, vec![hello()]),
    ]
}

fn hello() -> Move {
    Move::Send(HELLO_BEGINS.to_vec())
}

fn handshaking() -> Vec<Case> {
    let tcp = |name, codes, moves| Case::on(Layer::Tcp, name, codes, moves);
    let a_byte_at_a_time = [&HELLO_BEGINS[..], &[0; 400]].concat();
    let huge = [&[0x16, 3, 3, 0x40, 0, 2, 0xff, 0xff, 0xff][..], &[0; 0x4000 - 4]].concat();
    let alert = |description| Move::Send(vec![0x15, 3, 3, 0, 2, 2, description]);
    vec![
        tcp("shakes hands a byte at a time", TIMEOUT, vec![Move::Drip(a_byte_at_a_time, Duration::from_millis(200))]),
        tcp("sends garbage for a hello", TLS_FAILED, vec![Move::Send(vec![0xa5; 2000])]),
        tcp("sends garbage for ever for a hello", TLS_FAILED, vec![Move::Forever(vec![0xa5; 4096])]).bounded(),
        tcp("sends a record longer than there may be", TLS_FAILED, vec![Move::Send(vec![0x16, 3, 3, 0xff, 0xff])]),
        tcp("announces a hello of sixteen megabytes", TLS_FAILED, vec![Move::Send(huge.clone())]),
        tcp("sends endless records of one hello", TLS_FAILED, vec![Move::Forever(huge)]).bounded(),
        tcp("answers the hello in plain http", TLS_FAILED, vec![send("HTTP/1.1 400 Bad Request\r\n\r\n")]),
        tcp("speaks ssh", TLS_FAILED, vec![send("SSH-2.0-OpenSSH_9.9\r\n")]),
        tcp("refuses the handshake", TLS_FAILED, vec![alert(40)]),
        tcp("knows no protocol version", TLS_FAILED, vec![alert(70)]),
    ]
}

fn presenting() -> Vec<Case> {
    let presents = |name, leaf| Case::on(Layer::Http1(leaf), name, TLS_FAILED, honest());
    vec![
        presents("presents an expired certificate", Leaf::Expired),
        presents("presents a certificate of the future", Leaf::NotYetValid),
        presents("presents another host's certificate", Leaf::OtherHost),
        presents("presents a certificate that it signed itself", Leaf::SelfSigned),
        presents("presents a stranger's certificate", Leaf::Stranger),
        presents("presents a wildcard over everything", Leaf::BareWildcard),
        presents("presents a hundred look-alikes of its issuer", Leaf::LookAlikes),
    ]
}

fn after_the_handshake() -> Vec<Case> {
    let begun = || Move::Send([head("content-length: 1000\r\n"), vec![0x22; 100]].concat());
    // An application record of TLS 1.3 whose bytes nobody has encrypted.
    let forged = || Move::Beneath([&[0x17, 3, 3, 0, 64][..], &[0x5a; 64]].concat());
    let half_a_record = || Move::Beneath(vec![0x17, 3, 3, 0x40, 0, 1, 2, 3]);
    let is_cut_or_corrupt: Codes = &["truncated", "tls_failed", "protocol_error"];
    vec![
        Case::http1("is honest", DELIVERED, honest()),
        Case::http1("shakes hands and says nothing", TIMEOUT, Vec::new()),
        Case::http1("forges a record before the answer", CORRUPT, vec![forged()]),
        Case::http1("forges a record within the body", is_cut_or_corrupt, vec![begun(), Move::Pause, forged()]),
        Case::http1("stops within a record", TIMEOUT, vec![begun(), half_a_record()]),
        Case::http1("closes within a record", TRUNCATED, vec![begun(), half_a_record(), Move::Pause, Move::Fin]),
        Case::http1("closes after the handshake", CUT_HEAD, vec![Move::Close]),
        Case::http1("closes after the handshake, not tls", CUT_HEAD, vec![Move::Fin]),
    ]
}
