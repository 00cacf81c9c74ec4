//! Recordings made to break their reader: the service lives, each ends in its code, and nothing is left.

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use hearken_domain::engine::EngineErrorKind;

use crate::{
    recordings::{fixture, tone, wav},
    stage::Stage,
};

/// ID3v2 section 3.1.
fn tag(frames: &[u8]) -> Vec<u8> {
    let length = u32::try_from(frames.len()).unwrap();
    let length = [21, 14, 7, 0].map(|shift| u8::try_from((length >> shift) & 0x7F).unwrap());
    [b"ID3\x03\0\0".as_slice(), &length, frames].concat()
}

fn frame(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [name.as_slice(), &length, &[0, 0], content].concat()
}

/// Frames within frames.
fn nested(name: [u8; 4], head: &[u8], depth: usize) -> Vec<u8> {
    (0..depth).fold(Vec::new(), |inner, _| frame(name, &[head, &inner].concat()))
}

/// Each names the next.
fn chained(count: usize) -> Vec<u8> {
    let one = |at: usize| {
        let content = format!("{at}\0\u{3}\u{1}{}\0", at + 1);
        frame(*b"CTOC", content.as_bytes())
    };
    (0..count).flat_map(one).collect()
}

#[tokio::test]
async fn tags_of_any_depth_are_passed_over() {
    let stage = Stage::new();
    let chapter = nested(*b"CHAP", &[b"c\0".as_slice(), &[0; 16]].concat(), 2_500);
    let contents = nested(*b"CTOC", b"t\0\x03\0", 2_500);
    for frames in [chapter, contents, chained(4_000)] {
        let tag = tag(&frames);
        for file in ["tone.mp3", "tone.flac"] {
            let tagged = [tag.clone(), fixture(file)].concat();
            let facts = stage.probe(tagged.clone()).await.unwrap_or_else(|error| panic!("{file}: {error:?}"));
            assert!(facts.duration_ms.abs_diff(1500) < 60, "{file}: {} ms", facts.duration_ms);
            // Not where a tag belongs, so that it is looked for.
            let _ = judged(&stage, [vec![0; 300], tagged].concat()).await;
        }
    }
}

/// What must hold of any recording.
async fn judged(stage: &Stage, recording: Vec<u8>) -> Option<&'static str> {
    let judged = stage.speech(recording).await.map(drop);
    assert!(stage.left().is_empty());
    let error = judged.err()?;
    assert_eq!(error.kind, EngineErrorKind::Refused, "{error:?}");
    let codes = ["undecodable", "no_audio", "unsupported_codec", "too_long", "decoding_timed_out"];
    assert!(codes.contains(&error.code), "{error:?}");
    Some(error.code)
}

#[tokio::test]
async fn a_gigabyte_of_pictures_is_not_held() {
    let stage = Stage::new();
    let pictures: u32 = 256 * 1024 * 1024 - 1;
    let length = [21, 14, 7, 0].map(|shift| u8::try_from((pictures >> shift) & 0x7F).unwrap());
    let head = Bytes::from([b"ID3\x03\0\0".as_slice(), &length].concat());
    let piece = Bytes::from(vec![0x5A; 1024 * 1024 - 1]);
    let rest = Bytes::from(vec![0x5A; 255]);
    let body = stream::iter(0..256).map(move |_| Ok(piece.clone()));
    let tag = stream::iter([Ok(head)]).chain(body).chain(stream::iter([Ok(rest)]));
    let recording = tag.chain(stream::iter([Ok(Bytes::from(fixture("tone.mp3")))])).boxed();
    assert!(stage.speech_of(recording).await.unwrap().duration_ms.abs_diff(1500) < 60);
}

/// Writes the least significant bit of each byte first: Vorbis I, section 2.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn put(&mut self, value: u64, width: u32) {
        for bit in 0..width {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let last = self.bytes.last_mut().unwrap();
            *last |= u8::try_from((value >> bit) & 1).unwrap() << (self.used % 8);
            self.used += 1;
        }
    }
}

fn ogg_page(packet: &[u8], (sequence, flags): (u32, u8)) -> Vec<u8> {
    let mut lacing = vec![255_u8; packet.len() / 255];
    lacing.push(u8::try_from(packet.len() % 255).unwrap());
    let mut page = b"OggS\0".to_vec();
    page.push(flags);
    page.extend([0; 8]);
    page.extend(1_u32.to_le_bytes());
    page.extend(sequence.to_le_bytes());
    page.extend([0; 4]);
    page.push(u8::try_from(lacing.len()).unwrap());
    page.extend(lacing);
    page.extend(packet);
    let sum = page.iter().fold(0_u32, |sum, byte| {
        (0..8).fold(sum ^ (u32::from(*byte) << 24), |sum, _| {
            if sum & 0x8000_0000 == 0 { sum << 1 } else { (sum << 1) ^ 0x04C1_1DB7 }
        })
    });
    page[22..26].copy_from_slice(&sum.to_le_bytes());
    page
}

