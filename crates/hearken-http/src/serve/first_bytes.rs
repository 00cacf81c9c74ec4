//! A deadline for the first bytes of a connection.
//!
//! The server has to see how a connection begins before it knows whether it speaks HTTP/1.1 or HTTP/2, and until then
//! none of its own deadlines runs. A client that sends nothing, or only the beginning of HTTP/2's preface, is closed.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep},
};

/// RFC 9113, 3.4.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A connection that must show soon which protocol it speaks.
pub(crate) struct FirstBytes<T> {
    inner: T,
    /// While it is not known: the deadline, and how many bytes agreed with the preface so far.
    undecided: Option<(Pin<Box<Sleep>>, usize)>,
}

impl<T> FirstBytes<T> {
    pub(crate) fn new(inner: T, within: Duration) -> Self {
        Self { inner, undecided: Some((Box::pin(tokio::time::sleep_until(Instant::now() + within)), 0)) }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for FirstBytes<T> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let this = &mut *self;
        match Pin::new(&mut this.inner).poll_read(cx, buffer) {
            Poll::Ready(Ok(())) => {
                if let Some((_, agreed)) = &mut this.undecided {
                    let new = &buffer.filled()[before..];
                    let expected = &PREFACE[*agreed..];
                    let same = new.iter().zip(expected).take_while(|(a, b)| a == b).count();
                    *agreed += same;
                    if same < new.len() || *agreed == PREFACE.len() {
                        this.undecided = None;
                    }
                }
                Poll::Ready(Ok(()))
            }
            Poll::Pending => {
                let late = this.undecided.as_mut().is_some_and(|(deadline, _)| deadline.as_mut().poll(cx).is_ready());
                if late {
                    return Poll::Ready(Err(io::Error::new(
                        io::ErrorKind::TimedOut,
                        "the connection showed no protocol in time",
                    )));
                }
                Poll::Pending
            }
            failed @ Poll::Ready(Err(_)) => failed,
        }
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for FirstBytes<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    async fn reads(sent: &[u8]) -> io::Result<Vec<u8>> {
        let (mut client, server) = tokio::io::duplex(64);
        client.write_all(sent).await.unwrap();
        let mut server = FirstBytes::new(server, Duration::from_secs(10));
        let mut seen = vec![0; sent.len()];
        server.read_exact(&mut seen).await?;
        tokio::time::timeout(Duration::from_secs(60), server.read_u8())
            .await
            .map_or(Ok(seen), |read| read.map(|_| Vec::new()))
    }

    #[tokio::test(start_paused = true)]
    async fn silence_and_half_a_preface_are_closed_and_the_rest_is_left_alone() {
        for sent in [&b""[..], b"P", b"PRI * HTTP/2.0\r\n"] {
            assert_eq!(reads(sent).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        }
        for sent in [&b"G"[..], b"POST", PREFACE] {
            assert_eq!(reads(sent).await.unwrap(), sent);
        }
    }
}
