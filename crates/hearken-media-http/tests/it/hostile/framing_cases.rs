//! Two readers that disagree about where a body ends are how responses are smuggled (RFC 9112, 6 and 7).

use std::time::Duration;

use super::{
    case::{Case, DELIVERED, EMPTY, LENGTH, PROTOCOL, TIMEOUT, TOO_LARGE, TRUNCATED, answer, head},
    moves::Move,
};
use crate::script::recording;

const CHUNKED: &str = "transfer-encoding: chunked\r\n";

pub(crate) fn cases() -> Vec<Case> {
    [lengths(), codings(), good_chunks(), bad_chunks(), trailers(), endless()].into_iter().flatten().collect()
}

/// A chunked answer with this for a body, and a clean close.
fn chunked(body: &[u8]) -> Vec<Move> {
    vec![Move::Send([&head(CHUNKED)[..], body].concat()), Move::Close]
}

/// The recording as one chunk under this size line, without the last chunk.
fn one_chunk(size_line: &str) -> Vec<u8> {
    [size_line.as_bytes(), b"\r\n", &recording(LENGTH), b"\r\n"].concat()
}

/// The recording as one chunk, and then this.
fn then(rest: &str) -> Vec<u8> {
    [&one_chunk("3e8")[..], rest.as_bytes()].concat()
}

fn lengths() -> Vec<Case> {
    let with = |name, lines: &str| Case::http1(name, PROTOCOL, vec![Move::Send(answer(lines)), Move::Close]);
    vec![
        with("sends two different lengths", "content-length: 1000\r\ncontent-length: 999\r\n"),
        with("sends a list of lengths", "content-length: 1000, 1000\r\n"),
        with("sends a negative length", "content-length: -1\r\n"),
        with("sends a length with a sign", "content-length: +1000\r\n"),
        with("sends a length in hexadecimal", "content-length: 0x3e8\r\n"),
        with("sends a length of words", "content-length: all of it\r\n"),
        with("sends a length that overflows", "content-length: 18446744073709551617\r\n"),
        with("sends a fraction for a length", "content-length: 1000.0\r\n"),
    ]
}

fn codings() -> Vec<Case> {
    let with = |name, lines: &str| {
        let body = [head(lines), one_chunk("3e8"), b"0\r\n\r\n".to_vec()].concat();
        Case::http1(name, PROTOCOL, vec![Move::Send(body), Move::Close])
    };
    let old = format!("HTTP/1.0 200 OK\r\ncontent-type: audio/mpeg\r\n{CHUNKED}\r\n");
    let old = [old.into_bytes(), one_chunk("3e8"), b"0\r\n\r\n".to_vec()].concat();
    vec![
        with("sends a length and a coding", "content-length: 1000\r\ntransfer-encoding: chunked\r\n"),
        with("sends a coding and a length", "transfer-encoding: chunked\r\ncontent-length: 1000\r\n"),
        with("sends two codings", "transfer-encoding: gzip, chunked\r\n"),
        with("sends chunked twice", "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n"),
        with("sends chunked and then identity", "transfer-encoding: chunked, identity\r\n"),
        with("sends a coding nobody knows", "transfer-encoding: xchunked\r\n"),
        with("sends a coding with a vertical tab", "transfer-encoding: \x0bchunked\r\n"),
        with("sends an empty coding", "transfer-encoding: \r\n"),
        Case::http1("sends chunks in http/1.0", PROTOCOL, vec![Move::Send(old), Move::Close]),
    ]
}

fn good_chunks() -> Vec<Case> {
    let ok = |name, body: &[u8]| Case::http1(name, DELIVERED, chunked(body));
    let end = |size_line: &str| [one_chunk(size_line), b"0\r\n\r\n".to_vec()].concat();
    vec![
        ok("writes chunk sizes in lower case", &end("3e8")),
        ok("writes chunk sizes in upper case", &end("3E8")),
        ok("writes chunk sizes with zeroes in front", &end("00000003e8")),
        ok("adds a short extension", &end("3e8;a=b")),
        ok("adds a trailer", &then("0\r\nx-checksum: 1\r\n\r\n")),
        Case::http1("sends no chunks but the last", EMPTY, chunked(b"0\r\n\r\n")),
        Case::http1("sends more after the last chunk", DELIVERED, chunked(&then("0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"))),
    ]
}

