//! A server that writes HTTP/2 (RFC 9113) by hand, to misbehave in ways that no library would.

use tokio::io::{AsyncReadExt, AsyncWriteExt, Result};

use crate::{
    origin::{Tls, drain},
    script::recording,
};

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PUSH_PROMISE: u8 = 5;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;

const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const ACK: u8 = 1;

/// Plays one connection.
pub(crate) async fn play(mut stream: Tls, behaviour: &str) {
    // The fetcher may close at any moment; that is part of the play.
    if request(&mut stream).await.is_ok() {
        let _ = behave(&mut stream, behaviour).await;
    }
    drain(&mut stream).await;
}

/// Answers like an honest server: the recording of a length.
pub(crate) async fn serve(mut stream: Tls, length: usize) {
    let honest = async {
        request(&mut stream).await?;
        write(&mut stream, (HEADERS, END_HEADERS, 1), &answer_head()).await?;
        let body = recording(length);
        let mut pieces = body.chunks(16_384).peekable();
        while let Some(piece) = pieces.next() {
            let flags = if pieces.peek().is_none() { END_STREAM } else { 0 };
            write(&mut stream, (DATA, flags, 1), piece).await?;
        }
        Result::Ok(())
    };
    let _ = honest.await;
    drain(&mut stream).await;
}

async fn behave(stream: &mut Tls, behaviour: &str) -> Result<()> {
    match behaviour {
        // No stream was processed, and there is no error.
        "goaway_before_headers" => write(stream, (GOAWAY, 0, 0), &[0; 8]).await,
        "rst_stream_midway" => {
            write(stream, (HEADERS, END_HEADERS, 1), &answer_head()).await?;
            write(stream, (DATA, 0, 1), &recording(10_000)).await?;
            write(stream, (RST_STREAM, 0, 1), &2_u32.to_be_bytes()).await
        }
        "header_list_1mb" => {
            write(stream, (HEADERS, 0, 1), &answer_head()).await?;
            for at in 0..64_u32 {
                let flags = if at == 63 { END_HEADERS } else { 0 };
                write(stream, (CONTINUATION, flags, 1), &fields(160)).await?;
            }
            Ok(())
        }
        "push_promise" => {
            let promised =
                [&2_u32.to_be_bytes()[..], &[0x82, 0x84, 0x87], &field(":authority", "rec.customer-host.com")];
            write(stream, (PUSH_PROMISE, END_HEADERS, 1), &promised.concat()).await
        }
        "window_zero_stall" => {
            write(stream, (HEADERS, END_HEADERS, 1), &answer_head()).await?;
            write(stream, (DATA, 0, 1), &recording(100)).await
        }
        other => panic!("unknown behaviour {other}"),
    }
}

/// Exchanges settings and reads up to the request's head.
async fn request(stream: &mut Tls) -> Result<()> {
    let mut preface = [0; 24];
    stream.read_exact(&mut preface).await?;
    assert_eq!(&preface, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    write(stream, (SETTINGS, 0, 0), &[]).await?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        let [a, b, c, kind, flags, ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        stream.read_exact(&mut payload).await?;
        if kind == SETTINGS && flags & ACK == 0 {
            write(stream, (SETTINGS, ACK, 0), &[]).await?;
        }
        if kind == HEADERS {
            return Ok(());
        }
    }
}

async fn write(stream: &mut Tls, (kind, flags, id): (u8, u8, u32), payload: &[u8]) -> Result<()> {
    let [_, a, b, c] = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = vec![a, b, c, kind, flags];
    frame.extend(id.to_be_bytes());
    frame.extend_from_slice(payload);
    stream.write_all(&frame).await?;
    stream.flush().await
}

/// `:status: 200` from the static table (RFC 7541, appendix A), and the type.
fn answer_head() -> Vec<u8> {
    [&[0x88][..], &field("content-type", "audio/mpeg")].concat()
}

/// A literal field without indexing (RFC 7541, 6.2.2), without Huffman coding.
fn field(name: &str, value: &str) -> Vec<u8> {
    assert!(name.len() < 127 && value.len() < 127, "lengths of one byte only");
    let length = |text: &str| u8::try_from(text.len()).unwrap();
    [&[0, length(name)][..], name.as_bytes(), &[length(value)], value.as_bytes()].concat()
}

/// Many fields of a hundred bytes.
fn fields(count: usize) -> Vec<u8> {
    let value = "y".repeat(92);
    (0..count).flat_map(|at| field(&format!("x-{at:03}"), &value)).collect()
}
