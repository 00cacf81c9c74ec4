//! Sound whose bursts are known: written into WAV files, and found again in them.

use std::{fs, ops::Range, path::Path};

const RATE: usize = 16_000;
/// 10 ms.
const FRAME: usize = RATE / 100;

/// A track that is made of bursts and pauses.
pub(crate) struct Sound {
    pub(crate) samples: Vec<i16>,
    /// Where the bursts are, in milliseconds.
    pub(crate) bursts: Vec<Range<u64>>,
    dice: u32,
}

impl Sound {
    pub(crate) fn new() -> Self {
        Self { samples: Vec::new(), bursts: Vec::new(), dice: 1 }
    }

    /// Bursts of 1 to 8 seconds and pauses of 350 to 800 ms in turns, for about so many minutes.
    pub(crate) fn speech_like(minutes: usize) -> Self {
        let mut sound = Self::new();
        while sound.samples.len() < minutes * 60 * RATE {
            let (burst, pause) = (sound.below(700) + 100, sound.below(45) + 35);
            sound.burst(burst);
            sound.pause(pause);
        }
        sound
    }

    /// So many hundredths of a second of noise, with gaps as between syllables that must not be taken for pauses: they
    /// are quieter than pauses are, but shorter.
    pub(crate) fn burst(&mut self, hundredths: usize) {
        let start = self.millis();
        for frame in 0..hundredths {
            let in_gap = frame % 40 >= 28 && frame + 13 < hundredths;
            self.noise(if in_gap { 1 } else { 9000 });
        }
        self.bursts.push(start..self.millis());
    }

    /// So many hundredths of a second of what a quiet room sounds like.
    pub(crate) fn pause(&mut self, hundredths: usize) {
        (0..hundredths).for_each(|_| self.noise(60));
    }

    /// So many hundredths of a second of nothing.
    pub(crate) fn nothing(&mut self, hundredths: usize) {
        self.samples.resize(self.samples.len() + hundredths * FRAME, 0);
    }

    pub(crate) fn millis(&self) -> u64 {
        (self.samples.len() * 1000 / RATE) as u64
    }

    pub(crate) fn write(&self, path: &Path) {
        let data: Vec<u8> = self.samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        let size = u32::try_from(data.len()).unwrap();
        let mut file = Vec::with_capacity(data.len() + 100);
        file.extend(b"RIFF");
        file.extend((size + 36 + 18).to_le_bytes());
        file.extend(b"WAVE");
        // A chunk that a reader must pass over, of an odd length.
        file.extend(b"LIST\x09\0\0\0INFOabcde\0");
        file.extend(b"fmt \x10\0\0\0\x01\0\x01\0");
        file.extend(16_000_u32.to_le_bytes());
        file.extend(32_000_u32.to_le_bytes());
        file.extend([2, 0, 16, 0]);
        file.extend(b"data");
        file.extend(size.to_le_bytes());
        file.extend(data);
        fs::write(path, file).unwrap();
    }

    fn noise(&mut self, amplitude: i32) {
        for _ in 0..FRAME {
            let sample = i32::try_from(self.below(2000)).unwrap() - 1000;
            self.samples.push(i16::try_from(sample * amplitude / 1000).unwrap());
        }
    }

    fn below(&mut self, end: u32) -> usize {
        self.dice = self.dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((self.dice >> 8) % end) as usize
    }
}

/// The samples of a WAV file whose header is exactly the plain one.
pub(crate) fn samples(wav: &[u8]) -> Vec<i16> {
    let u32_at = |at: usize| u32::from_le_bytes(wav[at..at + 4].try_into().unwrap()) as usize;
    assert_eq!(&wav[..4], b"RIFF");
    assert_eq!(&wav[8..24], b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    assert_eq!((u32_at(24), u32_at(28)), (16_000, 32_000));
    assert_eq!(&wav[32..40], b"\x02\0\x10\0data");
    assert_eq!(u32_at(4), wav.len() - 8);
    assert_eq!(u32_at(40), wav.len() - 44);
    wav[44..].chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
}

/// Where there are bursts, in milliseconds: loud stretches, with what is less than 250 ms between them.
pub(crate) fn bursts(samples: &[i16]) -> Vec<Range<u64>> {
    let mut bursts: Vec<Range<u64>> = Vec::new();
    for (at, frame) in samples.chunks(FRAME).enumerate() {
        let loudness: u64 = frame.iter().map(|sample| u64::from(sample.unsigned_abs())).sum();
        if loudness / frame.len() as u64 <= 1000 {
            continue;
        }
        let (start, end) = (at as u64 * 10, at as u64 * 10 + 10);
        match bursts.last_mut() {
            Some(last) if start < last.end + 250 => last.end = end,
            _ => bursts.push(start..end),
        }
    }
    bursts
}
