//! A recording on its way: a file in the staging folder that is gone when nobody wants it any more.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use super::folders;
use crate::faults::{crash_point, fault_point, is_armed};

/// Nobody but the service's own user reads recordings.
const MODE: u32 = 0o600;
/// How much is written before it is sent on to the disk: so the last fsync has little left to do, and a long recording
/// does not fill the machine's memory with pages that wait for the disk.
const SYNC_BYTES: usize = 64 * 1024 * 1024;

/// A staging file. Dropped, it is removed.
pub(super) struct Staged {
    file: File,
    path: PathBuf,
    unsynced: usize,
    renamed: bool,
}

impl Staged {
    /// A new, empty file.
    pub(super) fn create(path: PathBuf) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create_new(true).mode(MODE).open(&path)?;
        crash_point("crash::blob.staging-created");
        Ok(Self { file, path, unsynced: 0, renamed: false })
    }

    /// Adds to it.
    pub(super) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        fault_point("fault::blob.write")?;
        self.file.write_all(bytes)?;
        crash_point("crash::blob.written");
        self.unsynced += bytes.len();
        if self.unsynced >= SYNC_BYTES {
            self.file.sync_data()?;
            self.unsynced = 0;
        }
        Ok(())
    }

    /// Makes its bytes durable and gives it its name. The name is durable once its folder was fsynced.
    pub(super) fn rename_durably(mut self, target: &Path) -> io::Result<()> {
        fault_point("fault::blob.fsync")?;
        // Known defect, for the fault tests: the bytes are left to the system.
        if !is_armed("defect::no_fsync") {
            self.file.sync_all()?;
        }
        crash_point("crash::blob.synced");
        fault_point("fault::blob.rename")?;
        fs::rename(&self.path, target)?;
        self.renamed = true;
        crash_point("crash::blob.renamed");
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.renamed
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(blob.path = %self.path.display(), %error, "could not remove a staging file");
        }
    }
}

/// Removes every file in the staging folder and says how many there were.
pub(super) fn sweep(staging: &Path) -> io::Result<usize> {
    // Known defect, for the fault tests: what a kill left stays.
    if is_armed("defect::no_staging_sweep") {
        return Ok(0);
    }
    let files = folders::files(staging)?;
    for file in &files {
        fs::remove_file(file)?;
        crash_point("crash::staging.removed");
    }
    Ok(files.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_file_is_gone_and_a_renamed_one_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (staging, target) = (folder.path().join("a.part"), folder.path().join("a"));

        let mut staged = Staged::create(staging.clone()).unwrap();
        staged.append(b"abc").unwrap();
        assert!(staging.exists());
        drop(staged);
        assert!(!staging.exists());

        let mut staged = Staged::create(staging.clone()).unwrap();
        staged.append(b"abc").unwrap();
        staged.rename_durably(&target).unwrap();
        assert!(!staging.exists());
        assert_eq!(fs::metadata(&target).unwrap().len(), 3);
    }

    #[test]
    fn the_sweep_counts_what_it_removes() {
        let folder = tempfile::tempdir().unwrap();
        File::create(folder.path().join("a.part")).unwrap();
        File::create(folder.path().join("b.part")).unwrap();
        assert_eq!(sweep(folder.path()).unwrap(), 2);
        assert_eq!(sweep(folder.path()).unwrap(), 0);
    }
}
