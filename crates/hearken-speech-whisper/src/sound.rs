//! The track: a WAV file that is read window by window, never whole.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

use crate::{
    error::WhisperError,
    mel::{MARGIN, WINDOW},
};

/// Samples of a stretch whose loudness is judged at once: 20 ms.
const STRETCH: u64 = 320;
/// Stretches that are read at once when the next sound is looked for: 10 s.
const READ: u64 = 500;
/// The mean square of a stretch below which it is silence: 60 dB below the loudest possible.
const SILENCE: f64 = 1e-6;
/// Samples that are listened to before a sound: 0.2 s, for a beginning that is quiet.
const LEAD: u64 = 3200;

/// An opened track.
pub(crate) struct Sound {
    file: File,
    data_start: u64,
    samples: u64,
}

impl Sound {
    /// Reads the head: 16-bit mono PCM of 16 kHz, or nothing.
    pub(crate) fn open(path: &Path) -> Result<Self, WhisperError> {
        let mut file = File::open(path).map_err(WhisperError::Track)?;
        let length = file.metadata().map_err(WhisperError::Track)?.len();
        let (data_start, bytes) = find_data(&mut file, length)?;
        Ok(Self { file, data_start, samples: bytes / 2 })
    }

    /// The whole track's samples.
    pub(crate) fn samples(&self) -> u64 {
        self.samples
    }

    /// The samples of the window at that sample, with the margin before and after it. What is before the track is the
    /// beginning mirrored, and what is after it is silence.
    pub(crate) fn window(&mut self, at: u64) -> Result<Vec<f32>, WhisperError> {
        let before = at.min(MARGIN as u64);
        let mut samples = self.read(at - before, WINDOW as u64 + MARGIN as u64 + before)?;
        let missing = MARGIN - usize::try_from(before).expect("a margin is small");
        if missing > 0 {
            let mirrored: Vec<f32> =
                (1..=missing).rev().map(|back| samples.get(back).copied().unwrap_or(0.0)).collect();
            samples.splice(0..0, mirrored);
        }
        samples.resize(WINDOW + 2 * MARGIN, 0.0);
        Ok(samples)
    }

    /// Where the next window starts: shortly before the next sound, but not before `from`. None where only silence
    /// follows.
    pub(crate) fn next_sound(&mut self, from: u64) -> Result<Option<u64>, WhisperError> {
        let mut at = from;
        while at < self.samples {
            let part = self.read(at, READ * STRETCH)?;
            for (stretch, samples) in (0..).zip(part.chunks(usize::try_from(STRETCH).expect("a stretch is short"))) {
                let square: f64 = samples.iter().map(|&sample| f64::from(sample).powi(2)).sum();
                #[expect(clippy::cast_precision_loss, reason = "some hundred samples")]
                if square > SILENCE * samples.len() as f64 {
                    return Ok(Some((at + stretch * STRETCH).saturating_sub(LEAD).max(from)));
                }
            }
            at += READ * STRETCH;
        }
        Ok(None)
    }

    fn read(&mut self, at: u64, count: u64) -> Result<Vec<f32>, WhisperError> {
        let count = count.min(self.samples.saturating_sub(at));
        let mut bytes = Vec::with_capacity(usize::try_from(count * 2).unwrap_or(0));
        self.file.seek(SeekFrom::Start(self.data_start + at * 2)).map_err(WhisperError::Track)?;
        (&self.file).take(count * 2).read_to_end(&mut bytes).map_err(WhisperError::Track)?;
        let pairs = bytes.chunks_exact(2);
        Ok(pairs.map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32_768.0).collect())
    }
}

/// Where the samples are, and how many bytes they have. A head that does not know its length has the rest of the file.
fn find_data(file: &mut File, length: u64) -> Result<(u64, u64), WhisperError> {
    let mut head = [0; 12];
    read_head(file, &mut head)?;
    if &head[..4] != b"RIFF" || &head[8..] != b"WAVE" {
        return Err(WhisperError::NotATrack("it has no WAV head"));
    }
    let mut at = 12;
    let mut is_speech = false;
    loop {
        let mut chunk = [0; 8];
        read_head(file, &mut chunk)?;
        let size = u64::from(u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]));
        at += 8;
        match &chunk[..4] {
            b"data" if is_speech => {
                let rest = length.saturating_sub(at);
                return Ok((at, if size == 0 { rest } else { size.min(rest) }));
            }
            b"data" => return Err(WhisperError::NotATrack("it has another format")),
            b"fmt " => {
                let mut format = [0; 16];
                read_head(file, &mut format)?;
                // PCM or extensible, one channel, 16,000 a second, 16 bits.
                is_speech = matches!(format[..4], [1, 0, 1, 0] | [0xfe, 0xff, 1, 0])
                    && format[4..8] == 16_000_u32.to_le_bytes()
                    && format[14..] == [16, 0];
            }
            _ => {}
        }
        at += size + size % 2;
        file.seek(SeekFrom::Start(at)).map_err(WhisperError::Track)?;
    }
}

fn read_head(file: &mut File, into: &mut [u8]) -> Result<(), WhisperError> {
    file.read_exact(into).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => WhisperError::NotATrack("its head is cut short"),
        _ => WhisperError::Track(error),
    })
}
