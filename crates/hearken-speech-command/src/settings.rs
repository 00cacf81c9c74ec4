//! What an operator decides about the program.

use std::{ffi::OsString, path::PathBuf, time::Duration};

/// What a program gets of the process's environment: enough to be found, to find its models and to be told how much of
/// the machine to use. Hearken's own settings, which have secrets, are not among it.
pub const PASSED_ON: [&str; 10] = [
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "XDG_CACHE_HOME",
    "HF_HOME",
    "OMP_NUM_THREADS",
    "CUDA_VISIBLE_DEVICES",
    "HIP_VISIBLE_DEVICES",
];

/// A program that transcribes.
#[derive(Clone, Debug)]
pub struct CommandSettings {
    /// A path, or a name to look up in the `PATH` of `environment`.
    pub program: PathBuf,
    /// What it is given; `{wav}`, `{language}` and `{output}` are filled in.
    pub args: Vec<String>,
    /// The process's environment, or some of it; only [`PASSED_ON`] is passed on.
    pub environment: Vec<(OsString, OsString)>,
    /// A folder for what runs need; made where it is missing. What a killed process left in it may be removed at start.
    pub scratch: PathBuf,
    /// How many times as long as the track a run may take.
    pub timeout_factor: u32,
    /// What a run may take besides, for loading a model.
    pub grace: Duration,
    /// The most that a program may write, in bytes.
    pub max_output_bytes: usize,
}

impl CommandSettings {
    /// A program with an empty environment, ten times the track's length and two minutes, and 16 MiB of output.
    pub fn new(program: PathBuf, args: Vec<String>, scratch: PathBuf) -> Self {
        Self {
            program,
            args,
            environment: Vec::new(),
            scratch,
            timeout_factor: 10,
            grace: Duration::from_mins(2),
            max_output_bytes: 16 * 1024 * 1024,
        }
    }
}
