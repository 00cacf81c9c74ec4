//! How the server of a body case behaves over HTTP/1, byte by byte.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use tokio::{
    io::{AsyncWriteExt, Result},
    time::{Instant, sleep, sleep_until},
};

use crate::origin::{Tls, drain, read_head};

/// The `server` of a body case.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Server {
    pub(crate) tls: Option<String>,
    pub(crate) tcp: Option<String>,
    pub(crate) h2: Option<String>,
    pub(crate) blob_store_slow_bytes_per_s: Option<u64>,
    pub(crate) same_idempotency_key_twice: bool,
    pub(crate) server_shutdown_after_bytes: Option<usize>,
    pub(crate) kill9_after_bytes: Option<usize>,
    pub(crate) send: Sent,
    pub(crate) content_length: Option<u64>,
    status_line: Option<String>,
    headers: Vec<(String, String)>,
    header_count: Option<usize>,
    one_header_bytes: Option<usize>,
    raw_content_length: Option<String>,
    chunked: bool,
    chunk: Option<usize>,
    chunk_size_line: Option<String>,
    then: Option<String>,
    byte_every_ms: Option<u64>,
    send_bytes_per_s: Option<usize>,
    gzip_bomb: Option<GzipBomb>,
    endless_headers: bool,
    informational_endless: bool,
    header_byte_every_ms: Option<u64>,
    tls_then_silent: bool,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GzipBomb {
    wire: usize,
    #[serde(rename = "inflated")]
    _inflated: u64,
}

/// How much is sent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Sent {
    Bytes(usize),
    Endless,
    /// The case does not say: as much as the length says.
    #[default]
    Unsaid,
}

impl<'de> Deserialize<'de> for Sent {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Number(number) => Ok(Self::Bytes(usize::try_from(number.as_u64().unwrap()).unwrap())),
            Value::String(text) if text == "endless" => Ok(Self::Endless),
            other => Err(serde::de::Error::custom(format!("unknown send {other}"))),
        }
    }
}

/// The recording of a length: it begins like MP3, then every byte differs from its neighbours.
pub(crate) fn recording(length: usize) -> Vec<u8> {
    let rest = (0_usize..).map(|at| u8::try_from(at * 31 % 251).unwrap());
    b"ID3\x03\0\0\0\0".iter().copied().chain(rest).take(length).collect()
}

impl Server {
    /// What the fetcher must deliver where the case is allowed.
    pub(crate) fn recording(&self) -> Vec<u8> {
        recording(self.length())
    }

    fn length(&self) -> usize {
        match (self.send, self.content_length) {
            (Sent::Bytes(bytes), _) => bytes,
            (_, Some(length)) => usize::try_from(length).unwrap(),
            (Sent::Endless | Sent::Unsaid, None) => 5,
        }
    }

    /// Plays one connection to its end.
    pub(crate) async fn play(self, mut stream: Tls) {
        read_head(&mut stream).await;
        // The fetcher may close at any moment; that is part of the play.
        let _ = self.answer(&mut stream).await;
        match self.then.as_deref() {
            // Without a close of TLS.
            Some("fin") => return,
            Some(other) => panic!("unknown end {other}"),
            None => {}
        }
        let _ = stream.shutdown().await;
        drain(&mut stream).await;
    }

    async fn answer(&self, stream: &mut Tls) -> Result<()> {
        if self.tls_then_silent {
            drain(stream).await;
            return Ok(());
        }
        if self.informational_endless {
            return forever(stream, b"HTTP/1.1 100 Continue\r\n\r\n", Duration::from_millis(5)).await;
        }
        if self.status_line.as_deref() == Some("HTTP/0.9") {
            return stream.write_all(&recording(100)).await;
        }
        let head = self.head();
        if let Some(every) = self.header_byte_every_ms {
            return drip(stream, head.as_bytes(), every).await;
        }
        stream.write_all(head.as_bytes()).await?;
        if self.endless_headers {
            return forever(stream, b"x-more: yes\r\n", Duration::ZERO).await;
        }
        stream.write_all(b"\r\n").await?;
        stream.flush().await?;
        self.body(stream).await?;
        stream.flush().await
    }

