//! Makes few large pieces out of a recording's many small ones.
//!
//! A network gives pieces of some kilobytes. Handing each to another thread, or making each a write, would cost more
//! than the bytes themselves.

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use hearken_domain::media::{FetchError, MediaStream};

/// A recording in pieces of at least a given size; only the last one may be smaller.
pub(crate) struct Batches {
    body: MediaStream,
    size: usize,
    pending: BytesMut,
}

impl Batches {
    /// Batches of at least `size` bytes.
    pub(crate) fn new(body: MediaStream, size: usize) -> Self {
        Self { body, size, pending: BytesMut::new() }
    }

    /// The next piece, or nothing at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, FetchError> {
        while let Some(chunk) = self.body.next().await {
            let chunk = chunk?;
            if self.pending.is_empty() && chunk.len() >= self.size {
                return Ok(Some(chunk));
            }
            // Copied, not kept: a small piece can hold a large buffer alive.
            self.pending.extend_from_slice(&chunk);
            if self.pending.len() >= self.size {
                return Ok(Some(self.take()));
            }
        }
        Ok((!self.pending.is_empty()).then(|| self.take()))
    }

    fn take(&mut self) -> Bytes {
        std::mem::replace(&mut self.pending, BytesMut::with_capacity(self.size)).freeze()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use hearken_domain::media::FetchCode;

    use super::*;

    async fn sizes(chunks: &[usize], size: usize) -> Vec<usize> {
        let chunks: Vec<_> = chunks.iter().map(|len| Ok(Bytes::from(vec![0; *len]))).collect();
        let mut batches = Batches::new(Box::pin(stream::iter(chunks)), size);
        let mut sizes = Vec::new();
        while let Some(batch) = batches.next().await.unwrap() {
            sizes.push(batch.len());
        }
        sizes
    }

    #[tokio::test]
    async fn small_pieces_are_gathered_and_large_ones_pass() {
        assert_eq!(sizes(&[3, 3, 3, 3, 1], 8).await, [9, 4]);
        assert_eq!(sizes(&[20, 1, 20, 0], 8).await, [20, 21]);
        assert_eq!(sizes(&[], 8).await, [0_usize; 0]);
        assert_eq!(sizes(&[0, 0], 8).await, [0_usize; 0]);
    }

    #[tokio::test]
    async fn an_error_ends_the_recording() {
        let chunks = vec![Ok(Bytes::from_static(b"abc")), Err(FetchError::new(FetchCode::Truncated, "it ended early"))];
        let mut batches = Batches::new(Box::pin(stream::iter(chunks)), 8);
        assert_eq!(batches.next().await.unwrap_err().code, FetchCode::Truncated);
    }
}
