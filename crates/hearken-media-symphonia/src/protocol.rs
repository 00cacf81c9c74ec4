//! What the service and a decoder's process say to each other.
//!
//! The service gives a [`Request`] as one argument, in JSON, and the recording as standard input. The process answers on
//! standard output in frames: a tag (one byte), the track it is about (one byte, 0 where none is), the length of what
//! follows (`u32`, little endian), and that. [`SOUND`] carries samples of a speech track (PCM, 16 bits, little endian,
//! 16 kHz), [`PROGRESS`] nothing, and one [`ENDED`] or [`REFUSED`] is the last frame, in JSON.
//!
//! The service takes nothing on trust that comes back: a recording may have taken the process over.

use std::{path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{settings::ProbeLimits, sniff::Samples};

pub(crate) const SOUND: u8 = b'S';
pub(crate) const PROGRESS: u8 = b'P';
pub(crate) const ENDED: u8 = b'E';
pub(crate) const REFUSED: u8 = b'R';

/// A tag, a track, a length.
pub(crate) const HEAD: usize = 6;
/// The longest frame: waveforms in JSON.
pub(crate) const MAX_FRAME: usize = 64 * 1024;
/// Tracks of sound that are listened to; what has more is refused.
pub(crate) const MAX_TRACKS: u8 = 16;

/// What a process is started for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Request {
    /// Decode standard input.
    Decode(Decode),
    /// Become `ffmpeg`, reading standard input and writing a WAV file.
    Convert(Convert),
    /// Decode nothing; tell how far the process could be confined.
    Check,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Decode {
    pub(crate) wanted: Wanted,
    pub(crate) input: Input,
    pub(crate) limits: Limits,
}

/// What to make of the sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wanted {
    Facts,
    Speech,
}

/// How to read standard input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Input {
    /// A file, by its first bytes, or as these samples where it has no head of its own.
    Recording(Option<Samples>),
    /// A pipe with the WAV file that `ffmpeg` writes.
    Converted,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Convert {
    pub(crate) program: PathBuf,
    /// The one format that may be read.
    pub(crate) demuxer: String,
    /// Of its tracks of sound, from 0.
    pub(crate) track: usize,
    pub(crate) limits: Limits,
}

/// How much work a recording may make: [`ProbeLimits`], as far as a process sees to them.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Limits {
    pub(crate) max_duration: Duration,
    pub(crate) max_samples: u64,
    pub(crate) memory: u64,
    pub(crate) cpu_seconds: u64,
}

impl From<&ProbeLimits> for Limits {
    fn from(limits: &ProbeLimits) -> Self {
        Self {
            max_duration: limits.max_duration,
            max_samples: limits.max_samples,
            memory: limits.memory,
            cpu_seconds: limits.max_cpu.as_secs().max(1),
        }
    }
}

/// The whole recording was decoded.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ended {
    pub(crate) container: String,
    pub(crate) codec: String,
    /// Of all tracks of sound together.
    pub(crate) channels: u16,
    pub(crate) sample_rate: u32,
    pub(crate) duration_ms: u64,
    /// For [`Wanted::Facts`].
    pub(crate) peaks: Vec<Vec<u8>>,
    /// For [`Wanted::Speech`]: those of the tracks sent that are speakers' own.
    pub(crate) kept: Vec<Kept>,
}

/// A track that was sent, and the recording's channel that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) track: u8,
    pub(crate) channel: u16,
}

/// Why it was not.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Refusal {
    NoAudio,
    Unsupported {
        container: String,
        codec: String,
    },
    Undecodable {
        why: String,
    },
    /// The file was cut off before the tables without which nothing of it can be found.
    Incomplete,
    TooLong {
        most: Duration,
    },
    TooMuch {
        channels: u16,
        rate: u32,
        most: Duration,
    },
    /// Standard input cannot be read.
    Input {
        why: String,
    },
}
