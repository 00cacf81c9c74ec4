//! ID3v2 tags before the sound: passed over by their length, unread. Nothing in them is sound, and what they hold
//! (pictures, chapters within chapters) is only there to be believed.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

/// ID3v2 section 3.1: name, version, flags, a length of four times seven bits.
const HEAD: usize = 10;
/// The flag for a footer, as long as the head.
const FOOTER: u8 = 0x10;
/// Tags one behind another.
const MOST: usize = 64;

/// Where the tags at the beginning of the file end: 0 where there are none.
pub(crate) fn end(mut file: &File) -> io::Result<u64> {
    let mut at = 0;
    for _ in 0..MOST {
        file.seek(SeekFrom::Start(at))?;
        let mut head = [0; HEAD];
        match file.read_exact(&mut head) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
            read => read?,
        }
        let [b'I', b'D', b'3', 2..=4, _, flags, length @ ..] = head else { break };
        if length.iter().any(|byte| byte & 0x80 != 0) {
            break;
        }
        let length = length.iter().fold(0_u64, |length, byte| (length << 7) | u64::from(*byte));
        at += length + HEAD as u64 * if flags & FOOTER == 0 { 1 } else { 2 };
    }
    Ok(at)
}
