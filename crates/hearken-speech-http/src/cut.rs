//! Where a long track is cut: in the quietest place before the limit, so that no word is on both sides.

use std::{collections::VecDeque, ops::Range};

use crate::{
    error::Fault,
    track::{FRAME, Go, SECOND, Track},
};

/// A cut is in the middle of a stretch of this many frames: 300 ms.
const STRETCH: usize = 30;
/// How far before the limit a quiet place is looked for, at most.
const WINDOW: u64 = 60 * SECOND;
/// No sample beyond this: less than a four-thousandth of the full amplitude, which is the noise of a decoder.
const SILENT: u16 = 8;

/// The samples of the piece that begins at `from` and has at most `limit` of them. Blocks.
pub(crate) fn next_piece(track: &Track, from: u64, limit: u64) -> Result<Range<u64>, Fault> {
    if track.samples() - from <= limit {
        return Ok(from..track.samples());
    }
    let end = from + limit / FRAME * FRAME;
    let window = WINDOW.min(limit / 2) / FRAME * FRAME;
    Ok(from..quietest(track, end - window..end)?)
}

/// Whether there is no sound at all. Blocks.
pub(crate) fn is_silent(track: &Track, span: Range<u64>) -> Result<bool, Fault> {
    let mut silent = true;
    track.frames(span, |frame| {
        silent = frame.iter().all(|sample| sample.unsigned_abs() <= SILENT);
        if silent { Go::On } else { Go::Stop }
    })?;
    Ok(silent)
}

/// The middle of the stretch with the least sound; the last one of several.
fn quietest(track: &Track, window: Range<u64>) -> Result<u64, Fault> {
    let mut stretch = VecDeque::with_capacity(STRETCH + 1);
    let (mut sum, mut at) = (0, window.start);
    let (mut least, mut cut) = (u64::MAX, window.end);
    track.frames(window, |frame| {
        let loudness = loudness(frame);
        stretch.push_back(loudness);
        sum += loudness;
        at += FRAME;
        if stretch.len() > STRETCH {
            sum -= stretch.pop_front().unwrap_or_default();
        }
        if stretch.len() == STRETCH && sum <= least {
            least = sum;
            cut = at - STRETCH as u64 / 2 * FRAME;
        }
        Go::On
    })?;
    Ok(cut)
}

/// The variance, but for a factor: a constant offset of a cheap sound card is no sound.
fn loudness(frame: &[i16]) -> u64 {
    let sum: i64 = frame.iter().map(|sample| i64::from(*sample)).sum();
    let squares: i64 = frame.iter().map(|sample| i64::from(*sample).pow(2)).sum();
    (squares * i64::try_from(frame.len()).expect("a frame is short") - sum.pow(2)).unsigned_abs()
}
