//! Recordings: those of the fixtures, those that the tests write, and what is in the tracks that come out.

use std::{f32::consts::TAU, fs, path::Path};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use hearken_domain::ports::ByteStream;

/// A fixture's bytes.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Bytes as they come from a blob store, in pieces.
pub(crate) fn stream(recording: Vec<u8>) -> ByteStream {
    let pieces: Vec<_> = recording.chunks(7000).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    stream::iter(pieces).boxed()
}

/// The head of a WAV file of PCM, 16 bits.
pub(crate) fn wav_head(channels: u16, rate: u32, bytes: u32) -> Vec<u8> {
    let frame = channels * 2;
    let mut head = b"RIFF".to_vec();
    head.extend((bytes + 36).to_le_bytes());
    head.extend(b"WAVEfmt \x10\0\0\0\x01\0");
    head.extend(channels.to_le_bytes());
    head.extend(rate.to_le_bytes());
    head.extend((rate * u32::from(frame)).to_le_bytes());
    head.extend(frame.to_le_bytes());
    head.extend(b"\x10\0data");
    head.extend(bytes.to_le_bytes());
    head
}

/// A WAV file of channels of the same length.
pub(crate) fn wav(rate: u32, channels: &[Vec<f32>]) -> Vec<u8> {
    let mut samples = Vec::new();
    for at in 0..channels[0].len() {
        for channel in channels {
            samples.extend(pcm(channel[at]).to_le_bytes());
        }
    }
    let count = u16::try_from(channels.len()).unwrap();
    let mut file = wav_head(count, rate, u32::try_from(samples.len()).unwrap());
    file.extend(samples);
    file
}

#[expect(clippy::cast_possible_truncation, reason = "it is within the bounds")]
pub(crate) fn pcm(sample: f32) -> i16 {
    (sample.clamp(-1.0, 1.0) * 32767.0).round() as i16
}

/// A sine.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a tone is short"
)]
pub(crate) fn tone(hertz: f32, level: f32, (seconds, rate): (f32, u32)) -> Vec<f32> {
    let rate = rate as f32;
    let samples = (seconds * rate).round() as u32;
    (0..samples).map(|at| level * (TAU * hertz * at as f32 / rate).sin()).collect()
}

/// A speech track, as a transcriber reads it.
pub(crate) struct Track {
    pub(crate) samples: Vec<f32>,
}

impl Track {
    /// Fails on everything but PCM, 16 bits, mono, 16 kHz, as long as its head says.
    pub(crate) fn read(path: &Path) -> Self {
        let file = fs::read(path).unwrap();
        let bytes = u32::try_from(file.len()).unwrap() - 44;
        assert_eq!(file[..44], wav_head(1, 16_000, bytes), "{}", path.display());
        let samples =
            file[44..].chunks_exact(2).map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32767.0);
        Self { samples: samples.collect() }
    }

    pub(crate) fn milliseconds(&self) -> u64 {
        self.samples.len() as u64 / 16
    }

    /// The amplitude of a frequency between two times in milliseconds: Goertzel's way.
    #[expect(clippy::cast_precision_loss, reason = "a test's track is short")]
    pub(crate) fn level(&self, hertz: f32, (from, to): (usize, usize)) -> f32 {
        let samples = &self.samples[from * 16..to * 16];
        let (mut real, mut imaginary) = (0.0_f64, 0.0_f64);
        for (at, sample) in samples.iter().enumerate() {
            let angle = f64::from(TAU) * f64::from(hertz) * at as f64 / 16_000.0;
            real += f64::from(*sample) * angle.cos();
            imaginary += f64::from(*sample) * angle.sin();
        }
        #[expect(clippy::cast_possible_truncation, reason = "an amplitude needs no more")]
        let level = (2.0 * real.hypot(imaginary) / samples.len() as f64) as f32;
        level
    }
}
