//! Long recordings: where they are cut, and that everything is put back to where it was.

use std::{ops::Range, time::Duration};

use crate::{
    asr::{Asked, Asr, hears_bursts},
    sound::Sound,
    stage::{Recording, brief, hear, settings},
};

const SAMPLES_IN_MS: usize = 16;

/// Where one piece ends and the next begins, in milliseconds.
fn seams(asked: &[Asked]) -> Vec<u64> {
    let ends = asked.iter().scan(0, |end, piece| {
        *end += piece.samples;
        Some((*end / SAMPLES_IN_MS) as u64)
    });
    ends.take(asked.len() - 1).collect()
}

/// Half an hour in pieces: how many, and that nothing is lost, moved or cut in the middle.
async fn half_an_hour(sound: &Sound, max_upload_bytes: u64) -> usize {
    let asr = Asr::start(|_, asked| hears_bursts(asked)).await;
    let mut settings = settings(&asr.url);
    settings.max_upload_bytes = max_upload_bytes;
    let made = hear(&settings, &Recording::of(sound)).await.unwrap();

    let asked = asr.asked();
    assert_eq!(asked.iter().map(|piece| piece.samples).sum::<usize>(), sound.samples.len(), "every sample once");
    for piece in &asked {
        assert!(piece.body_bytes <= max_upload_bytes, "{}", piece.body_bytes);
        assert!(piece.samples <= 600 * 1000 * SAMPLES_IN_MS, "{}", piece.samples);
    }
    for seam in seams(&asked) {
        // With half of the quiet stretch on each side.
        let around = seam - 150..seam + 150;
        let overlaps = |burst: &&Range<u64>| burst.start < around.end && around.start < burst.end;
        assert_eq!(sound.bursts.iter().find(overlaps), None, "a cut at {seam} ms");
    }
    let segments: Vec<_> = made.value.segments.iter().map(|segment| segment.start_ms..segment.end_ms).collect();
    assert_eq!(segments, sound.bursts);
    for segment in &made.value.segments {
        let words: Vec<_> = segment.words.iter().map(|word| (word.text.as_str(), word.start_ms, word.end_ms)).collect();
        assert_eq!(words, [("burst", segment.start_ms, segment.end_ms)]);
    }
    asked.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn half_an_hour_is_cut_in_pauses_and_put_back() {
    let sound = Sound::speech_like(30);
    // By the longest piece, ten minutes: nearly full pieces, since the cut is in each one's last minute.
    assert_eq!(half_an_hour(&sound, 25 * 1024 * 1024).await, 4);
    // By the server's limit, of which a piece has at least half.
    let pieces = half_an_hour(&sound, 2 * 1024 * 1024).await;
    assert!((28..=56).contains(&pieces), "{pieces}");
}

#[tokio::test]
async fn what_a_server_finds_too_large_comes_in_halves() {
    let sound = Sound::speech_like(3);
    let limit = 1024 * 1024;
    let asr = Asr::start_with_limit(limit, |_, asked| hears_bursts(asked)).await;
    let made = hear(&settings(&asr.url), &Recording::of(&sound)).await.unwrap();
    let segments: Vec<_> = made.value.segments.iter().map(|segment| segment.start_ms..segment.end_ms).collect();
    assert_eq!(segments, sound.bursts);
    // 180 seconds were 5.8 MB, so 22 seconds each.
    assert!(asr.asked().iter().all(|piece| piece.body_bytes <= limit), "{:?}", asr.asked());
}

#[tokio::test]
async fn silence_is_not_sent() {
    let asr = Asr::start(|_, asked| hears_bursts(asked)).await;
    let mut settings = settings(&asr.url);
    settings.max_piece = Duration::from_secs(10);
    let mut sound = Sound::new();
    sound.nothing(2500);
    assert!(hear(&settings, &Recording::of(&sound)).await.unwrap().value.segments.is_empty());
    assert_eq!(asr.asked().len(), 0);

    sound.burst(100);
    sound.nothing(6000);
    let made = hear(&settings, &Recording::of(&sound)).await.unwrap();
    assert_eq!(brief(&made.value), [(25_000, 26_000, "burst")]);
    assert_eq!(asr.asked().len(), 1, "only the piece with the sound");

    assert!(hear(&settings, &Recording::of(&Sound::new())).await.unwrap().value.segments.is_empty());
}
