//! Recordings without a head of their own, which only their declared type describes.

use std::{
    fs::File,
    io::{BufReader, Read, Seek},
};

use super::{
    Fault,
    flow::{Found, Shape, Sound},
    undecodable,
};
use crate::sniff::{Coding, Samples};

/// Frames that are passed on at a time.
const PIECE: usize = 4096;

/// Reads the whole file as samples.
pub(super) fn read(mut file: File, declared: Samples, sound: &mut Sound<'_>) -> Result<Found, Fault> {
    file.rewind().map_err(|error| Fault::Input { why: error.to_string() })?;
    let mut file = BufReader::with_capacity(64 * 1024, file);
    let shape = Shape { channels: declared.channels, rate: declared.rate };
    let frame = usize::from(shape.channels) * declared.coding.width();
    if frame == 0 {
        return Err(undecodable("its type says that it has no channel"));
    }
    let mut bytes = vec![0; PIECE * frame];
    loop {
        let read = fill(&mut file, &mut bytes);
        let mut samples = declared.coding.decode(&bytes[..read - read % frame]);
        sound.track(0)?.take(shape, &mut samples)?;
        if read < bytes.len() {
            break;
        }
    }
    if sound.is_silent() {
        return Err(Fault::NoAudio);
    }
    Ok(Found { container: "raw".to_owned(), codec: declared.coding.name().to_owned() })
}

/// As much as there is.
fn fill(file: &mut impl Read, bytes: &mut [u8]) -> usize {
    let mut filled = 0;
    while filled < bytes.len() {
        match file.read(&mut bytes[filled..]) {
            Ok(0) | Err(_) => break,
            Ok(read) => filled += read,
        }
    }
    filled
}

impl Coding {
    /// Bytes of a sample.
    fn width(self) -> usize {
        match self {
            Self::Mulaw | Self::Alaw | Self::Linear8 => 1,
            Self::Linear16 => 2,
            Self::Linear24 => 3,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Mulaw => "pcm_mulaw",
            Self::Alaw => "pcm_alaw",
            Self::Linear8 => "pcm_u8",
            Self::Linear16 => "pcm_s16be",
            Self::Linear24 => "pcm_s24be",
        }
    }

    fn decode(self, bytes: &[u8]) -> Vec<f32> {
        match self {
            Self::Mulaw => bytes.iter().map(|byte| mulaw(*byte)).collect(),
            Self::Alaw => bytes.iter().map(|byte| alaw(*byte)).collect(),
            Self::Linear8 => bytes.iter().map(|byte| (f32::from(*byte) - 128.0) / 128.0).collect(),
            Self::Linear16 => {
                let (pairs, _) = bytes.as_chunks();
                pairs.iter().map(|pair| f32::from(i16::from_be_bytes(*pair)) / 32768.0).collect()
            }
            // The last byte is below what a transcriber hears.
            Self::Linear24 => {
                let (triples, _) = bytes.as_chunks();
                triples.iter().map(|[high, low, _]| f32::from(i16::from_be_bytes([*high, *low])) / 32768.0).collect()
            }
        }
    }
}

/// ITU-T G.711, µ-law.
fn mulaw(byte: u8) -> f32 {
    let byte = !byte;
    let (exponent, mantissa) = ((byte >> 4) & 7, i16::from(byte & 15));
    let magnitude = (((mantissa << 3) + 0x84) << exponent) - 0x84;
    f32::from(if byte & 0x80 == 0 { magnitude } else { -magnitude }) / 32768.0
}

/// ITU-T G.711, A-law.
fn alaw(byte: u8) -> f32 {
    let byte = byte ^ 0x55;
    let (exponent, mantissa) = ((byte >> 4) & 7, i16::from(byte & 15) << 4);
    let magnitude = match exponent {
        0 => mantissa + 8,
        exponent => (mantissa + 0x108) << (exponent - 1),
    };
    f32::from(if byte & 0x80 == 0 { -magnitude } else { magnitude }) / 32768.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithmic_codings_are_those_of_the_standard() {
        let whole = |sample: f32| f64::from(sample) * 32768.0;
        for (byte, sample) in [(0xFF, 0.0), (0x7F, 0.0), (0x80, 32124.0), (0x00, -32124.0), (0xEF, 132.0)] {
            assert!((whole(mulaw(byte)) - sample).abs() < 0.01, "{byte:#x}");
        }
        for (byte, sample) in [(0xD5, 8.0), (0x55, -8.0), (0xAA, 32256.0), (0x2A, -32256.0)] {
            assert!((whole(alaw(byte)) - sample).abs() < 0.01, "{byte:#x}");
        }
    }
}
