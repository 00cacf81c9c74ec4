//! How much room the disk has, asked at most once a second.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use hearken_domain::ports::{BlobError, BlobErrorKind};

use crate::blocking::blocking;

/// Every create asks; the disk does not fill up faster than this.
const FRESH: Duration = Duration::from_secs(1);

/// The room of the disk that a folder is on.
pub(super) struct Room {
    folder: PathBuf,
    low_water: u64,
    seen: Mutex<Option<(Instant, u64)>>,
}

impl Room {
    /// Room for new recordings is there while at least `low_water` bytes are free.
    pub(super) fn new(folder: PathBuf, low_water: u64) -> Self {
        Self { folder, low_water, seen: Mutex::new(None) }
    }

    /// `Full` below the low-water mark.
    pub(super) async fn check(&self) -> Result<(), BlobError> {
        let free = match self.recently() {
            Some(free) => free,
            None => self.ask().await?,
        };
        if free >= self.low_water {
            return Ok(());
        }
        let source = format!("{free} bytes are free, and new recordings need {} to be", self.low_water);
        Err(BlobError { kind: BlobErrorKind::Full, source: source.into() })
    }

    fn recently(&self) -> Option<u64> {
        let seen = *self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.filter(|(at, _)| at.elapsed() < FRESH).map(|(_, free)| free)
    }

    async fn ask(&self) -> Result<u64, BlobError> {
        let folder = self.folder.clone();
        let free = blocking(move || free_bytes(&folder)).await?;
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), free));
        Ok(free)
    }
}

/// What an ordinary user may still write: file systems keep a reserve for root.
fn free_bytes(folder: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(folder)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn below_the_mark_there_is_no_room() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Room::new(folder.path().to_owned(), 0).check().await.is_ok());
        let none = Room::new(folder.path().to_owned(), u64::MAX);
        assert_eq!(none.check().await.unwrap_err().kind, BlobErrorKind::Full);
        // Again, from memory.
        assert_eq!(none.check().await.unwrap_err().kind, BlobErrorKind::Full);
    }
}
