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
    /// How the Opus decoder is started. Without it Opus is left to `ffmpeg`.
    pub opus_child: Option<ChildCommand>,
    /// How much work a recording may make.
    pub limits: ProbeLimits,
}

/// A program that calls [`opus_child_main`](crate::opus_child_main) when it is started with these arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildCommand {
    /// The program. An absolute path.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
}

/// How much work a recording may make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProbeLimits {
    /// The longest sound. Longer ones are refused as `too_long`.
    pub max_duration: Duration,
    /// The longest time that decoding a recording may take, once it was received.
    pub max_wall: Duration,
    /// The address space of `ffmpeg`, in bytes (on Linux). The Opus decoder has limits of its own.
    pub ffmpeg_memory: u64,
}

impl Default for ProbeLimits {
    fn default() -> Self {
        Self {
            max_duration: Duration::from_secs(12 * 60 * 60),
            max_wall: Duration::from_secs(60 * 60),
            ffmpeg_memory: 1024 * 1024 * 1024,
        }
    }
}
