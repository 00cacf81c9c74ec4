//! WAV files as transcribers want them: PCM, 16 bits, mono.

use std::{io, path::Path};

use hearken_domain::speech::SPEECH_RATE;
use tokio::{
    fs::File,
    io::{AsyncSeekExt, AsyncWriteExt, BufWriter},
};

const HEAD: u32 = 44;
/// Bytes of a sample.
pub(super) const SAMPLE: u64 = 2;

/// A file of [`SPEECH_RATE`] hertz.
pub(super) struct WavFile {
    file: BufWriter<File>,
    bytes: u32,
}

impl WavFile {
    pub(super) async fn create(path: &Path) -> io::Result<Self> {
        let mut file = BufWriter::with_capacity(256 * 1024, File::create_new(path).await?);
        file.write_all(&head(0)).await?;
        Ok(Self { file, bytes: 0 })
    }

    /// Of samples so far.
    pub(super) fn bytes(&self) -> u64 {
        u64::from(self.bytes)
    }

    /// Little endian. A file holds at most 37 hours.
    pub(super) async fn write(&mut self, samples: &[u8]) -> io::Result<()> {
        let bytes = u32::try_from(samples.len()).ok().and_then(|more| self.bytes.checked_add(more));
        self.bytes = bytes.filter(|bytes| *bytes <= u32::MAX - HEAD).ok_or(io::ErrorKind::FileTooLarge)?;
        self.file.write_all(samples).await
    }

    /// Writes the length and all that is held back.
    pub(super) async fn finish(mut self) -> io::Result<()> {
        self.file.rewind().await?;
        self.file.write_all(&head(self.bytes)).await?;
        self.file.flush().await
    }
}

fn head(bytes: u32) -> Vec<u8> {
    let (pcm, mono, bits, sample) = (1_u16, 1_u16, 16_u16, 2_u16);
    let mut head = Vec::new();
    head.extend_from_slice(b"RIFF");
    head.extend_from_slice(&(bytes + HEAD - 8).to_le_bytes());
    head.extend_from_slice(b"WAVEfmt ");
    head.extend_from_slice(&16_u32.to_le_bytes());
    head.extend_from_slice(&pcm.to_le_bytes());
    head.extend_from_slice(&mono.to_le_bytes());
    head.extend_from_slice(&SPEECH_RATE.to_le_bytes());
    head.extend_from_slice(&(SPEECH_RATE * u32::from(sample)).to_le_bytes());
    head.extend_from_slice(&sample.to_le_bytes());
    head.extend_from_slice(&bits.to_le_bytes());
    head.extend_from_slice(b"data");
    head.extend_from_slice(&bytes.to_le_bytes());
    head
}
