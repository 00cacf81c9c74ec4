//! Work that waits for the disk, off the threads that serve everybody.

use std::io;

use hearken_domain::ports::BlobError;

use crate::error;

/// Runs work on a thread that may wait.
pub(crate) async fn blocking<T, F>(work: F) -> Result<T, BlobError>
where
    T: Send + 'static,
    F: FnOnce() -> io::Result<T> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome.map_err(error::of_disk),
        Err(panicked) => Err(error::broken(panicked)),
    }
}
