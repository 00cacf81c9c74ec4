//! The one place that starts programs: with pipes on both sides, without our environment, away from our folder.

use std::{
    path::Path,
    process::{Command, Stdio},
};

/// A program that sees nothing of this process but what it is given.
#[expect(clippy::disallowed_methods, reason = "decoders for hostile input are kept out of this process")]
pub(crate) fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}
