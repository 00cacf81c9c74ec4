//! Long recordings: memory stays what it was.

use std::fs;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use hearken_domain::ports::{ByteStream, MediaProbe};

use crate::{
    recordings::{fixture, pcm, tone, wav_head},
    stage::Stage,
};

const RATE: u32 = 8_000;
const SECONDS: u32 = 3 * 60 * 60;
/// What the longest of these recordings may add to this process at its fullest; their sound is several times that.
const MOST: u64 = 48 * 1024 * 1024;

/// Three hours of a tone, made while it is read.
fn three_hours() -> ByteStream {
    let second: Vec<u8> = tone(440.0, 0.5, (1.0, RATE)).iter().flat_map(|sample| pcm(*sample).to_le_bytes()).collect();
    let second = Bytes::from(second);
    let head = Bytes::from(wav_head(1, RATE, RATE * 2 * SECONDS));
    let seconds = stream::iter(0..SECONDS).map(move |_| Ok(second.clone()));
    stream::iter([Ok(head)]).chain(seconds).boxed()
}

/// The most memory that this process ever had, in bytes.
fn most_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

#[tokio::test]
async fn three_hours_take_no_more_memory_than_a_minute() {
    let stage = Stage::new();
    let before = most_memory();
    let facts = stage.probe.probe(three_hours(), &mime::APPLICATION_OCTET_STREAM).await.unwrap();
    assert_eq!(facts.duration_ms, u64::from(SECONDS) * 1000);
    let grown = most_memory() - before;
    assert!(grown < MOST, "{grown} bytes");
    assert!(facts.peaks[0].iter().all(|peak| (126..=129).contains(peak)), "each span holds a whole tone");
}

#[tokio::test]
async fn a_long_speech_track_is_written_as_it_comes() {
    let stage = Stage::new();
    // An hour's mp3 in 1.5 s pieces: each begins with a title, as a radio stream's would.
    let piece = Bytes::from(fixture("tone.mp3"));
    let recording = stream::iter(0..1200).map(move |_| Ok(piece.clone())).boxed();
    let before = most_memory();
    let speech = stage.speech_of(recording).await.unwrap();
    let grown = most_memory() - before;
    assert!(grown < MOST, "{grown} bytes");
    assert!(speech.duration_ms > 25 * 60 * 1000, "{} ms", speech.duration_ms);
    let length = fs::metadata(&speech.tracks[0].wav).unwrap().len();
    assert!(length.abs_diff(44 + speech.duration_ms * 32) <= 32);
}
