//! Hosts that misuse HTTP/2. What a rule forbids is a broken rule; what no rule forbids ends at a deadline.

use std::time::Duration;

use super::{
    case::{CUT_HEAD, Case, Codes, DELIVERED, EMPTY, LENGTH, PROTOCOL, TIMEOUT, TOO_LARGE, TRUNCATED},
    http2_frames::{
        CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PADDED, PING, PUSH_PROMISE, RST_STREAM, SETTINGS,
        WINDOW_UPDATE, field, fields, frame, good_head, remembered, status_field,
    },
    moves::{Move, send},
};
use crate::script::recording;

/// The pause of a flood: thousands of frames a second.
const OFTEN: Duration = Duration::from_millis(20);

/// Ending a body by a word of HTTP/2 that is no error: the contract says neither that it is cut off nor that a rule was
/// broken.
const CALLED_OFF: Codes = &["truncated", "protocol_error"];

const INTERNAL_ERROR: [u8; 4] = [0, 0, 0, 2];

pub(crate) fn cases() -> Vec<Case> {
    [floods(), bounded_floods(), heads(), wrong_places(), endings(), lengths(), connections()]
        .into_iter()
        .flatten()
        .collect()
}

/// Sends these frames and then nothing more.
fn frames(frames: &[Vec<u8>]) -> Vec<Move> {
    vec![Move::Send(frames.concat())]
}

/// A recording in one frame that does not end the stream.
fn some_data() -> Vec<u8> {
    frame(DATA, 0, 1, &recording(LENGTH))
}

fn ping() -> Vec<u8> {
    frame(PING, 0, 0, b"12345678")
}

fn floods() -> Vec<Case> {
    let flood = |before: Vec<u8>, frame: Vec<u8>| vec![Move::Send(before), Move::Again(frame.repeat(50), OFTEN)];
    let settings = || frame(SETTINGS, 0, 0, &[0, 4, 0, 1, 0, 0]);
    let hints = || frame(HEADERS, END_HEADERS, 1, &status_field("103"));
    let begun = || [good_head(), frame(DATA, 0, 1, &recording(100))].concat();
    let priority = || frame(2, 0, 3, &[0, 0, 0, 0, 16]);
    vec![
        Case::http2("floods with settings", TIMEOUT, flood(Vec::new(), settings())),
        Case::http2("floods with settings within the body", TIMEOUT, flood(begun(), settings())),
        Case::http2("floods with pings", TIMEOUT, flood(Vec::new(), ping())),
        Case::http2("floods with pings within the body", TIMEOUT, flood(begun(), ping())),
        Case::http2("floods with answers to pings", TIMEOUT, flood(Vec::new(), frame(PING, 1, 0, b"12345678"))),
        Case::http2("floods with priorities", TIMEOUT, flood(Vec::new(), priority())),
        Case::http2("floods with frames nobody knows", TIMEOUT, flood(Vec::new(), frame(0xbe, 0, 0, &[0; 64]))),
        Case::http2("floods with early hints", TIMEOUT, flood(Vec::new(), hints())),
        Case::http2(
            "floods with windows",
            &["timeout", "protocol_error"],
            flood(begun(), frame(WINDOW_UPDATE, 0, 1, &[0, 0, 0, 1])),
        ),
    ]
}

fn bounded_floods() -> Vec<Case> {
    let flood = |before: Vec<u8>, more: Vec<u8>| vec![Move::Send(before), Move::Forever(more)];
    let open_head = || frame(HEADERS, 0, 1, &fields("200"));
    let padded = [&[255][..], &[0; 255]].concat();
    let lines: Vec<u8> = (0..100).flat_map(|at| field(&format!("x-{at}"), &"y".repeat(100))).collect();
    let resets = frame(RST_STREAM, 0, 1, &INTERNAL_ERROR).repeat(1000);
    vec![
        Case::http2("floods with empty data", PROTOCOL, flood(good_head(), frame(DATA, 0, 1, &[]).repeat(100)))
            .bounded(),
        Case::http2(
            "floods with padding",
            &["protocol_error", "timeout"],
            flood(good_head(), frame(DATA, PADDED, 1, &padded)),
        )
        .bounded(),
        Case::http2("floods with resets", PROTOCOL, flood(Vec::new(), resets)).bounded(),
        Case::http2(
            "floods with empty continuations",
            PROTOCOL,
            flood(open_head(), frame(CONTINUATION, 0, 1, &[]).repeat(100)),
        )
        .bounded(),
        Case::http2(
            "floods with continuations of headers",
            PROTOCOL,
            flood(open_head(), frame(CONTINUATION, 0, 1, &lines)),
        )
        .bounded(),
        Case::http2(
            "sends data for ever without regard to windows",
            &["too_large", "protocol_error"],
            flood(good_head(), frame(DATA, 0, 1, &[0x22; 16_384])),
        )
        .bounded(),
    ]
}

