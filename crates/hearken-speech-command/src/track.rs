//! How long a track is.

use std::{fs::File, io::Read, path::Path};

use hearken_domain::speech::SPEECH_RATE;

use crate::error::Fault;

/// What is read to find the samples: the chunks before them are small.
const HEAD: u64 = 64 * 1024;

/// Milliseconds of a WAV file with 16 bits, one channel, 16 kHz. Blocks.
pub(crate) fn millis(wav: &Path) -> Result<u64, Fault> {
    let file = File::open(wav).map_err(Fault::Track)?;
    let length = file.metadata().map_err(Fault::Track)?.len();
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head).map_err(Fault::Track)?;
    Ok(data_bytes(&head, length) * 1000 / u64::from(SPEECH_RATE * 2))
}

/// The size of the chunk with the samples, as far as it is in the file.
fn data_bytes(head: &[u8], length: u64) -> u64 {
    let mut at = 12;
    while let Some(chunk) = head.get(at..at + 8) {
        let size = u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
        at += 8;
        if chunk.starts_with(b"data") {
            return u64::from(size).min(length - at as u64);
        }
        at += (size + size % 2) as usize;
    }
    0
}
