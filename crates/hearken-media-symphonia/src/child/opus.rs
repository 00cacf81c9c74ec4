//! Opus, by `rusty-opus`: RFC 6716 and 7845.

use std::panic::{self, AssertUnwindSafe};

use rusty_opus::OpusDecoder;

/// What Opus is decoded to, in hertz.
pub(super) const OPUS_RATE: u32 = 48_000;
/// The most frames of a packet: 120 ms.
const MAX_FRAMES: usize = 5760;

/// A stream of one or two channels. Surround sound is several streams in each packet, and left to others.
pub(super) struct Opus {
    decoder: OpusDecoder,
    pub(super) channels: u16,
    /// Frames at the beginning that are no sound yet.
    pub(super) pre_skip: u16,
    sound: Vec<f32>,
}

impl Opus {
    /// By the beginning of the stream: RFC 7845, section 5.1. Nothing for what is not decoded here.
    pub(super) fn new(head: &[u8]) -> Option<Self> {
        let (fixed, _) = head.split_at_checked(19)?;
        let (channels, family) = (u16::from(fixed[9]), fixed[18]);
        if !fixed.starts_with(b"OpusHead") || family > 1 || !(1..=2).contains(&channels) {
            return None;
        }
        let decoder = OpusDecoder::new(i32::try_from(OPUS_RATE).ok()?, usize::from(channels)).ok()?;
        let pre_skip = u16::from_le_bytes([fixed[10], fixed[11]]);
        Some(Self { decoder, channels, pre_skip, sound: vec![0.0; MAX_FRAMES * usize::from(channels)] })
    }

    /// Puts a packet's sound in place of what is there, interleaved. False for a packet that is broken.
    pub(super) fn decode(&mut self, packet: &[u8], samples: &mut Vec<f32>) -> bool {
        samples.clear();
        // An empty packet would be taken for a lost one, and filled in.
        if packet.is_empty() {
            return false;
        }
        let decode = AssertUnwindSafe(|| self.decoder.decode(packet, MAX_FRAMES, &mut self.sound));
        let Ok(Ok(frames @ ..=MAX_FRAMES)) = panic::catch_unwind(decode) else { return false };
        samples.extend_from_slice(&self.sound[..frames * usize::from(self.channels)]);
        true
    }
}
