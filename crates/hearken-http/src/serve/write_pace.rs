//! A deadline for clients that do not read their answer.
//!
//! A connection whose peer takes nothing would keep its place, and the bytes waiting for it, for ever. While writing is
//! blocked, the peer must take [`PROGRESS`] bytes in the given time; once everything was handed to the system the
//! count begins anew.

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

/// How much a slow reader must take within the time it has.
const PROGRESS: usize = 64 * 1024;

/// A connection that must be read from.
pub(crate) struct WritePace<T> {
    inner: T,
    within: Duration,
    blocked: Option<Blocked>,
}

/// Since writing is blocked.
struct Blocked {
    deadline: Pin<Box<Sleep>>,
    taken: usize,
}

impl<T> WritePace<T> {
    pub(crate) fn new(inner: T, within: Duration) -> Self {
        Self { inner, within, blocked: None }
    }

    /// What a write came to, and whether it took too long to get there.
    fn judge(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => {
                if let Some(blocked) = &mut self.blocked {
                    blocked.taken += bytes;
                    if blocked.taken >= PROGRESS {
                        self.blocked = None;
                    }
                }
                Poll::Ready(Ok(bytes))
            }
            Poll::Pending => self.wait(cx).map(Err),
            failed @ Poll::Ready(Err(_)) => failed,
        }
    }

    /// The same where everything must go out: TLS keeps bytes that the socket did not take.
    fn judge_all(&mut self, cx: &mut Context<'_>, flushed: Poll<io::Result<()>>) -> Poll<io::Result<()>> {
        match flushed {
            Poll::Ready(Ok(())) => {
                self.blocked = None;
                Poll::Ready(Ok(()))
            }
            Poll::Pending => self.wait(cx).map(Err),
            failed @ Poll::Ready(Err(_)) => failed,
        }
    }

    /// An error once writing has been blocked for too long.
    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let within = self.within;
        let blocked = self.blocked.get_or_insert_with(|| Blocked {
            deadline: Box::pin(tokio::time::sleep_until(Instant::now() + within)),
            taken: 0,
        });
        let late = || io::Error::new(io::ErrorKind::TimedOut, "the client does not read its answer");
        blocked.deadline.as_mut().poll(cx).map(|()| late())
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for WritePace<T> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for WritePace<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.judge(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(cx, bytes);
        self.judge(cx, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.inner).poll_flush(cx);
        self.judge_all(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let closed = Pin::new(&mut self.inner).poll_shutdown(cx);
        self.judge_all(cx, closed)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const WITHIN: Duration = Duration::from_secs(10);

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_takes_nothing_is_given_up() {
        let (_peer, ours) = tokio::io::duplex(1024);
        let mut ours = WritePace::new(ours, WITHIN);
        let error = ours.write_all(&[0; 2048]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_takes_a_byte_now_and_then_is_given_up() {
        let (mut peer, ours) = tokio::io::duplex(1024);
        let mut ours = WritePace::new(ours, WITHIN);
        let trickle = async move {
            loop {
                tokio::time::sleep(Duration::from_secs(1)).await;
                peer.read_u8().await.unwrap();
            }
        };
        let error = tokio::select! {
            written = ours.write_all(&[0; 4096]) => written.unwrap_err(),
            () = trickle => unreachable!("it goes on for ever"),
        };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_is_left_alone_after_it_was_blocked_once() {
        let (mut peer, ours) = tokio::io::duplex(1024);
        let mut ours = WritePace::new(ours, WITHIN);
        let reader = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(5)).await;
            let mut all = Vec::new();
            peer.read_to_end(&mut all).await.unwrap();
            all.len()
        });
        ours.write_all(&[0; 2048]).await.unwrap();
        ours.flush().await.unwrap();
        tokio::time::sleep(Duration::from_secs(60)).await;
        ours.write_all(&[0; 2048]).await.unwrap();
        drop(ours);
        assert_eq!(reader.await.unwrap(), 4096);
    }
}
