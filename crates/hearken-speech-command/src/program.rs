//! Where the program is.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

use rustix::fs::{Access, access};

use crate::error::Fault;

/// The program's path: its own where it has a folder in it, or else the first in the search path that may be executed.
/// Blocks shortly.
pub(crate) fn find(program: &Path, search_path: Option<&OsStr>) -> Result<PathBuf, Fault> {
    let found = if program.components().count() > 1 || program.is_absolute() {
        std::path::absolute(program).ok().filter(|path| is_program(path))
    } else {
        let folders = search_path.into_iter().flat_map(std::env::split_paths);
        folders.filter(|folder| folder.is_absolute()).map(|folder| folder.join(program)).find(|path| is_program(path))
    };
    found.ok_or_else(|| Fault::Missing(name(program)))
}

/// What it is called, without its folder.
pub(crate) fn name(program: &Path) -> String {
    program.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn is_program(path: &Path) -> bool {
    path.is_file() && access(path, Access::EXEC_OK).is_ok()
}
