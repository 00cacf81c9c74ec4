//! When what was said was said: a scripted model, whose every time is known.

use crate::{
    made_model::MadeModel,
    made_track::Stretch::{Silence, Sound},
    stage::{Stage, told},
};

/// Two places of the prompt whose answers nobody looks at.
const PROMPT: [&str; 2] = ["<|en|>", "<|transcribe|>"];

fn scripted(script: &[&str]) -> MadeModel {
    MadeModel::scripted(&[&PROMPT, script].concat())
}

const TWO: [&str; 8] = ["0.40", " hello", " you", "2.00", "2.00", " world", "5.00", "<|endoftext|>"];
const UNFINISHED: [&str; 6] = ["0.00", " hello", "10.00", "10.00", " world", "<|endoftext|>"];

#[tokio::test]
async fn segments_have_the_times_that_the_model_says() {
    let stage = Stage::with("made", &scripted(&TWO));
    let made = stage.hear(&[Sound(12)], Some("en-US")).await.unwrap();
    assert_eq!(told(&made.value), [(400, 2000, "hello you"), (2000, 5000, "world")]);
    assert_eq!((made.by.as_str(), made.value.language.as_deref()), ("whisper (made)", Some("en")));
    assert!(made.value.segments.iter().all(|segment| segment.words.is_empty()));
}

#[tokio::test]
async fn no_time_is_after_the_end_of_the_track() {
    let stage = Stage::with("made", &scripted(&TWO));
    let made = stage.hear(&[Sound(3)], Some("en")).await.unwrap();
    assert_eq!(told(&made.value), [(400, 2000, "hello you"), (2000, 3000, "world")]);
}

#[tokio::test]
async fn a_window_starts_where_the_last_one_was_understood() {
    let stage = Stage::with("made", &scripted(&UNFINISHED));
    let made = stage.hear(&[Sound(65)], Some("en")).await.unwrap();
    let at = |second: u64| (second * 1000, (second * 1000 + 10_000).min(65_000), "hello");
    assert_eq!(told(&made.value), [0, 10, 20, 30, 40, 50, 60].map(at));
}

#[tokio::test]
async fn a_finished_window_is_followed_by_the_next_thirty_seconds() {
    let stage = Stage::with("made", &scripted(&TWO));
    let made = stage.hear(&[Sound(61)], Some("en")).await.unwrap();
    let starts: Vec<u64> = made.value.segments.iter().map(|segment| segment.start_ms).collect();
    assert_eq!(starts, [400, 2000, 30_400, 32_000, 60_400]);
    assert_eq!(made.value.segments[4].end_ms, 61_000);
}

#[tokio::test]
async fn silence_is_skipped_and_the_times_are_those_of_the_track() {
    let stage = Stage::with("made", &scripted(&TWO));
    let made = stage.hear(&[Silence(47), Sound(6), Silence(100), Sound(1), Silence(33)], Some("en")).await.unwrap();
    // A window starts 0.2 s before its sound, and the second one is heard 106 s later.
    let first = [(47_200, 48_800, "hello you"), (48_800, 51_800, "world")];
    let second = first.map(|(start, end, text)| (start + 106_000, end + 106_000, text));
    assert_eq!(told(&made.value), [first, second].concat());
}

#[tokio::test]
async fn a_track_of_silence_or_of_nothing_has_no_segments() {
    let stage = Stage::with("made", &scripted(&TWO));
    for stretches in [&[Silence(70)][..], &[]] {
        let made = stage.hear(stretches, Some("en")).await.unwrap();
        assert_eq!(told(&made.value), []);
    }
}

#[tokio::test]
async fn a_guess_at_sound_in_which_nobody_speaks_is_no_segment() {
    // The first place says how likely silence is; no time is likelier than any other.
    let guess = ["?", " hello", "?", "<|endoftext|>"];
    let silent = [&["<|nospeech|>", "<|transcribe|>"][..], &guess].concat();
    let stage = Stage::with("made", &MadeModel::scripted(&silent));
    assert_eq!(told(&stage.hear(&[Sound(40)], Some("en")).await.unwrap().value), []);

    let spoken = [&PROMPT[..], &guess].concat();
    let stage = Stage::with("made", &MadeModel::scripted(&spoken));
    assert_ne!(
        told(&stage.hear(&[Sound(40)], Some("en")).await.unwrap().value),
        [],
        "the same guess, where somebody speaks"
    );
}
