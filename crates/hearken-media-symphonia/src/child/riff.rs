//! The lengths in a WAV file's head, where they are wrong: 0 or all ones from a program that could not go back to write
//! them, or more than the file holds. Sound goes on to the end of the file then.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

/// Chunks that are looked at before the sound.
const CHUNKS: usize = 64;

/// Bytes to read in place of those in the file: the length of the file and of its sound.
pub(super) type Patches = Vec<(u64, [u8; 4])>;

/// Nothing for a file whose lengths are right, or that is no WAV file.
pub(super) fn true_lengths(mut file: &File, start: u64) -> io::Result<Patches> {
    let end = file.seek(SeekFrom::End(0))?;
    let mut at = start + 12;
    for _ in 0..CHUNKS {
        let Some((name, length)) = chunk(file, at)? else { break };
        let from = at + 8;
        if &name == b"data" {
            let left = end.saturating_sub(from);
            if length > left || (length == 0 && left > 0 && !is_chain(file, (from, end))?) {
                let length = |bytes: u64| u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes();
                return Ok(vec![(start + 4, length(end - start - 8)), (at + 4, length(left))]);
            }
            break;
        }
        at = from + length + length % 2;
    }
    Ok(Vec::new())
}

/// Whether these bytes are chunks, to the last one: then there really is no sound.
fn is_chain(file: &File, (mut at, end): (u64, u64)) -> io::Result<bool> {
    for _ in 0..CHUNKS {
        match chunk(file, at)? {
            Some((name, length)) if name.is_ascii() && at + 8 + length <= end => at += 8 + length + length % 2,
            _ => break,
        }
    }
    Ok(at >= end)
}

fn chunk(mut file: &File, at: u64) -> io::Result<Option<([u8; 4], u64)>> {
    file.seek(SeekFrom::Start(at))?;
    let mut head = [0; 8];
    match file.read_exact(&mut head) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let [n0, n1, n2, n3, l0, l1, l2, l3] = head;
    Ok(Some(([n0, n1, n2, n3], u64::from(u32::from_le_bytes([l0, l1, l2, l3])))))
}
