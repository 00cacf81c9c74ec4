//! Bodies that are too long, too short, too slow, or cut off.

use std::time::Duration;

use super::{
    case::{Case, DELIVERED, EMPTY, HEAD, LENGTH, TIMEOUT, TOO_LARGE, TRUNCATED, answer, head, honest},
    moves::Move,
    scene::CAP,
};
use crate::script::recording;

const THOUSAND: &str = "content-length: 1000\r\n";

pub(crate) fn cases() -> Vec<Case> {
    [too_long(), too_short(), cut_off(), too_slow(), honest_ends()].into_iter().flatten().collect()
}

/// The answer but for its last byte.
fn all_but_one() -> Move {
    let mut bytes = answer(THOUSAND);
    bytes.pop();
    Move::Send(bytes)
}

fn too_long() -> Vec<Case> {
    let forever = |lines: &str| vec![Move::Send(answer(lines)), Move::Forever(vec![0x22; 16 * 1024])];
    let cap_and_one = [head(""), recording(usize::try_from(CAP).unwrap() + 1)].concat();
    vec![
        Case::http1("sends for ever until nobody listens", TOO_LARGE, forever("")).bounded(),
        Case::http1("sends for ever under a huge length", TOO_LARGE, forever("content-length: 9000000000000\r\n"))
            .bounded(),
        Case::http1(
            "announces a byte too many",
            TOO_LARGE,
            vec![Move::Send(head(&format!("content-length: {}\r\n", CAP + 1)))],
        ),
        Case::http1("sends a byte too many unannounced", TOO_LARGE, vec![Move::Send(cap_and_one), Move::Close]),
        // What follows the announced length is no part of the message (RFC 9112, 6.3).
        Case::http1("sends for ever after the announced length", DELIVERED, forever(THOUSAND)).bounded(),
    ]
}

fn too_short() -> Vec<Case> {
    vec![
        Case::http1("leaves the last byte out", TRUNCATED, vec![all_but_one(), Move::Close]),
        Case::http1("leaves the last byte out and drops tls", TRUNCATED, vec![all_but_one(), Move::Pause, Move::Fin]),
        Case::http1("never sends the last byte", TIMEOUT, vec![all_but_one()]),
        Case::http1("announces a body and closes", TRUNCATED, vec![Move::Send(head(THOUSAND)), Move::Close]),
        Case::http1("announces a body and says nothing", TIMEOUT, vec![Move::Send(head(THOUSAND))]),
        Case::http1("announces an empty body", EMPTY, vec![Move::Send(head("content-length: 0\r\n"))]),
        Case::http1("closes instead of a body", EMPTY, vec![Move::Send(head("")), Move::Close]),
    ]
}

fn cut_off() -> Vec<Case> {
    let half = |lines: &str| Move::Send([head(lines), recording(LENGTH / 2)].concat());
    vec![
        Case::http1("resets within the body", TRUNCATED, vec![half(THOUSAND), Move::Pause, Move::Reset]),
        Case::http1("resets within an open-ended body", TRUNCATED, vec![half(""), Move::Pause, Move::Reset]),
        Case::http1("drops tls within the body", TRUNCATED, vec![half(THOUSAND), Move::Pause, Move::Fin]),
        Case::http1(
            "drops tls after an open-ended body",
            TRUNCATED,
            vec![Move::Send(answer("")), Move::Pause, Move::Fin],
        ),
        Case::http1(
            "resets after an open-ended body",
            TRUNCATED,
            vec![Move::Send(answer("")), Move::Pause, Move::Reset],
        ),
        // The length was kept, so how the connection ends does not matter.
        Case::http1(
            "resets after the last byte",
            DELIVERED,
            vec![Move::Send(answer(THOUSAND)), Move::Pause, Move::Reset],
        ),
        Case::http1(
            "drops tls after the last byte",
            DELIVERED,
            vec![Move::Send(answer(THOUSAND)), Move::Pause, Move::Fin],
        ),
    ]
}

fn too_slow() -> Vec<Case> {
    let drip = |begin: Vec<u8>, pause| vec![Move::Send(begin), Move::Drip(recording(LENGTH), pause)];
    let second = Duration::from_secs(1);
    let chunk = Move::Again(b"1\r\nx\r\n".to_vec(), second);
    let chunked = head("transfer-encoding: chunked\r\n");
    vec![
        Case::http1("sends a byte a second of its body", TIMEOUT, drip(head(THOUSAND), second)),
        Case::http1("sends a byte a second of an open-ended body", TIMEOUT, drip(head(""), second)),
        Case::http1("sends ten bytes a second", TIMEOUT, drip(head(THOUSAND), second / 10)),
        Case::http1("sends a chunk a second", TIMEOUT, vec![Move::Send(chunked), chunk]),
        Case::http1("stops within an open-ended body", TIMEOUT, vec![Move::Send(answer(""))]),
    ]
}

fn honest_ends() -> Vec<Case> {
    let old = [HEAD.replace("HTTP/1.1", "HTTP/1.0").as_bytes(), b"\r\n", &recording(LENGTH)].concat();
    let keeps = [answer(THOUSAND), answer(THOUSAND)].concat();
    vec![
        Case::http1("ends an open-ended body cleanly", DELIVERED, vec![Move::Send(answer("")), Move::Close]),
        Case::http1("speaks http/1.0", DELIVERED, vec![Move::Send(old), Move::Close]),
        Case::http1("keeps the connection open", DELIVERED, honest()[..1].to_vec()),
        Case::http1("sends a second answer that nobody asked for", DELIVERED, vec![Move::Send(keeps)]),
    ]
}
