//! Tracks that the tests make: stretches of sound and silence.

use std::path::{Path, PathBuf};

use hearken_domain::speech::SpeechTrack;

/// A stretch of a track.
#[derive(Clone, Copy)]
pub(crate) enum Stretch {
    /// Something to hear, for so many seconds.
    Sound(u32),
    /// Nothing, for so many seconds.
    Silence(u32),
}

/// Writes a track of these stretches.
pub(crate) fn track(folder: &Path, stretches: &[Stretch]) -> SpeechTrack {
    let mut samples: Vec<i16> = Vec::new();
    let mut noise = 1_u32;
    for stretch in stretches {
        let (seconds, loud) = match stretch {
            Stretch::Sound(seconds) => (*seconds, true),
            Stretch::Silence(seconds) => (*seconds, false),
        };
        samples.extend((0..seconds * 16_000).map(|_| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if loud { (noise >> 20) as i16 - 2048 } else { 0 }
        }));
    }
    SpeechTrack { channel: 0, wav: wav(folder, (1, 16_000, 16), &samples) }
}

/// Writes a WAV file of so many channels, samples a second and bits, with a chunk before the samples that says nothing.
pub(crate) fn wav(folder: &Path, (channels, rate, bits): (u16, u32, u16), samples: &[i16]) -> PathBuf {
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let size = u32::try_from(bytes.len()).unwrap();
    let mut file = Vec::new();
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(size + 50).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes());
    file.extend_from_slice(&channels.to_le_bytes());
    file.extend_from_slice(&rate.to_le_bytes());
    file.extend_from_slice(&(rate * u32::from(channels * bits / 8)).to_le_bytes());
    file.extend_from_slice(&(channels * bits / 8).to_le_bytes());
    file.extend_from_slice(&bits.to_le_bytes());
    file.extend_from_slice(b"LIST\x05\0\0\0abcde\0data");
    file.extend_from_slice(&size.to_le_bytes());
    file.extend_from_slice(&bytes);
    let path = folder.join(format!("{channels}-{rate}-{bits}-{size}.wav"));
    std::fs::write(&path, file).unwrap();
    path
}
