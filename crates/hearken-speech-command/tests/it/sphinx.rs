//! The documented recipe for Debian's pocketsphinx, on speech that espeak-ng made.

use std::path::Path;

use hearken_domain::{ports::Transcriber, timeline::Word};
use hearken_speech_command::CommandTranscriber;
use tokio::process::Command;

use crate::{stage::Stage, wav};

const SILENCE: usize = 2 * wav::RATE as usize;

/// A sentence as samples; none where espeak-ng is missing.
async fn spoken(folder: &Path, speed: &str, sentence: &str) -> Option<Vec<i16>> {
    let file = folder.join("spoken.wav");
    let mut espeak = Command::new("espeak-ng");
    let status = espeak.args(["-v", "en-us", "-s", speed, "-w"]).arg(&file).arg(sentence).status().await.ok()?;
    status.success().then(|| wav::read_resampled(&file))
}

fn skip(test: &str, program: &str) {
    let required = std::env::var_os("HEARKEN_REQUIRE_PROGRAMS").is_some();
    assert!(!required, "{program} is required");
    println!("skipped: {test}: needs {program}");
}

#[tokio::test]
async fn pocketsphinx_hears_what_espeak_says() {
    const TEST: &str = "pocketsphinx_hears_what_espeak_says";
    let stage = Stage::new();
    let mut args = vec!["-infile", "{wav}", "-time", "yes"];
    args.extend(["-logfn", "/dev/null"]);
    let transcriber = CommandTranscriber::new(stage.settings("pocketsphinx_continuous", &args));
    if transcriber.check().await.is_err() {
        return skip(TEST, "pocketsphinx_continuous");
    }
    let folder = stage.folder.path();
    let first = spoken(folder, "120", "we need to talk about the price of the new house").await;
    let second = spoken(folder, "140", "one two three four five").await;
    let (Some(first), Some(second)) = (first, second) else { return skip(TEST, "espeak-ng") };
    let silence = vec![0; SILENCE];
    wav::write(&stage.track.wav, &[&silence[..], &first, &silence, &second, &silence].concat());

    let made = transcriber.transcribe(&stage.track, Some("en")).await.unwrap();
    assert_eq!(made.by, "command (pocketsphinx_continuous)");
    // Its silences count as parts of the speech around them, so the halves are what can be told apart.
    let millis = |samples: usize| (samples / 16) as u64;
    let middle = millis(SILENCE + first.len() + SILENCE / 2);
    let end = millis(3 * SILENCE + first.len() + second.len());
    let words: Vec<&Word> = made.value.segments.iter().flat_map(|segment| &segment.words).collect();
    let heard = |text: &str, from: u64, to: u64| {
        words.iter().any(|word| word.text == text && from <= word.start_ms && word.end_ms <= to)
    };
    let in_first =
        ["talk", "about", "price", "of", "new", "house"].map(|word| heard(word, millis(SILENCE) - 200, middle));
    let in_second = ["one", "two", "three", "four", "five"].map(|word| heard(word, middle, end));
    let count = |heard: &[bool]| heard.iter().filter(|heard| **heard).count();
    assert!(count(&in_first) >= 1 && count(&in_second) >= 3, "{:?}", made.value);
    assert!(made.value.segments.len() >= 2, "{:?}", made.value);

    // Silence is silence.
    wav::write(&stage.track.wav, &silence);
    assert!(transcriber.transcribe(&stage.track, None).await.unwrap().value.segments.is_empty());
}
