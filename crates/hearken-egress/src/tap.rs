//! A tap on the decrypted bytes of a connection. It lets the [`HeadReader`] object to a head before hyper sees it, and
//! remembers the head, and how the connection ended, which hyper's errors tell only in words.

use std::{
    io,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

use crate::head::{FinalHead, HeadFault, HeadReader};

/// What happened to a connection first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    /// The head broke a rule.
    Head(HeadFault),
    /// TLS ended in an error or an alert, for example because the server wants a certificate of ours. In TLS 1.3 that
    /// shows only when the answer is read.
    Tls(String),
    /// The connection ended, cleanly or not.
    Ended,
}

/// What the tap saw, for the one who has to explain an error later.
#[derive(Clone, Debug, Default)]
pub(crate) struct Witness(Arc<Seen>);

#[derive(Debug, Default)]
struct Seen {
    mishap: OnceLock<Mishap>,
    head: OnceLock<FinalHead>,
}

impl Witness {
    /// The first mishap.
    pub(crate) fn mishap(&self) -> Option<&Mishap> {
        self.0.mishap.get()
    }

    /// The final head, where it came whole over HTTP/1.
    pub(crate) fn head(&self) -> Option<&FinalHead> {
        self.0.head.get()
    }

    fn note(&self, mishap: Mishap) {
        // Only the first counts: the others follow from it.
        let _ = self.0.mishap.set(mishap);
    }

    fn note_error(&self, error: &io::Error) {
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        self.note(tls.map_or(Mishap::Ended, |error| Mishap::Tls(error.to_string())));
    }
}

/// The connection as hyper sees it.
#[derive(Debug)]
pub(crate) struct Tap {
    stream: TlsStream<TcpStream>,
    head: Option<HeadReader>,
    witness: Witness,
}

impl Tap {
    /// For HTTP/2, whose framing hyper checks itself.
    pub(crate) fn new(stream: TlsStream<TcpStream>) -> Self {
        Self { stream, head: None, witness: Witness::default() }
    }

    /// For HTTP/1: the head is read along.
    pub(crate) fn with_head(stream: TlsStream<TcpStream>, max_bytes: usize) -> Self {
        Self { head: Some(HeadReader::new(max_bytes)), ..Self::new(stream) }
    }

    /// What will be seen.
    pub(crate) fn witness(&self) -> Witness {
        self.witness.clone()
    }

    /// Reads the head along.
    fn follow(&mut self, bytes: &[u8]) -> Result<(), HeadFault> {
        let Some(reader) = &mut self.head else { return Ok(()) };
        let outcome = reader.take(bytes);
        if let Some(head) = reader.whole() {
            // There is one final head.
            let _ = self.witness.0.head.set(head);
        }
        outcome
    }

    /// After a failed write: whether the server had already answered, or said why it takes no more.
    fn listen_for_an_alert(&mut self, cx: &mut Context<'_>) {
        let mut scratch = [0; 1024];
        for _ in 0..4 {
            let mut buffer = ReadBuf::new(&mut scratch);
            match Pin::new(&mut self.stream).poll_read(cx, &mut buffer) {
                // The write has failed: what is wrong with the answer's head adds nothing.
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    let _ = self.follow(buffer.filled());
                }
                Poll::Ready(Err(error)) => return self.witness.note_error(&error),
                _ => return,
            }
        }
    }

    fn written<T>(&mut self, cx: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if let Poll::Ready(Err(error)) = &outcome {
            self.listen_for_an_alert(cx);
            self.witness.note_error(error);
        }
        outcome
    }
}

impl AsyncRead for Tap {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut this.stream).poll_read(cx, buffer);
        match &outcome {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Err(error)) => this.witness.note_error(error),
            Poll::Ready(Ok(())) if buffer.filled().len() == before => this.witness.note(Mishap::Ended),
            Poll::Ready(Ok(())) => {}
        }
        if let Err(fault) = this.follow(&buffer.filled()[before..]) {
            this.witness.note(Mishap::Head(fault));
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, fault)));
        }
        outcome
    }
}

impl AsyncWrite for Tap {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, outcome)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_flush(cx);
        self.written(cx, outcome)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