fn heads() -> Vec<Case> {
    let head = |fields: &[Vec<u8>]| frame(HEADERS, END_HEADERS, 1, &fields.concat());
    let bad = |name, fields: &[Vec<u8>]| Case::http2(name, PROTOCOL, frames(&[head(fields), some_data()]));
    let with = |name, field: Vec<u8>| bad(name, &[fields("200"), field]);
    // One field of 3,900 bytes, and then its index in the table ten thousand times: forty megabytes of headers.
    let bomb = [fields("200"), remembered("x-bomb", &"y".repeat(3900)), vec![0xbe; 10_000]].concat();
    let many: Vec<u8> = (0..101).flat_map(|at| field(&format!("x-{at}"), "y")).collect();
    let hints = frame(HEADERS, END_HEADERS, 1, &status_field("103"));
    let whole = frame(DATA, END_STREAM, 1, &recording(LENGTH));
    vec![
        Case::http2("is honest over http/2", DELIVERED, frames(&[good_head(), whole.clone()])),
        Case::http2(
            "sends 103 and then the recording over http/2",
            DELIVERED,
            frames(&[hints.repeat(20), good_head(), whole]),
        ),
        Case::http2("says nothing over http/2", TIMEOUT, Vec::new()),
        Case::http2("sends a bomb of headers", PROTOCOL, frames(&[frame(HEADERS, END_HEADERS, 1, &bomb)])),
        Case::http2("sends an index that nobody remembers", PROTOCOL, frames(&[head(&[vec![0xff, 0xff, 0x7f]])])),
        Case::http2("sends headers that are no hpack", PROTOCOL, frames(&[head(&[vec![0x7f; 100]])])),
        with("sends 101 headers more over http/2", many),
        with("sends a header in upper case", field("X-Upper", "y")),
        with("sends a header of the connection", field("connection", "keep-alive")),
        with("sends a transfer coding over http/2", field("transfer-encoding", "chunked")),
        with("sends a line break in a header", field("x", "a\r\nb: c")),
        with("sends a nul in a header over http/2", field("x", "a\0b")),
        with(
            "sends two different lengths over http/2",
            [field("content-length", "1000"), field("content-length", "999")].concat(),
        ),
        with("sends a status after the headers", status_field("200")),
        bad("sends no status over http/2", &[field("content-type", "audio/mpeg")]),
        bad("sends a status of letters over http/2", &[fields("two")]),
        Case::http2("stops within its headers", TIMEOUT, frames(&[frame(HEADERS, 0, 1, &fields("200"))])),
        Case::http2(
            "puts a ping between its headers",
            PROTOCOL,
            frames(&[frame(HEADERS, 0, 1, &fields("200")), ping()]),
        ),
    ]
}

fn wrong_places() -> Vec<Case> {
    let bad = |name, sent: &[Vec<u8>]| Case::http2(name, PROTOCOL, frames(sent));
    let promise =
        [&2_u32.to_be_bytes()[..], &[0x82, 0x84, 0x87], &field(":authority", "rec.customer-host.com")].concat();
    let on = |stream| frame(HEADERS, END_HEADERS, stream, &fields("200"));
    vec![
        bad("pushes what nobody asked for", &[frame(PUSH_PROMISE, END_HEADERS, 1, &promise)]),
        bad("sends data before its head", &[some_data()]),
        bad("sends data on the connection", &[good_head(), frame(DATA, 0, 0, b"x")]),
        bad("sends data on a stream that is not open", &[good_head(), frame(DATA, 0, 5, b"x")]),
        bad("answers on a stream that nobody opened", &[on(3)]),
        bad("answers on a stream of its own", &[on(2)]),
        bad("answers on the connection", &[on(0)]),
        bad("continues what it never began", &[frame(CONTINUATION, END_HEADERS, 1, &fields("200"))]),
        bad(
            "continues on another stream",
            &[frame(HEADERS, 0, 1, &fields("200")), frame(CONTINUATION, END_HEADERS, 3, &[])],
        ),
        bad("sends a frame of sixteen megabytes", &[good_head(), vec![0xff, 0xff, 0xff, DATA, 0, 0, 0, 0, 1]]),
        bad("pads more than there is", &[good_head(), frame(DATA, PADDED, 1, &[200, 1, 2, 3])]),
        bad("sends a ping of seven bytes", &[frame(PING, 0, 0, b"1234567")]),
        bad("sends settings on a stream", &[frame(SETTINGS, 0, 1, &[])]),
        bad("sends settings of five bytes", &[frame(SETTINGS, 0, 0, &[0; 5])]),
        bad("opens a window by nothing", &[good_head(), frame(WINDOW_UPDATE, 0, 0, &[0; 4])]),
        bad(
            "opens a window beyond all bounds",
            &[good_head(), frame(WINDOW_UPDATE, 0, 0, &[0x7f, 0xff, 0xff, 0xff]).repeat(2)],
        ),
        bad(
            "sends trailers that do not end",
            &[good_head(), some_data(), frame(HEADERS, END_HEADERS, 1, &field("x", "y"))],
        ),
    ]
}

