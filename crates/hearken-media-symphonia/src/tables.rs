//! The tables of an mp4 file, which its reader holds in memory: they may be as long as a long recording needs, not as long
//! as a stranger likes.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

/// In bytes. Twelve hours of sound and picture need less than half of it.
const MOST: u64 = 128 * 1024 * 1024;
/// Boxes that are looked at. A file in pieces of a second has three for each.
const BOXES: u32 = 1_000_000;
/// What is read through or passed over, and not held.
const PASSING: [&[u8; 4]; 4] = [b"mdat", b"free", b"skip", b"wide"];

/// Whether each box at the top of the file is held in bounded memory.
pub(crate) fn are_bounded(file: &File) -> io::Result<bool> {
    let mut file = file.try_clone()?;
    let end = file.metadata()?.len();
    let mut at = 0;
    for _ in 0..BOXES {
        file.seek(SeekFrom::Start(at))?;
        let mut head = [0; 16];
        // The reader meets the same end.
        if at + head.len() as u64 > end {
            return Ok(true);
        }
        file.read_exact(&mut head)?;
        let [l0, l1, l2, l3, n0, n1, n2, n3, long @ ..] = head;
        let length = match u32::from_be_bytes([l0, l1, l2, l3]) {
            0 => end - at,
            1 => u64::from_be_bytes(long),
            length => u64::from(length),
        };
        if length > MOST && !PASSING.contains(&&[n0, n1, n2, n3]) {
            return Ok(false);
        }
        // A box is not shorter than its head; what follows such a one is not known.
        at = at.saturating_add(length.max(8));
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn boxes(boxes: &[(u32, &[u8; 4])], length: u64) -> File {
        let mut file = tempfile::tempfile().unwrap();
        for (length, name) in boxes {
            file.write_all(&[&length.to_be_bytes(), name.as_slice(), &[0; 8]].concat()).unwrap();
        }
        file.set_len(length).unwrap();
        file
    }

    #[test]
    fn only_sound_may_be_long() {
        let most = u32::try_from(MOST).unwrap();
        assert!(are_bounded(&boxes(&[(16, b"ftyp"), (most, b"moov")], MOST * 2)).unwrap());
        assert!(!are_bounded(&boxes(&[(16, b"ftyp"), (most + 1, b"moov")], MOST * 2)).unwrap());
        assert!(are_bounded(&boxes(&[(16, b"ftyp"), (most + 1, b"mdat")], MOST * 2)).unwrap());
        assert!(!are_bounded(&boxes(&[(16, b"ftyp"), (0, b"moov")], MOST * 2)).unwrap());
        assert!(are_bounded(&boxes(&[], 0)).unwrap());
    }
}
