//! Files that are broken, or no recordings at all: each has its code, none panics, and none leaves anything behind.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use hearken_domain::{
    engine::EngineErrorKind,
    ports::{BlobError, BlobErrorKind},
};

use crate::{
    recordings::{Track, fixture, tone, wav},
    stage::Stage,
};

const ALL: &[&str] = &[
    "tone.mp3",
    "two.mp3",
    "tone.m4a",
    "fragmented.mp4",
    "video.mp4",
    "tone.flac",
    "two.ogg",
    "two.mkv",
    "tone.opus",
    "two.opus",
    "live.webm",
    "gap.webm",
    "mulaw.wav",
    "alaw.wav",
    "adpcm.wav",
    "silent-video.mp4",
];

/// Bytes that look like nothing.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_ne_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

async fn refused(stage: &Stage, recording: Vec<u8>) -> &'static str {
    let error = stage.probe(recording.clone()).await.expect_err("this is no recording");
    assert_eq!(error.kind, EngineErrorKind::Refused, "{error:?}");
    let again = stage.speech(recording).await.expect_err("this is no recording");
    assert_eq!(again.code, error.code);
    assert!(stage.left().is_empty());
    error.code
}

#[tokio::test]
async fn what_is_no_recording_is_refused() {
    let stage = Stage::new();
    let zip = [b"PK\x03\x04\x14\0\0\0\x08\0".as_slice(), &noise(100_000)].concat();
    let playlist = b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:9,\nhttp://127.0.0.1/1.ts\n";
    for (what, recording) in [
        ("empty", Vec::new()),
        ("one byte", vec![0xFF]),
        ("text", b"Dear all, the minutes of the meeting are attached. ".repeat(500)),
        ("zeroes", vec![0; 300_000]),
        ("noise", noise(1_000_000)),
        ("zip", zip),
        ("playlist", playlist.to_vec()),
    ] {
        assert_eq!(refused(&stage, recording).await, "undecodable", "{what}");
    }
}

#[tokio::test]
async fn what_has_no_sound_says_so() {
    let stage = Stage::new();
    assert_eq!(refused(&stage, fixture("silent-video.mp4")).await, "no_audio");
    assert_eq!(refused(&stage, wav(8000, &[vec![]])).await, "no_audio");
}

#[tokio::test]
async fn a_recording_that_ends_early_is_read_as_far_as_it_goes() {
    let stage = Stage::new();
    for file in ["tone.mp3", "tone.opus", "two.opus", "live.webm", "tone.flac", "mulaw.wav", "fragmented.mp4"] {
        let mut recording = fixture(file);
        recording.truncate(recording.len() * 2 / 3);
        let facts = stage.probe(recording.clone()).await.unwrap_or_else(|error| panic!("{file}: {error:?}"));
        assert!((300..1400).contains(&facts.duration_ms), "{file}: {} ms", facts.duration_ms);
        let speech = stage.speech(recording).await.unwrap();
        assert_eq!(speech.duration_ms, facts.duration_ms, "{file}");
    }
}

#[tokio::test]
async fn a_broken_part_costs_only_itself() {
    let stage = Stage::new();
    for file in ["tone.mp3", "two.opus", "live.webm"] {
        let mut recording = fixture(file);
        let middle = recording.len() / 2;
        recording[middle..middle + 400].copy_from_slice(&noise(400));
        let speech = stage.speech(recording).await.unwrap_or_else(|error| panic!("{file}: {error:?}"));
        assert!(speech.duration_ms > 900, "{file}: {} ms", speech.duration_ms);
        let level = Track::read(&speech.tracks[0].wav).level(440.0, (100, 400));
        assert!((level - 0.5).abs() < 0.05, "{file}: {level}");
    }
}

#[tokio::test]
async fn no_damage_does_worse_than_a_refusal() {
    // Damaged times must not become hours of silence.
    let stage = Stage::with(|settings| settings.limits.max_duration = Duration::from_secs(60));
    for file in ALL {
        let whole = fixture(file);
        for round in 0..12_usize {
            let mut recording = whole.clone();
            match round % 3 {
                0 => recording.truncate(whole.len() * (round + 1) / 16),
                1 => noise(40).iter().enumerate().for_each(|(at, byte)| {
                    let place = (at * 7919 + round * 104_729) % whole.len();
                    recording[place] = *byte;
                }),
                // The head, where containers keep their lengths.
                _ => noise(8).iter().enumerate().for_each(|(at, byte)| {
                    let place = (12 + at * 31 + round * 17) % whole.len().min(700);
                    recording[place] = *byte;
                }),
            }
            if let Err(error) = stage.speech(recording).await {
                assert_eq!(error.kind, EngineErrorKind::Refused, "{file} {round}: {error:?}");
                let codes = ["undecodable", "no_audio", "unsupported_codec", "too_long"];
                assert!(codes.contains(&error.code), "{file} {round}: {error:?}");
            }
            assert!(stage.left().is_empty(), "{file} {round}");
        }
    }
}

#[tokio::test]
async fn a_recording_that_is_too_long_is_refused() {
    let stage = Stage::with(|settings| settings.limits.max_duration = Duration::from_secs(2));
    let seconds = |length| wav(8000, &[tone(440.0, 0.5, (length, 8000))]);
    assert!(stage.probe(seconds(2.0)).await.is_ok());
    assert_eq!(refused(&stage, seconds(2.01)).await, "too_long");
    let error = stage.probe(seconds(3.0)).await.unwrap_err();
    assert_eq!(error.message, "the recording is longer than 2 s");
}

#[tokio::test]
async fn a_stream_that_fails_is_tried_again_later() {
    let stage = Stage::new();
    for kind in [BlobErrorKind::Unavailable, BlobErrorKind::NotFound, BlobErrorKind::Broken] {
        let pieces = [Ok(Bytes::from(fixture("tone.mp3"))), Err(BlobError { kind, source: "gone".into() })];
        let error = stage.speech_of(stream::iter(pieces).boxed()).await.unwrap_err();
        assert_eq!(error.kind, EngineErrorKind::Unavailable { retry_after: None });
        assert_eq!(error.code, "recording_unavailable");
        assert!(stage.left().is_empty());
    }
}
