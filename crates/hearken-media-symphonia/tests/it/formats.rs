//! Each kind of file that needs no other program: what it is, how long, how loud, and that its sound keeps its pitch.

use hearken_domain::speech::MAX_PEAKS;

use crate::{
    recordings::{Track, fixture, tone, wav},
    stage::Stage,
};

/// What a fixture must turn out to be.
struct Expected {
    file: &'static str,
    container: &'static str,
    codec: &'static str,
    channels: u16,
    rate: u32,
    duration_ms: u64,
    /// What the encoder may have added, which the container does not tell.
    tolerance_ms: u64,
}

const fn expected(
    file: &'static str,
    (container, codec): (&'static str, &'static str),
    (channels, rate): (u16, u32),
    tolerance_ms: u64,
) -> Expected {
    Expected { file, container, codec, channels, rate, duration_ms: 1500, tolerance_ms }
}

const FILES: &[Expected] = &[
    expected("tone.mp3", ("mp3", "mp3"), (1, 44_100), 1),
    expected("two.mp3", ("mp3", "mp3"), (2, 44_100), 1),
    expected("tone.m4a", ("mp4", "aac"), (1, 44_100), 50),
    expected("fragmented.mp4", ("mp4", "aac"), (1, 44_100), 50),
    expected("video.mp4", ("mp4", "aac"), (1, 44_100), 50),
    expected("tone.flac", ("flac", "flac"), (1, 8_000), 0),
    expected("two.ogg", ("ogg", "vorbis"), (2, 44_100), 1),
    expected("two.mkv", ("matroska", "vorbis"), (2, 44_100), 25),
    expected("tone.opus", ("ogg", "opus"), (1, 48_000), 1),
    expected("two.opus", ("ogg", "opus"), (2, 48_000), 1),
    expected("live.webm", ("matroska", "opus"), (1, 48_000), 21),
    expected("mulaw.wav", ("wav", "pcm_mulaw"), (2, 8_000), 0),
    expected("alaw.wav", ("wav", "pcm_alaw"), (1, 8_000), 0),
    expected("adpcm.wav", ("wav", "adpcm_ima_wav"), (1, 8_000), 130),
];

#[tokio::test]
async fn a_recording_is_what_it_is() {
    let stage = Stage::new();
    for expected in FILES {
        let file = expected.file;
        let facts = stage.probe(fixture(file)).await.unwrap_or_else(|error| panic!("{file}: {error:?}"));
        assert_eq!((facts.container.as_str(), facts.codec.as_str()), (expected.container, expected.codec), "{file}");
        assert_eq!((facts.channels, facts.sample_rate), (expected.channels, expected.rate), "{file}");
        let off = facts.duration_ms.abs_diff(expected.duration_ms);
        assert!(off <= expected.tolerance_ms, "{file}: {} ms", facts.duration_ms);
        assert_eq!(facts.peaks.len(), if expected.channels == 2 { 2 } else { 1 }, "{file}");
        for (channel, peaks) in facts.peaks.iter().enumerate() {
            assert!(peaks.len() <= MAX_PEAKS && peaks.len() >= MAX_PEAKS / 2, "{file}: {}", peaks.len());
            // Half of the full scale, on the right a quarter.
            let level = if channel == 0 { 128_u8 } else { 64 };
            let middle = peaks[peaks.len() / 4..peaks.len() * 3 / 4].iter().max().unwrap();
            assert!(middle.abs_diff(level) <= 12, "{file}, channel {channel}: {middle} for {level}");
        }
    }
    assert_eq!(stage.left(), [""; 0].map(std::path::PathBuf::from));
}

#[tokio::test]
async fn speech_keeps_its_pitch_its_level_and_its_length() {
    let stage = Stage::new();
    for expected in FILES {
        let file = expected.file;
        let speech = stage.speech(fixture(file)).await.unwrap_or_else(|error| panic!("{file}: {error:?}"));
        assert_eq!(speech.tracks.len(), if expected.channels == 2 { 2 } else { 1 }, "{file}");
        for track in &speech.tracks {
            let heard = Track::read(&track.wav);
            assert!(heard.milliseconds().abs_diff(speech.duration_ms) <= 1, "{file}: {} ms", heard.milliseconds());
            let (own, other) = if track.channel == 0 { (440.0, 1000.0) } else { (1000.0, 440.0) };
            let level = if track.channel == 0 { 0.5 } else { 0.25 };
            let (loud, quiet) = (heard.level(own, (200, 1200)), heard.level(other, (200, 1200)));
            assert!((loud / level - 1.0).abs() < 0.08, "{file}, channel {}: {loud} for {level}", track.channel);
            assert!(quiet < 0.02, "{file}, channel {}: {quiet} of the other tone", track.channel);
        }
        drop(speech);
        assert!(stage.left().is_empty(), "{file}");
    }
}

#[tokio::test]
async fn a_time_that_was_never_recorded_is_silence() {
    let stage = Stage::new();
    let speech = stage.speech(fixture("gap.webm")).await.unwrap();
    assert!(speech.duration_ms.abs_diff(3000) <= 25, "{} ms", speech.duration_ms);
    let heard = Track::read(&speech.tracks[0].wav);
    assert!((heard.level(440.0, (200, 900)) - 0.5).abs() < 0.05);
    assert!(heard.level(440.0, (1100, 1900)) < 0.01);
    assert!((heard.level(440.0, (2200, 2900)) - 0.5).abs() < 0.05);
}

#[tokio::test]
async fn any_rate_of_sound_can_be_read() {
    let stage = Stage::new();
    for rate in [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 44_101, 48_000, 96_000, 192_000] {
        let recording = wav(rate, &[tone(440.0, 0.5, (1.0, rate))]);
        let facts = stage.probe(recording.clone()).await.unwrap();
        assert_eq!((facts.codec.as_str(), facts.duration_ms, facts.sample_rate), ("pcm_s16le", 1000, rate));
        let speech = stage.speech(recording).await.unwrap();
        let heard = Track::read(&speech.tracks[0].wav);
        assert!(heard.samples.len().abs_diff(16_000) <= 1, "{rate}: {}", heard.samples.len());
        // From the first to the last moment: nothing is cut off, and no delay is put before.
        for part in [(0, 100), (100, 900), (900, 1000)] {
            let level = heard.level(440.0, part);
            assert!((level - 0.5).abs() < 0.03, "{rate} {part:?}: {level}");
        }
        let late = heard.samples[..18].iter().position(|sample| *sample > 0.4);
        assert!(late.is_some_and(|at| (5..=8).contains(&at)), "{rate}: {late:?}");
    }
}