/// A Vorbis stream whose set-up header announces books of 2^17 entries of 31 dimensions.
fn code_books(count: u16) -> Vec<u8> {
    let mut first = b"\x01vorbis\0\0\0\0\x01".to_vec();
    first.extend(8_000_u32.to_le_bytes());
    first.extend([0; 12]);
    first.extend([0xB8, 1]);
    let second = b"\x03vorbis\0\0\0\0\0\0\0\0\x01";
    let mut setup = Bits::default();
    b"\x05vorbis".iter().for_each(|byte| setup.put(u64::from(*byte), 8));
    setup.put(u64::from(count - 1), 8);
    for _ in 0..count {
        setup.put(0x0056_4342, 24);
        setup.put(31, 16);
        setup.put(1 << 17, 24);
        setup.put(1, 1);
        setup.put(16, 5);
        setup.put(1 << 17, 18);
        setup.put(1, 4);
        setup.put(0, 32);
        setup.put(0, 32);
        setup.put(0, 4);
        setup.put(0, 1);
        setup.put(0, 1);
    }
    setup.put(0, 64);
    [ogg_page(&first, (0, 2)), ogg_page(second, (1, 0)), ogg_page(&setup.bytes, (2, 0))].concat()
}

#[tokio::test]
async fn tables_that_a_small_file_announces_end_with_the_recording() {
    let stage = Stage::new();
    for count in [16, 255] {
        assert!(code_books(count).len() < 8_000);
        assert!(judged(&stage, code_books(count)).await.is_some());
    }
    // A box and a chunk as long as the address space, and lists as long as they can be.
    for name in [b"moov", b"stsz", b"ilst", b"meta", b"moof"] {
        for length in [u32::MAX, 0x7FFF_FFFF, 1, 0] {
            let head = [&20_u32.to_be_bytes(), b"ftypisom".as_slice(), &[0; 8]].concat();
            let bomb = [head, length.to_be_bytes().to_vec(), name.to_vec(), vec![0xFF; 5_000]].concat();
            assert!(judged(&stage, bomb).await.is_some());
        }
    }
}

#[tokio::test]
async fn many_channels_at_a_high_rate_may_be_less_long() {
    let stage = Stage::with(|settings| settings.limits.max_samples = 8 * 96_000);
    let channel = tone(440.0, 0.5, (1.1, 96_000));
    let error = stage.probe(wav(96_000, &vec![channel.clone(); 8])).await.unwrap_err();
    assert_eq!(error.code, "too_long");
    assert_eq!(
        error.message,
        "the recording holds more sound than can be decoded: 8 channels at 96000 Hz may be at most 1 s long"
    );
    assert!(stage.probe(wav(96_000, &[channel])).await.is_ok());
}

#[tokio::test]
async fn what_does_not_fit_its_memory_ends_alone() {
    // So little that no decoder fits: the first tables end it.
    let stage = Stage::with(|settings| settings.limits.memory = 64 * 1024);
    for file in ["two.ogg", "tone.m4a", "tone.mp3"] {
        let error = stage.probe(fixture(file)).await.unwrap_err();
        assert!(["undecodable", "decoder_missing"].contains(&error.code), "{file}: {error:?}");
    }
    assert!(Stage::new().probe(fixture("two.ogg")).await.is_ok());
}

/// How many mutations of each file; `HEARKEN_GENERATED` asks for more.
fn rounds() -> usize {
    let wanted = std::env::var("HEARKEN_GENERATED").ok().and_then(|count| count.parse().ok());
    wanted.map_or(6, |count: usize| count.clamp(1, 200))
}

#[tokio::test(flavor = "multi_thread")]
async fn no_mutation_of_any_container_does_worse_than_a_refusal() {
    let stage = Stage::with(|settings| settings.limits.max_duration = std::time::Duration::from_secs(60));
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    for file in
        ["tone.mp3", "tone.m4a", "tracks.mp4", "late.mkv", "tone.flac", "two.ogg", "two.opus", "live.webm", "adpcm.wav"]
    {
        let whole = fixture(file);
        for _ in 0..rounds() {
            let mut recording = whole.clone();
            for _ in 0..=next(12) {
                let within = 1 + next(3000);
                let (at, length) = (next(recording.len().min(within)), 1 + next(8));
                let end = recording.len().min(at + length);
                let byte = [0, 0xFF, 0x7F, 0x80, 1][next(5)];
                recording[at..end].fill(byte);
            }
            judged(&stage, recording).await;
        }
    }
}
