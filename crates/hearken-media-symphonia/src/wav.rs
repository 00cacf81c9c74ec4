//! WAV files: written as transcribers want them, and their heads read as `ffmpeg` writes them into a pipe.

use std::{
    fs::File,
    io::{self, BufWriter, Read, Seek, SeekFrom, Write},
    path::Path,
};

use hearken_domain::speech::SPEECH_RATE;

use crate::flow::Shape;

const HEAD: u32 = 44;
const BYTES: u32 = 2;

/// A file of PCM, 16 bits, mono, [`SPEECH_RATE`] hertz.
pub(crate) struct WavFile {
    file: BufWriter<File>,
    samples: u32,
}

impl WavFile {
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let mut file = BufWriter::with_capacity(64 * 1024, File::create_new(path)?);
        file.write_all(&head(0))?;
        Ok(Self { file, samples: 0 })
    }

    /// From -1 to 1. A file holds at most 37 hours.
    pub(crate) fn write(&mut self, samples: &[f32]) -> io::Result<()> {
        let most = (u32::MAX - HEAD) / BYTES;
        let count = u32::try_from(samples.len()).ok().and_then(|count| self.samples.checked_add(count));
        self.samples = count.filter(|count| *count <= most).ok_or(io::ErrorKind::FileTooLarge)?;
        for sample in samples {
            self.file.write_all(&quantised(*sample).to_le_bytes())?;
        }
        Ok(())
    }

    /// Writes the length and all that is held back.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&head(self.samples * BYTES))?;
        self.file.flush()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "it is rounded and within the bounds")]
fn quantised(sample: f32) -> i16 {
    (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16
}

fn head(bytes: u32) -> Vec<u8> {
    let (pcm, mono, bits) = (1_u16, 1_u16, 16_u16);
    let mut head = Vec::new();
    head.extend_from_slice(b"RIFF");
    head.extend_from_slice(&(bytes + HEAD - 8).to_le_bytes());
    head.extend_from_slice(b"WAVEfmt ");
    head.extend_from_slice(&16_u32.to_le_bytes());
    head.extend_from_slice(&pcm.to_le_bytes());
    head.extend_from_slice(&mono.to_le_bytes());
    head.extend_from_slice(&SPEECH_RATE.to_le_bytes());
    head.extend_from_slice(&(SPEECH_RATE * BYTES).to_le_bytes());
    head.extend_from_slice(&2_u16.to_le_bytes());
    head.extend_from_slice(&bits.to_le_bytes());
    head.extend_from_slice(b"data");
    head.extend_from_slice(&bytes.to_le_bytes());
    head
}

/// Reads up to the first sample of 16 bits.
pub(crate) fn read_head(file: &mut impl Read) -> io::Result<Shape> {
    let mut riff = [0; 12];
    file.read_exact(&mut riff)?;
    let mut shape = None;
    loop {
        let mut chunk = [0; 8];
        file.read_exact(&mut chunk)?;
        let [n0, n1, n2, n3, l0, l1, l2, l3] = chunk;
        let length = u32::from_le_bytes([l0, l1, l2, l3]);
        match (&[n0, n1, n2, n3], shape) {
            (b"data", Some(shape)) => return Ok(shape),
            (b"fmt ", _) if (16..=64).contains(&length) => {
                let mut format = vec![0; usize::try_from(length).unwrap_or(0)];
                file.read_exact(&mut format)?;
                let channels = u16::from_le_bytes([format[2], format[3]]);
                let rate = u32::from_le_bytes([format[4], format[5], format[6], format[7]]);
                shape = (channels > 0).then_some(Shape { channels, rate });
            }
            (b"LIST", _) if length <= 64 * 1024 => {
                io::copy(&mut file.take(u64::from(length)), &mut io::sink())?;
            }
            _ => return Err(io::ErrorKind::InvalidData.into()),
        }
    }
}
