//! The bytes between us and the mail server, bounded, and never plaintext where encrypted bytes are meant.

use std::{
    fmt, io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The most that a server may say in all. A conversation has less than a hundredth of it.
const MOST: usize = 256 * 1024;

const STARTTLS: &[u8] = b"STARTTLS\r\n";

/// A connection to the mail server, as the library wants one.
pub(crate) struct Wire<S> {
    stream: S,
    peer: SocketAddr,
    left: usize,
    phase: Phase,
}

/// The library reads ahead, and what it has read ahead it keeps over STARTTLS: an attacker on the way could append
/// answers of their own to the last one in the clear. So the library gets one byte at a time until it speaks TLS, and
/// what was appended fails the handshake.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Clear,
    /// STARTTLS is said; what is written next is TLS.
    Upgrading,
    Encrypted,
}

impl<S> Wire<S> {
    /// A connection that begins in the clear.
    pub(crate) fn clear(stream: S, peer: SocketAddr) -> Self {
        Self { stream, peer, left: MOST, phase: Phase::Clear }
    }

    /// A connection that is encrypted already.
    pub(crate) fn encrypted(stream: S, peer: SocketAddr) -> Self {
        Self { stream, peer, left: MOST, phase: Phase::Encrypted }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.left == 0 {
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, "the mail server says too much")));
        }
        let most = if self.phase == Phase::Encrypted { self.left } else { 1 };
        let most = most.min(buf.remaining());
        let mut part = ReadBuf::new(buf.initialize_unfilled_to(most));
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut part))?;
        let read = part.filled().len();
        buf.advance(read);
        self.left -= read;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        self.phase = match self.phase {
            Phase::Clear if bytes == STARTTLS && written == bytes.len() => Phase::Upgrading,
            Phase::Upgrading => Phase::Encrypted,
            phase => phase,
        };
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> AsyncTokioStream for Wire<S> {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

/// Without the address: what is shown may be logged.
impl<S> fmt::Debug for Wire<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").finish_non_exhaustive()
    }
}
