//! # hearken-media-symphonia
//!
//! Implements [`MediaProbe`](hearken_domain::ports::MediaProbe): what a recording is, and its sound for transcribers.
//!
//! * A recording is first written to a nameless file in the scratch folder, then decoded packet by packet on a thread
//!   that may block. Memory does not grow with its length, apart from the tables that some containers carry.
//! * `symphonia` reads mp3, wav (PCM, A-law, µ-law, ADPCM), mp4 and its kin (AAC-LC, also fragmented), flac, ogg and
//!   matroska or webm, and the sound of video files in these.
//! * Opus, which `symphonia` does not decode, is decoded by `rusty-opus` in a child process with limits: it is young
//!   code with hand-written vector instructions, and recordings come from strangers.
//! * Everything else (amr, gsm, wma, HE-AAC, …) is left to `ffmpeg` where that is installed. It is told the format by
//!   this crate's own look at the first bytes, so that it never chooses one that refers to other files.
//! * Packets that are broken are left out; a recording of which nothing can be decoded is refused.
//!
//! ## Settings
//!
//! [`ProbeSettings`]: the scratch folder, where `ffmpeg` is, how the Opus decoder is started, and the [`ProbeLimits`].
//! A program that hosts the decoder calls [`opus_child_main`] as the first thing in a command of its own; the program
//! `hearken-opus-child` of this package does nothing else.
//!
//! ## Limits
//!
//! Stereo is two speakers unless the channels carry the same sound; see `alike.rs`. Encoder delay in mp4 is not cut off
//! (about 20 to 50 ms). A call that is dropped stops its decoder at the next packet and ends its children at once.

mod alike;
mod child;
mod error;
mod ffmpeg;
mod flow;
mod job;
mod names;
mod native;
mod opus;
mod peaks;
mod probe;
mod resample;
mod scratch;
mod settings;
mod sniff;
mod source;
mod speech;
mod stop;
mod tables;
mod wav;

pub use opus::child_main as opus_child_main;
pub use probe::SymphoniaProbe;
pub use settings::{ChildCommand, ProbeLimits, ProbeSettings};
