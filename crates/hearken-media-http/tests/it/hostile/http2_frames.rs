//! Frames of HTTP/2 by hand (RFC 9113, 6), for hosts that misuse them.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, Error, ErrorKind, Result};

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PUSH_PROMISE: u8 = 5;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const WINDOW_UPDATE: u8 = 8;
pub(crate) const CONTINUATION: u8 = 9;

pub(crate) const END_STREAM: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;
pub(crate) const PADDED: u8 = 8;
const ACK: u8 = 1;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A frame, whether or not it makes sense.
pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let [_, a, b, c] = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&[a, b, c, kind, flags][..], &stream.to_be_bytes(), payload].concat()
}

/// A good head on the request's stream.
pub(crate) fn good_head() -> Vec<u8> {
    frame(HEADERS, END_HEADERS, 1, &fields("200"))
}

/// A status and the type of a recording.
pub(crate) fn fields(status: &str) -> Vec<u8> {
    [status_field(status), field("content-type", "audio/mpeg")].concat()
}

/// `:status` by its index in the static table and a literal value (RFC 7541, 6.2.2 and appendix A).
pub(crate) fn status_field(status: &str) -> Vec<u8> {
    [&[8][..], &text(status)].concat()
}

/// A literal field without indexing.
pub(crate) fn field(name: &str, value: &str) -> Vec<u8> {
    [&[0][..], &text(name), &text(value)].concat()
}

/// A literal field that both ends remember (RFC 7541, 6.2.1).
pub(crate) fn remembered(name: &str, value: &str) -> Vec<u8> {
    [&[0x40][..], &text(name), &text(value)].concat()
}

/// A string without Huffman coding: its length with a prefix of seven bits (RFC 7541, 5.1), then its bytes.
fn text(text: &str) -> Vec<u8> {
    const MOST: usize = 127;
    let mut bytes = Vec::new();
    if text.len() < MOST {
        bytes.push(u8::try_from(text.len()).unwrap());
    } else {
        bytes.push(0x7f);
        let mut rest = text.len() - MOST;
        while rest >= 128 {
            bytes.push(u8::try_from(rest % 128 + 128).unwrap());
            rest /= 128;
        }
        bytes.push(u8::try_from(rest).unwrap());
    }
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

/// Exchanges settings and reads up to the request's head.
pub(crate) async fn read_request(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> Result<()> {
    let mut preface = [0; PREFACE.len()];
    stream.read_exact(&mut preface).await?;
    if preface != PREFACE {
        return Err(Error::from(ErrorKind::InvalidData));
    }
    stream.write_all(&frame(SETTINGS, 0, 0, &[])).await?;
    stream.flush().await?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        let [a, b, c, kind, flags, ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        stream.read_exact(&mut payload).await?;
        if kind == SETTINGS && flags & ACK == 0 {
            stream.write_all(&frame(SETTINGS, ACK, 0, &[])).await?;
            stream.flush().await?;
        }
        if kind == HEADERS {
            return Ok(());
        }
    }
}
