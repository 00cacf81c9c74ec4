//! Heads of HTTP/1.1 that never end, never begin, or mean two things at once (RFC 9112).

use std::time::Duration;

use super::{
    case::{CUT_HEAD, Case, DELIVERED, HEAD, LENGTH, PROTOCOL, TIMEOUT, answer, head, honest},
    moves::{Move, send},
};
use crate::script::recording;

const EARLY_HINTS: &str = "HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n";

pub(crate) fn cases() -> Vec<Case> {
    [breaking_off(), dragging(), endless(), malformed(), misnumbered(), informational()].into_iter().flatten().collect()
}

fn breaking_off() -> Vec<Case> {
    let half = || send("HTTP/1.1 200 OK\r\ncontent-ty");
    vec![
        Case::http1("resets after the request", CUT_HEAD, vec![Move::Reset]),
        Case::http1("resets within the head", CUT_HEAD, vec![half(), Move::Pause, Move::Reset]),
        Case::http1("closes within the head", CUT_HEAD, vec![half(), Move::Close]),
        Case::http1("closes within the head, not tls", CUT_HEAD, vec![half(), Move::Fin]),
    ]
}

fn dragging() -> Vec<Case> {
    let second = Duration::from_secs(1);
    let slow_lines = Move::Again(b"x-line: y\r\n".to_vec(), Duration::from_millis(500));
    vec![
        Case::http1("stops within the head", TIMEOUT, vec![send("HTTP/1.1 200 OK\r\ncontent-ty")]),
        Case::http1("stops before the head's last line", TIMEOUT, vec![send(HEAD)]),
        Case::http1("sends a byte a second of its head", TIMEOUT, vec![Move::Drip(head(""), second)]),
        Case::http1("sends a header now and then", TIMEOUT, vec![send(HEAD), slow_lines]),
    ]
}

fn endless() -> Vec<Case> {
    let after = |begin: &str, more: &str| vec![send(begin), Move::Forever(more.as_bytes().to_vec())];
    let long = "x".repeat(8192);
    let many: String = (0..101).map(|at| format!("x-{at}: y\r\n")).collect();
    vec![
        Case::http1("sends headers for ever", PROTOCOL, after(HEAD, "x-more: yes\r\n")).bounded(),
        Case::http1("sends one header for ever", PROTOCOL, after("HTTP/1.1 200 OK\r\nx: ", &long)).bounded(),
        Case::http1("sends a header's name for ever", PROTOCOL, after("HTTP/1.1 200 OK\r\n", &long)).bounded(),
        Case::http1("sends a reason phrase for ever", PROTOCOL, after("HTTP/1.1 200 ", &long)).bounded(),
        Case::http1("sends empty lines for ever", PROTOCOL, after("", "\r\n")).bounded(),
        Case::http1(
            "sends a header of 70,000 bytes",
            PROTOCOL,
            vec![send(&format!("{HEAD}x: {}\r\n\r\n", "y".repeat(70_000)))],
        ),
        Case::http1(
            "sends 101 headers more",
            PROTOCOL,
            vec![Move::Send(answer(&format!("{many}content-length: {LENGTH}\r\n")))],
        ),
    ]
}

