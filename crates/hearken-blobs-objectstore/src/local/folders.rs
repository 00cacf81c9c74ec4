//! Folders whose names survive a crash.
//!
//! A new file or folder is an entry of its parent, and the entry is on the disk only once the parent was fsynced.

use std::{
    collections::HashSet,
    fs::{self, DirBuilder, File},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use hearken_domain::ids::WorkspaceId;

/// Nobody but the service's own user reads recordings.
const MODE: u32 = 0o700;

/// The folders of a store.
pub(super) struct Folders {
    root: PathBuf,
    /// Workspaces whose folder is known to be durable, so that it is fsynced into the root once and not for every put.
    durable: Mutex<HashSet<WorkspaceId>>,
}

impl Folders {
    /// Opens a store and makes its folders where they are missing.
    pub(super) fn open(root: PathBuf) -> io::Result<Self> {
        // Absolute, so that a later change of the working directory moves nothing.
        let root = std::path::absolute(root)?;
        create_durably(&root)?;
        let folders = Self { root, durable: Mutex::default() };
        create_durably(&folders.staging())?;
        Ok(folders)
    }

    /// The store's folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of files on their way.
    pub(super) fn staging(&self) -> PathBuf {
        self.root.join("staging")
    }

    /// A workspace's folder, made where it is missing, its name durable.
    pub(super) fn of_workspace(&self, workspace: WorkspaceId) -> io::Result<PathBuf> {
        let path = self.root.join(workspace.to_string());
        let mut durable = self.durable.lock().unwrap_or_else(PoisonError::into_inner);
        if !durable.contains(&workspace) {
            create(&path)?;
            // Also when it was there: whoever made it may have been killed before its name was durable.
            sync(&self.root)?;
            durable.insert(workspace);
        }
        Ok(path)
    }
}

/// Makes a folder and those above it, each name durable.
fn create_durably(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        create_durably(parent)?;
    }
    create(path)?;
    sync_parent(path)
}

fn create(path: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(MODE).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        outcome => outcome,
    }
}

/// Makes the entries of a folder durable.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Makes a name durable, or its being gone.
pub(super) fn sync_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), sync)
}

/// The files of a folder.
pub(super) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect()
}
