//! The host's end of a connection, with a count of the bytes that the kernel has taken from it.

use std::{
    fs, io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::server::TlsStream;

/// A connection that counts what it sends.
#[derive(Debug)]
pub(crate) struct Counted {
    tcp: TcpStream,
    sent: Arc<AtomicU64>,
}

impl Counted {
    pub(crate) fn new(tcp: TcpStream, sent: Arc<AtomicU64>) -> Self {
        Self { tcp, sent }
    }

    /// Whether nothing of what was sent is on its way or waits to be read at the other end, as far as the system tells.
    pub(crate) fn is_taken(&self) -> bool {
        // Where the peer is gone nothing can take more.
        let Ok((own, other)) = self.ends() else { return true };
        unread(own, other) == 0
    }

    fn ends(&self) -> io::Result<(u16, u16)> {
        Ok((self.tcp.local_addr()?.port(), self.tcp.peer_addr()?.port()))
    }

    /// From now on closing sends a reset.
    pub(crate) fn reset_when_dropped(&self) {
        // The peer may have been faster, and then there is nothing left to reset.
        let _ = self.tcp.set_zero_linger();
    }
}

/// Bytes between two ports of loopback: not acknowledged by the second, or acknowledged and not read (the queues of
/// proc(5), `/proc/net/tcp`). None where the system does not tell.
#[expect(clippy::disallowed_methods, reason = "no call tells an end what the other one has read")]
fn unread(from: u16, to: u16) -> u64 {
    let table = fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let hex = |text: &str| u64::from_str_radix(text, 16).ok();
    let port = |address: &str| hex(address.split_once(':')?.1);
    let queued = |row: &str| {
        let mut fields = row.split_whitespace().skip(1);
        let ends = (port(fields.next()?)?, port(fields.next()?)?);
        let (sent, received) = fields.nth(1)?.split_once(':')?;
        match ends {
            ends if ends == (from.into(), to.into()) => hex(sent),
            ends if ends == (to.into(), from.into()) => hex(received),
            _ => None,
        }
    };
    table.lines().filter_map(queued).sum()
}

/// What a script is played on: TCP, or TLS over it.
pub(crate) trait Wire: AsyncRead + AsyncWrite + Unpin + Send {
    /// What lies below TLS.
    fn counted(&mut self) -> &mut Counted;
}

impl Wire for Counted {
    fn counted(&mut self) -> &mut Counted {
        self
    }
}

impl Wire for TlsStream<Counted> {
    fn counted(&mut self) -> &mut Counted {
        self.get_mut().0
    }
}

impl AsyncRead for Counted {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let taken = Pin::new(&mut self.tcp).poll_write(cx, bytes);
        if let Poll::Ready(Ok(count)) = taken {
            self.sent.fetch_add(count as u64, Ordering::Relaxed);
        }
        taken
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}
