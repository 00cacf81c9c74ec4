//! WAV files, as the port asks for them.

use std::{fs, path::Path};

pub(crate) const RATE: u32 = 16_000;

/// Writes samples of 16 kHz.
pub(crate) fn write(path: &Path, samples: &[i16]) {
    let data: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let size = u32::try_from(data.len()).unwrap();
    let mut file = b"RIFF".to_vec();
    file.extend((size + 36).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(RATE.to_le_bytes());
    file.extend((RATE * 2).to_le_bytes());
    file.extend(b"\x02\0\x10\0data");
    file.extend(size.to_le_bytes());
    file.extend(data);
    fs::write(path, file).unwrap();
}

/// The samples of a mono file of any rate, brought to 16 kHz by drawing lines between them.
pub(crate) fn read_resampled(path: &Path) -> Vec<i16> {
    let file = fs::read(path).unwrap();
    let rate = u64::from(u32::from_le_bytes(file[24..28].try_into().unwrap()));
    let data = file.windows(4).position(|name| name == b"data").unwrap() + 8;
    let samples: Vec<i64> =
        file[data..].chunks_exact(2).map(|pair| i64::from(i16::from_le_bytes([pair[0], pair[1]]))).collect();
    let steps = u64::from(RATE);
    let between = |number: u64| {
        let (before, part) = (usize::try_from(number * rate / steps).unwrap(), number * rate % steps);
        let sample = |at: usize| samples.get(at).copied().unwrap_or(0);
        let (part, steps) = (i64::try_from(part).unwrap(), i64::from(RATE));
        i16::try_from((sample(before) * (steps - part) + sample(before + 1) * part) / steps).unwrap()
    };
    (0..samples.len() as u64 * steps / rate).map(between).collect()
}
