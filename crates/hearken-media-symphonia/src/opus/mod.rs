//! Opus, decoded by a child process: what both sides say to each other, and each side.
//!
//! The parent sends a head: [`GREETING`], the count of channels, the mapping family. The child answers one byte,
//! [`READY`] or [`REFUSED`]. Then each packet is its length (`u32`, little endian) and its bytes; the answer is a count
//! of frames (`u32`), or [`BROKEN`], and as many interleaved samples (`f32`, little endian) at 48 kHz.

mod child;
mod parent;

pub use child::child_main;
pub(crate) use parent::{OpusDecoder, OpusHead};

/// What Opus is decoded to, in hertz.
pub(crate) const OPUS_RATE: u32 = 48_000;

/// Name and version of this protocol.
const GREETING: &[u8; 4] = b"HOP1";
const READY: u8 = 0;
const REFUSED: u8 = 1;
/// In place of a count of frames.
const BROKEN: u32 = u32::MAX;
/// Longer than any packet: 120 ms of two channels.
const MAX_PACKET: usize = 64 * 1024;
/// The most frames of a packet: 120 ms.
const MAX_FRAMES: usize = 5760;
