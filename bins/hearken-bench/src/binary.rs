//! The binary to measure: a release build, whatever the bench itself is.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use crate::failure::{Failure, OrFail};

/// The one named, or the release binary beside the bench's own, or one that is built now.
pub(crate) fn hearken(named: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(named) = named {
        return std::fs::canonicalize(named).or_fail(format!("there is no binary {}", named.display()));
    }
    let own = own_folder()?;
    let target = own.parent().ok_or_else(|| Failure::plain("the bench lies in no target folder; use --binary"))?;
    let binary = target.join("release").join("hearken");
    if !binary.exists() {
        build(target)?;
    }
    Ok(binary)
}

/// Where the bench's own binary is.
pub(crate) fn own_folder() -> Result<PathBuf, Failure> {
    let own = env::current_exe().or_fail("the bench does not know its own file")?;
    own.parent().map(Path::to_owned).ok_or_else(|| Failure::plain("the bench lies in no folder"))
}

fn build(target: &Path) -> Result<(), Failure> {
    eprintln!("building hearken with --release");
    let mut command = Command::new(env!("CARGO"));
    command.args(["build", "--release", "--quiet", "--package", "hearken", "--bin", "hearken", "--target-dir"]);
    let status = command.arg(target).current_dir(env!("CARGO_MANIFEST_DIR")).status();
    let status = status.or_fail("cargo could not be started; use --binary")?;
    if status.success() { Ok(()) } else { Err(Failure::plain(format!("hearken could not be built: {status}"))) }
}
