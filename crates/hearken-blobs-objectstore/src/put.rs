//! How a recording goes from its stream into a place, whichever place it is.
//!
//! The place's writer is a task of its own that knows two things: pieces come, and either the end comes or the feed
//! breaks off. A broken feed is how it learns that the recording failed or that nobody waits any more, and then it
//! leaves nothing behind. What it published is a value that undoes itself unless somebody keeps it, so a caller who
//! goes away between the writer's last step and the answer leaves nothing either. (The taking back may come a little
//! later, so a key is for one put that goes to its end: an upload's id is never used again.)

use bytes::Bytes;
use hearken_domain::ports::{BlobError, PutError, StoredBlob};
use tokio::{sync::mpsc, task::JoinHandle};

use crate::{batches::Batches, digest::Digester, error};

/// What a writer is told.
pub(crate) enum Feed {
    /// More bytes.
    Batch(Bytes),
    /// That was all: publish.
    End,
}

/// A blob under its key, which is taken back when this is dropped without having been kept.
pub(crate) struct Published(Option<Box<dyn FnOnce() + Send>>);

impl Published {
    /// A blob with the way to take it back. It must not wait: the drop may be on any thread.
    pub(crate) fn new(take_back: impl FnOnce() + Send + 'static) -> Self {
        Self(Some(Box::new(take_back)))
    }

    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Published {
    fn drop(&mut self) {
        if let Some(take_back) = self.0.take() {
            take_back();
        }
    }
}

/// A writer's task and the way to feed it.
pub(crate) struct Writer {
    /// Bounded, so that a slow place slows the recording down.
    pub(crate) feed: mpsc::Sender<Feed>,
    /// Ends with the blob under its key.
    pub(crate) outcome: JoinHandle<Result<Published, BlobError>>,
}

/// Feeds a writer with a recording to its end.
pub(crate) async fn put(mut batches: Batches, writer: Writer) -> Result<StoredBlob, PutError> {
    let Writer { feed, outcome } = writer;
    let digester = Digester::start();
    loop {
        let batch = match batches.next().await {
            Ok(batch) => batch,
            Err(failed) => {
                // The writer is waited for, so that its traces are gone when the caller hears of the failure.
                drop(feed);
                let _ = outcome.await;
                return Err(PutError::Source(failed));
            }
        };
        let is_end = batch.is_none();
        if let Some(batch) = &batch {
            digester.add(batch.clone()).await;
        }
        let taken = feed.send(batch.map_or(Feed::End, Feed::Batch)).await.is_ok();
        // A writer that takes nothing more has failed; its outcome says how.
        if is_end || !taken {
            break;
        }
    }
    drop(feed);
    drop(batches);
    let published = outcome.await.map_err(error::broken)?.map_err(error::of_writing)?;
    let stored = digester.finish().await?;
    // Nothing is awaited from here to the answer.
    published.keep();
    Ok(stored)
}

/// What a writer ends with when its feed broke off. Nobody reads it.
pub(crate) fn abandoned() -> BlobError {
    error::broken("the recording broke off")
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use super::*;

    #[test]
    fn what_nobody_keeps_is_taken_back() {
        let taken_back = Arc::new(AtomicU32::new(0));
        let published = || {
            let taken_back = Arc::clone(&taken_back);
            Published::new(move || {
                taken_back.fetch_add(1, Ordering::SeqCst);
            })
        };
        published().keep();
        assert_eq!(taken_back.load(Ordering::SeqCst), 0);
        drop(published());
        assert_eq!(taken_back.load(Ordering::SeqCst), 1);
    }
}
