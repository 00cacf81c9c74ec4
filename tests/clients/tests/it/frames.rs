//! Frames of HTTP/2 by hand, from the client's side (RFC 9113; RFC 7541 for the fields).

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PUSH_PROMISE: u8 = 5;
pub(crate) const PING: u8 = 6;
pub(crate) const WINDOW_UPDATE: u8 = 8;
pub(crate) const CONTINUATION: u8 = 9;

pub(crate) const ACK: u8 = 1;
pub(crate) const END_STREAM: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A frame, whether or not it makes sense.
pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let [_, a, b, c] = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&[a, b, c, kind, flags][..], &stream.to_be_bytes(), payload].concat()
}

/// How a connection begins: the preface and settings that change nothing.
pub(crate) fn opening() -> Vec<u8> {
    [PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()
}

/// The fields of a `GET`.
pub(crate) fn get(path: &str) -> Vec<u8> {
    request(0x82, path)
}

/// The fields of a create with a key.
pub(crate) fn post(token: &str) -> Vec<u8> {
    let authorization = field("authorization", &format!("Bearer {token}"));
    [request(0x83, "/api/v2/engagements"), authorization, field("content-type", "application/json")].concat()
}

/// Method by its index, `http`, path and authority.
fn request(method: u8, path: &str) -> Vec<u8> {
    [&[method, 0x86, 0x04][..], &text(path), &[0x01], &text("localhost")].concat()
}

/// A literal field without indexing.
pub(crate) fn field(name: &str, value: &str) -> Vec<u8> {
    [&[0][..], &text(name), &text(value)].concat()
}

/// A literal field that both ends remember, of a kilobyte and more: its value's length takes two more bytes.
pub(crate) fn remembered(name: &str, length: u16) -> Vec<u8> {
    let [rest, more] = [(length - 127) % 128 + 128, (length - 127) / 128].map(|part| u8::try_from(part).unwrap());
    [&[0x40][..], &text(name), &[0x7f, rest, more], &vec![b'y'; usize::from(length)]].concat()
}

/// A short string without Huffman coding.
fn text(text: &str) -> Vec<u8> {
    assert!(text.len() < 127, "lengths of one byte only");
    [&[u8::try_from(text.len()).unwrap()][..], text.as_bytes()].concat()
}
