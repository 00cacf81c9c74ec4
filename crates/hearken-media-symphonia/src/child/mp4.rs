//! What symphonia does not tell of an mp4 file: whether it was cut off, and when its tracks begin (ISO 14496-12, 8.6.6).

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

/// Boxes that are looked at in one place. A file in pieces of a second has three for each.
const BOXES: u32 = 1_000_000;
/// Of a table that is read here, in bytes: the entries of an edit list that matter are its first ones.
const TABLE: u64 = 64;
/// Tracks whose beginnings are looked at.
const TRACKS: usize = 64;

/// The file's outline.
pub(super) struct Movie {
    /// Where the file would end if all of it were there.
    pub(super) claimed_length: u64,
    pub(super) has_tables: bool,
    pub(super) edits: Vec<Edit>,
}

/// When a track begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) track: u32,
    /// From the time in its packets to the time in the movie, in microseconds.
    pub(super) offset_us: i128,
}

/// A box: its name, and from where to where its content goes.
struct Box {
    name: [u8; 4],
    from: u64,
    to: u64,
}

impl Movie {
    pub(super) fn look(file: &File, start: u64) -> io::Result<Self> {
        let mut seekable = file;
        let end = seekable.seek(SeekFrom::End(0))?;
        let mut movie = Self { claimed_length: end, has_tables: false, edits: Vec::new() };
        let mut at = start;
        for _ in 0..BOXES {
            let Some(found) = next(file, at, end)? else { break };
            movie.claimed_length = movie.claimed_length.max(found.to);
            if &found.name == b"moov" && found.to <= end {
                movie.has_tables = true;
                movie.edits = edits(file, &found)?;
            }
            at = found.to;
        }
        movie.claimed_length -= start;
        Ok(movie)
    }
}

fn edits(file: &File, moov: &Box) -> io::Result<Vec<Edit>> {
    let boxes = inside(file, moov)?;
    let Some(movie_scale) = table(file, &boxes, *b"mvhd")?.and_then(|mvhd| timescale(&mvhd)) else {
        return Ok(Vec::new());
    };
    let mut edits = Vec::new();
    for trak in boxes.iter().filter(|found| &found.name == b"trak").take(TRACKS) {
        let parts = inside(file, trak)?;
        let id = table(file, &parts, *b"tkhd")?.and_then(|tkhd| wide(&tkhd, 12, 20));
        let scale = match parts.iter().find(|found| &found.name == b"mdia") {
            Some(mdia) => table(file, &inside(file, mdia)?, *b"mdhd")?.and_then(|mdhd| timescale(&mdhd)),
            None => None,
        };
        let list = match parts.iter().find(|found| &found.name == b"edts") {
            Some(edts) => table(file, &inside(file, edts)?, *b"elst")?,
            None => None,
        };
        if let (Some(track), Some(scale), Some(list)) = (id, scale, list) {
            edits.extend(offset(&list, (movie_scale, scale)).map(|offset_us| Edit { track, offset_us }));
        }
    }
    Ok(edits)
}

/// Time before the media begins, less media that is left out at its beginning.
fn offset(list: &[u8], (movie_scale, scale): (u32, u32)) -> Option<i128> {
    let version = *list.first()?;
    let count = usize::try_from(number(list, 4, 4)?).ok()?;
    let width = if version == 1 { 8 } else { 4 };
    let mut empty = 0_i128;
    for entry in 0..count {
        let at = 8 + entry * (2 * width + 4);
        let (duration, media) = (number(list, at, width)?, number(list, at + width, width)?);
        let is_empty = media == if version == 1 { u64::MAX } else { u64::from(u32::MAX) };
        if !is_empty {
            let skipped = i128::from(media) * 1_000_000 / i128::from(scale);
            return Some(empty * 1_000_000 / i128::from(movie_scale) - skipped);
        }
        empty += i128::from(duration);
    }
    None
}

fn timescale(header: &[u8]) -> Option<u32> {
    wide(header, 12, 20).filter(|scale| *scale > 0)
}

/// A number whose place depends on the table's version.
fn wide(table: &[u8], narrow: usize, wide: usize) -> Option<u32> {
    let at = if *table.first()? == 1 { wide } else { narrow };
    u32::try_from(number(table, at, 4)?).ok()
}

fn number(table: &[u8], at: usize, width: usize) -> Option<u64> {
    let bytes = table.get(at..at.checked_add(width)?)?;
    Some(bytes.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
}

/// The first bytes of a box of this name.
fn table(mut file: &File, boxes: &[Box], name: [u8; 4]) -> io::Result<Option<Vec<u8>>> {
    let Some(found) = boxes.iter().find(|found| found.name == name) else { return Ok(None) };
    file.seek(SeekFrom::Start(found.from))?;
    let mut bytes = Vec::new();
    file.take((found.to - found.from).min(TABLE)).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

fn inside(file: &File, outer: &Box) -> io::Result<Vec<Box>> {
    let (mut boxes, mut at) = (Vec::new(), outer.from);
    while boxes.len() < 4 * TRACKS {
        let Some(found) = next(file, at, outer.to)? else { break };
        at = found.to;
        boxes.push(found);
    }
    Ok(boxes)
}

/// The box at this place; nothing behind the end.
fn next(mut file: &File, at: u64, end: u64) -> io::Result<Option<Box>> {
    let mut head = [0; 8];
    if at.saturating_add(8) > end {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(at))?;
    if file.read_exact(&mut head).is_err() {
        return Ok(None);
    }
    let [l0, l1, l2, l3, name @ ..] = head;
    let (length, head) = match u32::from_be_bytes([l0, l1, l2, l3]) {
        0 => (end - at, 8),
        1 => {
            let mut long = [0; 8];
            if file.read_exact(&mut long).is_err() {
                return Ok(None);
            }
            (u64::from_be_bytes(long), 16)
        }
        length => (u64::from(length), 8),
    };
    // A box is not shorter than its head; what follows such a one is not known.
    let to = at.saturating_add(length.max(head));
    Ok(Some(Box { name, from: at + head, to }))
}
