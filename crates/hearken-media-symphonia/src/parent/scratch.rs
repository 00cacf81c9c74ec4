//! The scratch folder: recordings are nameless files in it, which vanish with the process; speech tracks need names, and
//! lie in folders that are removed on drop, or by the next start when a kill left them.

use std::{
    fs::{self, DirBuilder, File, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};

use futures_util::TryStreamExt;
use hearken_domain::ports::ByteStream;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;

use crate::error::Fault;

const SPEECH: &str = "speech-";
/// Locked as long as the folder is in use, so that another process's start leaves it alone.
const LOCK: &str = "lock";

/// Makes the folder, and removes what ended processes left in it.
pub(super) fn prepare(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(SPEECH.as_bytes()) && is_left(&entry.path()) {
            tracing::info!("removing speech tracks that an ended process left");
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

fn is_left(folder: &Path) -> bool {
    match File::open(folder.join(LOCK)) {
        Ok(lock) => lock.try_lock().is_ok(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

/// Writes a recording into a file without a name.
pub(super) async fn spool(folder: &Path, mut recording: ByteStream) -> Result<File, Fault> {
    let folder = folder.to_owned();
    let made = tokio::task::spawn_blocking(move || tempfile::tempfile_in(folder)).await;
    let file = made.map_err(|ended| Fault::Scratch(io::Error::other(ended)))?.map_err(Fault::Scratch)?;
    let mut file = tokio::fs::File::from_std(file);
    while let Some(piece) = recording.try_next().await.map_err(Fault::Stream)? {
        file.write_all(&piece).await.map_err(Fault::Scratch)?;
    }
    file.flush().await.map_err(Fault::Scratch)?;
    Ok(file.into_std().await)
}

/// A folder for one recording's speech tracks, which is removed with everything in it when it is dropped.
pub(super) struct SpeechFolder {
    folder: TempDir,
    _lock: File,
}

impl SpeechFolder {
    pub(super) async fn make(scratch: &Path) -> io::Result<Self> {
        let scratch = scratch.to_owned();
        // Should the caller be gone by then, what was made is dropped, and removed.
        tokio::task::spawn_blocking(move || Self::make_now(&scratch)).await.map_err(io::Error::other)?
    }

    fn make_now(scratch: &Path) -> io::Result<Self> {
        let private = Permissions::from_mode(0o700);
        let folder = tempfile::Builder::new().prefix(SPEECH).permissions(private).tempdir_in(scratch)?;
        let lock = File::create_new(folder.path().join(LOCK))?;
        lock.lock()?;
        Ok(Self { folder, _lock: lock })
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}
