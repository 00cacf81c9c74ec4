//! The host's end of a connection, with a count of the bytes that the kernel has taken from it.

use std::{
    io,
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

    /// From now on closing sends a reset.
    pub(crate) fn reset_when_dropped(&self) {
        // The peer may have been faster, and then there is nothing left to reset.
        let _ = self.tcp.set_zero_linger();
    }
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