fn endings() -> Vec<Case> {
    let go_away = |last: u32, code: u32| frame(GOAWAY, 0, 0, &[last.to_be_bytes(), code.to_be_bytes()].concat());
    let reset = |code: u32| frame(RST_STREAM, 0, 1, &code.to_be_bytes());
    let begun = |ending: Vec<u8>| frames(&[good_head(), some_data(), ending]);
    let cut = |last: Move| vec![Move::Send([good_head(), some_data()].concat()), Move::Pause, last];
    vec![
        Case::http2("goes away before its answer", PROTOCOL, frames(&[go_away(0, 0)])),
        Case::http2("goes away in anger before its answer", PROTOCOL, frames(&[go_away(0, 11)])),
        Case::http2("goes away within the body", CALLED_OFF, begun(go_away(0, 0))),
        Case::http2("goes away in anger within the body", PROTOCOL, begun(go_away(0, 2))),
        Case::http2("says that it goes away and stays silent", TIMEOUT, begun(go_away(1, 0))),
        Case::http2("resets the stream before its answer", PROTOCOL, frames(&[reset(2)])),
        Case::http2("resets the stream kindly before its answer", CUT_HEAD, frames(&[reset(0)])),
        Case::http2("resets the stream within the body", PROTOCOL, begun(reset(2))),
        Case::http2("resets the stream kindly within the body", CALLED_OFF, begun(reset(0))),
        Case::http2("closes within the body over http/2", TRUNCATED, cut(Move::Close)),
        Case::http2("drops tls within the body over http/2", TRUNCATED, cut(Move::Fin)),
        Case::http2("resets within the body over http/2", TRUNCATED, cut(Move::Reset)),
        Case::http2("closes before its answer over http/2", CUT_HEAD, vec![Move::Close]),
        Case::http2("resets before its answer over http/2", CUT_HEAD, vec![Move::Reset]),
    ]
}

fn lengths() -> Vec<Case> {
    let head =
        |length: &str| frame(HEADERS, END_HEADERS, 1, &[fields("200"), field("content-length", length)].concat());
    let data = |length: usize| frame(DATA, END_STREAM, 1, &recording(length));
    let drip = Move::Again(frame(DATA, 0, 1, b"x"), Duration::from_secs(1));
    vec![
        Case::http2("sends more than its length over http/2", PROTOCOL, frames(&[head("500"), data(LENGTH)])),
        Case::http2("sends less than its length over http/2", CALLED_OFF, frames(&[head("1001"), data(LENGTH)])),
        Case::http2("announces too much over http/2", TOO_LARGE, frames(&[head("9000000000000")])),
        Case::http2("sends an empty body over http/2", EMPTY, frames(&[good_head(), data(0)])),
        Case::http2(
            "sends a head and no body over http/2",
            EMPTY,
            frames(&[frame(HEADERS, END_HEADERS | END_STREAM, 1, &fields("200"))]),
        ),
        Case::http2("stalls within the body over http/2", TIMEOUT, frames(&[good_head(), some_data()])),
        Case::http2("stalls before the body over http/2", TIMEOUT, frames(&[good_head()])),
        Case::http2("sends a byte a second over http/2", TIMEOUT, vec![Move::Send(good_head()), drip]),
    ]
}

fn connections() -> Vec<Case> {
    vec![
        Case::http2(
            "answers http/2 in http/1.1",
            PROTOCOL,
            vec![send("HTTP/1.1 200 OK\r\ncontent-type: audio/mpeg\r\n\r\nID3"), Move::Close],
        ),
        Case::http2("sends garbage for frames", PROTOCOL, vec![Move::Send(vec![0xa5; 4096])]),
        Case::http1("answers http/1.1 in http/2", PROTOCOL, frames(&[frame(SETTINGS, 0, 0, &[]), good_head()])),
    ]
}
