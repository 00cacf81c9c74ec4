//! # hearken-media-symphonia
//!
//! Implements [`MediaProbe`](hearken_domain::ports::MediaProbe): what a recording is, and its sound for transcribers.
//!
//! * A recording is first written to a nameless file in the scratch folder. Nothing of this process looks into it but at
//!   its first bytes: every container and codec is read by a child process, which answers with a waveform or with speech.
//!   Memory does not grow with a recording's length.
//! * The child is this crate too, in a program that calls [`child_main`]. Before it reads, it takes away from itself what
//!   decoding does not need: priority, memory, processor time, stack, files, and, where the kernel can, every file
//!   (Landlock) and nearly every system call (seccomp). [`confinement()`] tells how far this machine goes.
//! * `symphonia` reads mp3, wav (PCM, A-law, µ-law, ADPCM), mp4 and its kin (AAC-LC, also fragmented), flac, ogg and
//!   matroska or webm, and the sound of video files in these; `rusty-opus` reads the Opus in them. Samples without a head
//!   (`audio/basic`, `audio/L16` and their kin) are read as their type says.
//! * Everything else (amr, gsm, wma, HE-AAC, …) is left to `ffmpeg` where that is installed, confined likewise. It is told
//!   the format by this crate's own look at the first bytes, so that it never chooses one that refers to other files.
//! * Packets that are broken are left out, and a file that was cut off is read up to there; a recording of which nothing
//!   can be decoded is refused.
//!
//! ## Settings
//!
//! [`ProbeSettings`]: the scratch folder, where `ffmpeg` is, how the child is started, and the [`ProbeLimits`]. The program
//! `hearken-media-child` of this package does nothing but call [`child_main`].
//!
//! ## Limits
//!
//! Stereo is two speakers unless the channels carry the same sound; see `alike.rs`. Each of several tracks of sound is
//! heard, up to eight; channels are counted through all of them. A call that is dropped ends its children at once.

mod child;
mod error;
mod id3;
mod names;
mod parent;
mod peaks;
mod protocol;
mod settings;
mod sniff;

pub use child::{Confinement, Enforcement, child_main};
pub use parent::{SymphoniaProbe, confinement};
pub use settings::{ChildCommand, ProbeLimits, ProbeSettings};
