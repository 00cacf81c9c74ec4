//! What every figure needs: the binary, a scratch folder on the measured disk, and how long and how often to run.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use tempfile::TempDir;

use crate::{
    binary,
    cli::{FigureId, Options},
    failure::{Failure, OrFail},
};

/// A prepared bench. Its scratch folder goes with it.
pub(crate) struct Bench {
    pub(crate) binary: PathBuf,
    pub(crate) rounds: u32,
    /// The length of one run of one side.
    pub(crate) span: Duration,
    /// The large recording, in MiB.
    pub(crate) large: u32,
    /// The engagements of the small workspace of P8.
    pub(crate) rows: u32,
    /// How many times as many the large one has.
    pub(crate) times: u32,
    keep: bool,
    scratch: TempDir,
}

impl Bench {
    /// Finds the binary and makes the folder.
    pub(crate) fn prepare(options: &Options) -> Result<Self, Failure> {
        let binary = binary::hearken(options.binary.as_deref())?;
        // Not the system's temporary folder, which may be memory: there an fsync costs nothing.
        let parent = match &options.folder {
            Some(folder) => folder.clone(),
            None => binary::own_folder()?,
        };
        let parent = std::path::absolute(parent).or_fail("the scratch folder has no absolute path")?;
        let scratch = TempDir::with_prefix_in("hearken-bench-", parent);
        let mut scratch = scratch.or_fail("a scratch folder could not be made; name one with --folder")?;
        if options.keep {
            scratch.disable_cleanup(true);
            eprintln!("data and logs stay in {}", scratch.path().display());
        }
        Ok(Self {
            binary,
            rounds: options.rounds,
            span: options.span(),
            large: options.large,
            rows: options.rows,
            times: options.times,
            keep: options.keep,
            scratch,
        })
    }

    /// The scratch folder of everything.
    pub(crate) fn scratch(&self) -> &Path {
        self.scratch.path()
    }

    /// The scratch folder of one figure.
    pub(crate) fn folder(&self, id: FigureId) -> Result<PathBuf, Failure> {
        let folder = self.scratch.path().join(id.as_str());
        fs::create_dir_all(&folder).or_fail(format!("the folder {} could not be made", folder.display()))?;
        Ok(folder)
    }

    /// Gives the room of a figure back, unless it is to be looked at.
    pub(crate) fn clear(&self, id: FigureId) -> Result<(), Failure> {
        let folder = self.scratch.path().join(id.as_str());
        if self.keep || !folder.exists() {
            return Ok(());
        }
        fs::remove_dir_all(&folder).or_fail(format!("the folder {} could not be removed", folder.display()))
    }
}