fn malformed() -> Vec<Case> {
    let with = |name, lines: &str| Case::http1(name, PROTOCOL, vec![Move::Send(answer(lines)), Move::Close]);
    let bare = format!("HTTP/1.1 200 OK\ncontent-type: audio/mpeg\ncontent-length: {LENGTH}\n\n");
    vec![
        with("sends a nul in a header", "x: a\0b\r\n"),
        with("sends a bare carriage return in a header", "x: a\rcontent-length: 3\r\n"),
        with("ends a header with a bare line feed", "x: a\ncontent-length: 3\r\n"),
        with("folds a header", "x: a\r\n b\r\n"),
        with("folds a header with a tab", "x: a\r\n\tcontent-length: 3\r\n"),
        with("sends a header without a colon", "x\r\n"),
        with("sends a header without a name", ": x\r\n"),
        with("puts a space before the colon", "content-length : 3\r\n"),
        with("puts a space into a header's name", "x y: z\r\n"),
        with("sends a header's name in utf-8", "x-\u{e9}: z\r\n"),
        Case::http1(
            "ends every line with a bare line feed",
            PROTOCOL,
            vec![Move::Send([bare.into_bytes(), recording(LENGTH)].concat()), Move::Close],
        ),
        Case::http1(
            "sends its head in utf-16",
            PROTOCOL,
            vec![Move::Send(utf16("HTTP/1.1 200 OK\r\n\r\n")), Move::Close],
        ),
    ]
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn misnumbered() -> Vec<Case> {
    let first_line = |name, line: &str| {
        let rest = format!("content-type: audio/mpeg\r\ncontent-length: {LENGTH}\r\n\r\n");
        let bytes = [format!("{line}{rest}").into_bytes(), recording(LENGTH)].concat();
        Case::http1(name, PROTOCOL, vec![Move::Send(bytes), Move::Close])
    };
    let with_status = |name, line: &str| Case { codes: &["upstream_status"], ..first_line(name, line) };
    vec![
        first_line("sends no status line", ""),
        first_line("sends an empty line first", "\r\nHTTP/1.1 200 OK\r\n"),
        first_line("claims http/2.0", "HTTP/2.0 200 OK\r\n"),
        first_line("claims http/1.2", "HTTP/1.2 200 OK\r\n"),
        first_line("claims http/0.9", "HTTP/0.9 200 OK\r\n"),
        first_line("claims to be a radio", "ICY 200 OK\r\n"),
        first_line("claims rtsp", "RTSP/1.0 200 OK\r\n"),
        first_line("writes http in lower case", "http/1.1 200 OK\r\n"),
        first_line("sends a status of two digits", "HTTP/1.1 20 OK\r\n"),
        first_line("sends a status of four digits", "HTTP/1.1 2000 OK\r\n"),
        first_line("sends a status of letters", "HTTP/1.1 two OK\r\n"),
        first_line("sends the status 099", "HTTP/1.1 099 OK\r\n"),
        first_line("puts two spaces before the status", "HTTP/1.1  200 OK\r\n"),
        with_status("sends the status 999", "HTTP/1.1 999 OK\r\n"),
        with_status("sends the status 206", "HTTP/1.1 206 Partial Content\r\n"),
        with_status("sends the status 407", "HTTP/1.1 407 Proxy Authentication Required\r\n"),
        Case::http1("replies like http/0.9", PROTOCOL, vec![Move::Send(recording(LENGTH)), Move::Close]),
        Case::http1(
            "replies with a page and no head",
            PROTOCOL,
            vec![send("<html>\r\nhello\r\n</html>\r\n"), Move::Close],
        ),
    ]
}

fn informational() -> Vec<Case> {
    let hints = |times: usize| send(&EARLY_HINTS.repeat(times));
    let forever = |text: &str| vec![Move::Again(text.as_bytes().to_vec(), Duration::from_millis(5))];
    let upgrade = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
    let folded = "HTTP/1.1 103 Early Hints\r\nlink: a\r\n b\r\n\r\n";
    vec![
        Case::http1("sends 100 for ever", TIMEOUT, forever("HTTP/1.1 100 Continue\r\n\r\n")),
        Case::http1("sends 103 for ever", TIMEOUT, forever(EARLY_HINTS)),
        Case::http1("sends a hundred 103 and then the recording", DELIVERED, [vec![hints(100)], honest()].concat()),
        Case::http1("sends a malformed 103", PROTOCOL, [vec![send(folded)], honest()].concat()),
        // Section 3 has only 200 pass. Whether this is a status or a broken rule it does not say.
        Case::http1(
            "switches protocols",
            &["upstream_status", "protocol_error"],
            vec![send(upgrade), Move::Forever(vec![0; 4096])],
        )
        .bounded(),
    ]
}