fn bad_chunks() -> Vec<Case> {
    let bad = |name, body: &[u8]| Case::http1(name, PROTOCOL, chunked(body));
    let extension = format!("3e8;{}", "x".repeat(100_000));
    vec![
        bad("sends a negative chunk size", &one_chunk("-3e8")),
        bad("sends a chunk size with a sign", &one_chunk("+3e8")),
        bad("sends a chunk size with 0x", &one_chunk("0x3e8")),
        bad("sends a chunk size that overflows", &one_chunk("f0000000000000003e8")),
        bad("sends an empty chunk size", &one_chunk("")),
        bad("sends a space before a chunk size", &one_chunk(" 3e8")),
        bad("ends a chunk size with a bare line feed", &[&b"3e8\n"[..], &recording(LENGTH), b"\r\n0\r\n\r\n"].concat()),
        bad("hides a line feed in an extension", &one_chunk("3e8;a\nb")),
        bad("adds an extension of 100,000 bytes", &one_chunk(&extension)),
        bad("says a chunk is shorter than it is", &one_chunk("3e7")),
        bad("says the second chunk is of letters", &then("xyz\r\n")),
        Case::http1("leaves the last chunk out", TRUNCATED, chunked(&then(""))),
        Case::http1("leaves the last empty line out", TRUNCATED, chunked(&then("0\r\n"))),
        Case::http1("says a chunk is longer than it is", TRUNCATED, chunked(&one_chunk("fff"))),
        Case::http1("never sends the last chunk", TIMEOUT, vec![Move::Send([head(CHUNKED), then("")].concat())]),
        Case::http1("never ends the last chunk", TIMEOUT, vec![Move::Send([head(CHUNKED), then("0\r\n")].concat())]),
    ]
}

fn trailers() -> Vec<Case> {
    let many: String = (0..200).map(|at| format!("x-{at}: y\r\n")).collect();
    let long = format!("0\r\nx: {}\r\n\r\n", "y".repeat(40_000));
    let bad = |name, rest: &str| Case::http1(name, PROTOCOL, chunked(&then(rest)));
    vec![
        bad("sends two hundred trailers", &format!("0\r\n{many}\r\n")),
        bad("sends a trailer of 40,000 bytes", &long),
        bad("sends a trailer without a colon", "0\r\nnothing here\r\n\r\n"),
        bad("sends a trailer with a nul", "0\r\nx: a\0b\r\n\r\n"),
    ]
}

fn endless() -> Vec<Case> {
    let after =
        |body: Vec<u8>, more: &[u8]| vec![Move::Send([head(CHUNKED), body].concat()), Move::Forever(more.to_vec())];
    let x = [b'x'; 8192];
    let zeroes = vec![Move::Send(head(CHUNKED)), Move::Again(vec![b'0'; 1024], Duration::from_millis(10))];
    let tiny = b"10\r\nxxxxxxxxxxxxxxxx\r\n".repeat(200);
    let a_chunk = [&b"2000\r\n"[..], &x, b"\r\n"].concat();
    vec![
        Case::http1("sends chunks for ever", TOO_LARGE, after(one_chunk("3e8"), &a_chunk)).bounded(),
        Case::http1("sends tiny chunks for ever", TOO_LARGE, after(one_chunk("3e8"), &tiny)).bounded(),
        Case::http1(
            "sends one chunk for ever",
            TOO_LARGE,
            after(one_chunk("3e8;a"), &[&b"fffffffffffff\r\n"[..], &x].concat()),
        )
        .bounded(),
        Case::http1("sends an extension for ever", PROTOCOL, after(b"3e8;".to_vec(), &x)).bounded(),
        Case::http1("sends trailers for ever", PROTOCOL, after(then("0\r\n"), b"x-more: yes\r\n")).bounded(),
        Case::http1("sends zeroes before a chunk size for ever", &["timeout", "protocol_error"], zeroes),
    ]
}
