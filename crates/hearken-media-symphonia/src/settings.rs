//! What an operator may set.

use std::{ffi::OsString, path::PathBuf, time::Duration};

/// Where the probe works and with which programs.
#[derive(Clone, Debug)]
pub struct ProbeSettings {
    /// For recordings while they are decoded, and for speech tracks while they are listened to. It is made where it is
    /// missing, for this user only. Room for the longest recordings is needed: their own size, and 115 MB for each hour
    /// and channel.
    pub scratch: PathBuf,
    /// The program `ffmpeg`, for what this crate cannot read itself. An absolute path.
    pub ffmpeg: Option<PathBuf>,
    /// How a process that decodes is started.
    pub child: ChildCommand,
    /// How much work a recording may make.
    pub limits: ProbeLimits,
}

/// A program that calls [`child_main`](crate::child_main) when it is started with these arguments and one more, which it
/// passes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildCommand {
    /// The program. An absolute path.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
}

/// How much work a recording may make. The last three bind each of the processes that decode it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProbeLimits {
    /// The longest sound. Longer ones are refused as `too_long`.
    pub max_duration: Duration,
    /// The most samples of a recording, over all its channels: what many channels at a high rate may be long is less
    /// than the longest sound. Refused as `too_long` too.
    pub max_samples: u64,
    /// The longest time that decoding a recording may take, once it was received. Decoders give way to the service, so
    /// this only ends what hangs.
    pub max_wall: Duration,
    /// Processor time. What needs more is refused as `decoding_timed_out`.
    pub max_cpu: Duration,
    /// Memory beside the program itself, in bytes. A recording that needs more is refused as `undecodable`.
    pub memory: u64,
}

impl Default for ProbeLimits {
    fn default() -> Self {
        let hours = Duration::from_secs(12 * 60 * 60);
        Self {
            max_duration: hours,
            max_samples: 2 * 48_000 * hours.as_secs(),
            max_wall: Duration::from_secs(6 * 60 * 60),
            max_cpu: Duration::from_secs(20 * 60),
            memory: 192 * 1024 * 1024,
        }
    }
}
