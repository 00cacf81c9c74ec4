//! A folder for one run, removed afterwards.

use std::{
    fs::{DirBuilder, create_dir_all, read_dir, remove_dir_all},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
};

use crate::error::Fault;

/// What a program that writes files may call them, without extension.
const OUTPUT: &str = "output";
/// The more a form tells, the sooner it is read.
const EXTENSIONS: [&str; 4] = ["json", "vtt", "srt", "txt"];

/// The folder.
pub(crate) struct Place(PathBuf);

impl Place {
    /// Makes one, for this user only. Blocks shortly.
    pub(crate) fn make(scratch: &Path) -> Result<Self, Fault> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let scratch = std::path::absolute(scratch).map_err(Fault::Scratch)?;
        create_dir_all(&scratch).map_err(Fault::Scratch)?;
        loop {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let folder = scratch.join(format!("speech-{}-{number}", process::id()));
            match DirBuilder::new().mode(0o700).create(&folder) {
                Ok(()) => return Ok(Self(folder)),
                // Left by a process of the same number, or of another container on the same disk.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(Fault::Scratch(error)),
            }
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.0
    }

    /// What `{output}` stands for.
    pub(crate) fn output(&self) -> PathBuf {
        self.0.join(OUTPUT)
    }

    /// The file that a program wrote there, if it did. Blocks shortly.
    pub(crate) fn written(&self) -> Option<PathBuf> {
        let entries = read_dir(&self.0).ok()?;
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let is_output = |path: &PathBuf| path.is_file() && path.file_stem().is_some_and(|stem| stem == OUTPUT);
        paths.filter(is_output).min_by_key(|path| {
            let extension = path.extension().unwrap_or_default();
            (EXTENSIONS.iter().position(|known| extension == *known).unwrap_or(EXTENSIONS.len()), path.clone())
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Err(error) = remove_dir_all(&self.0) {
            tracing::warn!(error = %error, "the folder of a speech program could not be removed");
        }
    }
}
