//! A track's file: where its samples are, and reading some of them without ever holding all.

use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
    ops::Range,
    path::{Path, PathBuf},
};

use hearken_domain::speech::SPEECH_RATE;

use crate::error::Fault;

/// Samples in a second.
pub(crate) const SECOND: u64 = SPEECH_RATE as u64;
/// Samples in the smallest stretch that is looked at, 10 ms. Pieces begin at a multiple of it, so their start is a whole
/// number of milliseconds.
pub(crate) const FRAME: u64 = FRAME_LENGTH as u64;
const FRAME_LENGTH: usize = SPEECH_RATE as usize / 100;
/// Bytes in a sample.
pub(crate) const SAMPLE_BYTES: u64 = 2;
/// Bytes before the samples of a file that is sent.
pub(crate) const HEADER_BYTES: u64 = 44;

/// A WAV file, PCM, 16 bits, one channel, 16 kHz.
#[derive(Clone, Debug)]
pub(crate) struct Track {
    path: PathBuf,
    /// Where the first sample is, in bytes.
    first: u64,
    samples: u64,
}

impl Track {
    /// Reads the header. Blocks.
    pub(crate) fn open(path: &Path) -> Result<Self, Fault> {
        let mut file = File::open(path).map_err(Fault::Reading)?;
        let length = file.metadata().map_err(Fault::Reading)?.len();
        let mut riff = [0; 12];
        read(&mut file, &mut riff)?;
        if !riff.starts_with(b"RIFF") || !riff.ends_with(b"WAVE") {
            return Err(Fault::Track("it does not begin as one"));
        }
        let mut is_checked = false;
        loop {
            let mut head = [0; 8];
            read(&mut file, &mut head)?;
            let size = u64::from(u32_at(&head, 4));
            let here = file.stream_position().map_err(Fault::Reading)?;
            match &head[..4] {
                b"fmt " => is_checked = check_format(&mut file)?,
                // A size that was not known while the file was written may be anything.
                b"data" if is_checked => {
                    let bytes = size.min(length.saturating_sub(here));
                    return Ok(Self { path: path.to_owned(), first: here, samples: bytes / SAMPLE_BYTES });
                }
                b"data" => return Err(Fault::Track("its format is not told before its samples")),
                _ => {}
            }
            // Chunks begin at even places.
            file.seek(SeekFrom::Start(here + size + size % 2)).map_err(Fault::Reading)?;
        }
    }

    /// How many there are.
    pub(crate) fn samples(&self) -> u64 {
        self.samples
    }

    /// Looks at the samples of a span, [`FRAME`] by frame; the last may be shorter. Stops where `visit` says so. Blocks.
    pub(crate) fn frames(&self, span: Range<u64>, mut visit: impl FnMut(&[i16]) -> Go) -> Result<(), Fault> {
        let mut file = File::open(&self.path).map_err(Fault::Reading)?;
        file.seek(SeekFrom::Start(self.byte(span.start))).map_err(Fault::Reading)?;
        let mut reader = BufReader::with_capacity(64 * 1024, file);
        let mut bytes = [0; FRAME_LENGTH * 2];
        let mut frame = [0_i16; FRAME_LENGTH];
        let mut left = span.end - span.start;
        while left > 0 {
            let length = usize::try_from(left.min(FRAME)).expect("a frame is short");
            read(&mut reader, &mut bytes[..length * 2])?;
            for (sample, pair) in frame.iter_mut().zip(bytes[..length * 2].chunks_exact(2)) {
                *sample = i16::from_le_bytes([pair[0], pair[1]]);
            }
            if visit(&frame[..length]) == Go::Stop {
                break;
            }
            left -= length as u64;
        }
        Ok(())
    }

    /// A WAV file of a span's samples, as a stream, and its length in bytes.
    pub(crate) async fn wav(&self, span: Range<u64>) -> Result<(impl tokio::io::AsyncRead + use<>, u64), Fault> {
        use tokio::io::{AsyncReadExt, AsyncSeekExt};
        let bytes = (span.end - span.start) * SAMPLE_BYTES;
        let mut file = tokio::fs::File::open(&self.path).await.map_err(Fault::Reading)?;
        file.seek(SeekFrom::Start(self.byte(span.start))).await.map_err(Fault::Reading)?;
        let header = std::io::Cursor::new(header(u32::try_from(bytes).unwrap_or(u32::MAX)));
        Ok((AsyncReadExt::chain(header, file.take(bytes)), HEADER_BYTES + bytes))
    }

    fn byte(&self, sample: u64) -> u64 {
        self.first + sample * SAMPLE_BYTES
    }
}

/// Whether to look further.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Go {
    On,
    Stop,
}

/// The place of a sample in milliseconds.
pub(crate) fn millis(samples: u64) -> u64 {
    samples * 1000 / SECOND
}

fn check_format(file: &mut File) -> Result<bool, Fault> {
    let mut format = [0; 16];
    read(file, &mut format)?;
    let fits = u16_at(&format, 2) == 1 && u32_at(&format, 4) == SPEECH_RATE && u16_at(&format, 14) == 16;
    // 0xFFFE is PCM in its extensible form.
    if !fits || !matches!(u16_at(&format, 0), 1 | 0xFFFE) {
        return Err(Fault::Track("its format is another"));
    }
    Ok(true)
}

fn header(data: u32) -> Vec<u8> {
    let mut header = Vec::with_capacity(44);
    header.extend(b"RIFF");
    header.extend(data.saturating_add(36).to_le_bytes());
    header.extend(b"WAVEfmt ");
    header.extend(16_u32.to_le_bytes());
    header.extend([1, 0, 1, 0]);
    header.extend(SPEECH_RATE.to_le_bytes());
    header.extend((SPEECH_RATE * 2).to_le_bytes());
    header.extend([2, 0, 16, 0]);
    header.extend(b"data");
    header.extend(data.to_le_bytes());
    header
}

fn read(from: &mut impl Read, bytes: &mut [u8]) -> Result<(), Fault> {
    from.read_exact(bytes).map_err(|error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => Fault::Track("it ends too early"),
        _ => Fault::Reading(error),
    })
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