    /// The head without its last empty line.
    fn head(&self) -> String {
        let mut fields = vec![("content-type".to_owned(), "audio/mpeg".to_owned())];
        fields.extend(self.headers.clone());
        if let Some(bytes) = self.one_header_bytes {
            fields.push(("content-security-policy".to_owned(), "x".repeat(bytes)));
        }
        let has = |name: &str| self.headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
        let is_chunked = self.chunked || self.chunk_size_line.is_some();
        if is_chunked && !has("transfer-encoding") {
            fields.push(("transfer-encoding".to_owned(), "chunked".to_owned()));
        } else if let Some(raw) = &self.raw_content_length {
            fields.push(("content-length".to_owned(), raw.clone()));
        } else if let Some(length) = self.declared_length().filter(|_| !is_chunked && !has("content-length")) {
            fields.push(("content-length".to_owned(), length.to_string()));
        }
        let fill = self.header_count.unwrap_or(0).saturating_sub(fields.len());
        fields.extend((0..fill).map(|at| (format!("x-{at}"), "y".to_owned())));
        let lines = fields.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
        let status = self.status_line.as_deref().unwrap_or("HTTP/1.1 200 OK");
        format!("{status}\r\n{}", lines.collect::<String>())
    }

    fn declared_length(&self) -> Option<u64> {
        let wire = self.gzip_bomb.map(|bomb| bomb.wire as u64);
        // With another transfer coding the end of the connection is the end of the body.
        let coded = self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding"));
        wire.or(self.content_length).or_else(|| (!coded).then_some(self.length() as u64))
    }

    async fn body(&self, stream: &mut Tls) -> Result<()> {
        if let Some(bomb) = self.gzip_bomb {
            return stream.write_all(&[&b"\x1f\x8b\x08"[..], &vec![0; bomb.wire - 3]].concat()).await;
        }
        if let Some(line) = &self.chunk_size_line {
            let end = if line.ends_with('\n') { "" } else { "\r\n" };
            return stream.write_all(format!("{line}{end}hello\r\n0\r\n\r\n").as_bytes()).await;
        }
        if let Sent::Endless = self.send {
            let piece = recording(8192);
            return forever(stream, &[&b"2000\r\n"[..], &piece, b"\r\n"].concat(), Duration::ZERO).await;
        }
        let bytes = self.recording();
        if self.chunked {
            return chunks(stream, &bytes, self.chunk.unwrap_or(16 * 1024)).await;
        }
        match (self.byte_every_ms, self.send_bytes_per_s) {
            (Some(every), _) => drip(stream, &bytes, every).await,
            (None, Some(rate)) => paced(stream, &bytes, rate).await,
            (None, None) => stream.write_all(&bytes).await,
        }
    }
}

async fn chunks(stream: &mut Tls, bytes: &[u8], each: usize) -> Result<()> {
    let mut wire = Vec::new();
    for chunk in bytes.chunks(each) {
        wire.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
        wire.extend_from_slice(chunk);
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b"0\r\n\r\n");
    stream.write_all(&wire).await
}

async fn forever(stream: &mut Tls, piece: &[u8], every: Duration) -> Result<()> {
    loop {
        stream.write_all(piece).await?;
        stream.flush().await?;
        if every > Duration::ZERO {
            sleep(every).await;
        }
    }
}

async fn drip(stream: &mut Tls, bytes: &[u8], every_ms: u64) -> Result<()> {
    for byte in bytes {
        stream.write_all(&[*byte]).await?;
        stream.flush().await?;
        sleep(Duration::from_millis(every_ms)).await;
    }
    Ok(())
}

/// Ten pieces a second.
async fn paced(stream: &mut Tls, bytes: &[u8], per_second: usize) -> Result<()> {
    let mut next = Instant::now();
    for piece in bytes.chunks(per_second / 10) {
        stream.write_all(piece).await?;
        stream.flush().await?;
        next += Duration::from_millis(100);
        sleep_until(next).await;
    }
    Ok(())
}
