//! What symphonia cannot read: with `ffmpeg` it is read, without it a message says what is missing.

use std::fs;

use hearken_domain::engine::EngineErrorKind;

use crate::{
    recordings::{Track, fixture},
    stage::{Stage, ffmpeg},
};

/// File, container, codec, as both of them name it.
const FILES: &[(&str, &str, &str)] = &[
    ("tone.amr", "amr", "amr_nb"),
    ("tone.gsm", "gsm", "gsm"),
    ("amr.3gp", "mp4", "amr_nb"),
    ("tone.wma", "asf", "wmav2"),
];

#[tokio::test]
async fn ffmpeg_reads_the_rest() {
    let Some(program) = ffmpeg("ffmpeg_reads_the_rest") else { return };
    let stage = Stage::with(|settings| settings.ffmpeg = Some(program));
    for (file, container, codec) in FILES {
        let facts = stage.probe(fixture(file)).await.unwrap_or_else(|error| panic!("{file}: {error:?}"));
        assert_eq!((facts.container.as_str(), facts.codec.as_str()), (*container, *codec));
        assert!(facts.duration_ms.abs_diff(1500) < 120, "{file}: {} ms", facts.duration_ms);
        let speech = stage.speech(fixture(file)).await.unwrap();
        assert_eq!(speech.duration_ms, facts.duration_ms);
        let level = Track::read(&speech.tracks[0].wav).level(440.0, (300, 1200));
        assert!((level - 0.5).abs() < 0.12, "{file}: {level}");
    }
    assert!(stage.left().is_empty());
}

#[tokio::test]
async fn surround_opus_is_left_to_ffmpeg() {
    let Some(program) = ffmpeg("surround_opus_is_left_to_ffmpeg") else { return };
    let stage = Stage::with(|settings| settings.ffmpeg = Some(program));
    let facts = stage.probe(fixture("surround.opus")).await.unwrap();
    assert_eq!((facts.codec.as_str(), facts.channels, facts.peaks.len()), ("opus", 6, 1));
}

#[tokio::test]
async fn without_it_the_message_says_what_to_install() {
    let stage = Stage::new();
    for (file, what) in [
        ("tone.amr", "is amr_nb in a file of the kind amr"),
        ("tone.gsm", "is gsm in a file of the kind gsm"),
        ("tone.wma", "is of an unknown kind in a file of the kind asf"),
        ("amr.3gp", "is of an unknown kind in a file of the kind mp4"),
        ("surround.opus", "is opus in a file of the kind ogg"),
    ] {
        let error = stage.probe(fixture(file)).await.unwrap_err();
        assert_eq!((error.kind, error.code), (EngineErrorKind::Refused, "unsupported_codec"), "{file}: {error:?}");
        assert_eq!(error.message, format!("the recording's sound {what}; install ffmpeg to read it"));
    }
    assert!(stage.left().is_empty());
}

#[tokio::test]
async fn what_ffmpeg_cannot_read_either_is_said_so() {
    let Some(program) = ffmpeg("what_ffmpeg_cannot_read_either_is_said_so") else { return };
    let stage = Stage::with(|settings| settings.ffmpeg = Some(program));
    let mut recording = fixture("tone.wma");
    recording[60..].fill(0);
    let error = stage.probe(recording).await.unwrap_err();
    assert_eq!((error.kind, error.code), (EngineErrorKind::Refused, "unsupported_codec"));
    assert!(error.message.ends_with("; ffmpeg cannot read it either"), "{}", error.message);
    assert_eq!(stage.probe(fixture("silent-video.mp4")).await.unwrap_err().code, "no_audio");
}

#[tokio::test]
async fn ffmpeg_never_opens_what_a_recording_names() {
    let Some(program) = ffmpeg("ffmpeg_never_opens_what_a_recording_names") else { return };
    let stage = Stage::with(|settings| settings.ffmpeg = Some(program));
    let secret = tempfile::Builder::new().suffix(".flac").tempfile().unwrap();
    fs::write(secret.path(), fixture("tone.flac")).unwrap();
    let secret = secret.path().display();
    let concat = format!("ffconcat version 1.0\nfile {secret}\n");
    let list = format!("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{secret}\n#EXT-X-ENDLIST\n");
    for text in [concat, list] {
        // Also behind the marks of kinds that ffmpeg is asked about.
        for mark in ["", "#!AMR\n", "RIFF    WAVE", "FORM    AIFF", "OggS"] {
            match stage.probe(format!("{mark}{text}").into_bytes()).await {
                // A few of its letters may pass for sound of the kind that the mark says.
                Ok(facts) => assert!(facts.duration_ms < 200, "{mark}{text}: {facts:?}"),
                Err(error) => assert_eq!(error.kind, EngineErrorKind::Refused, "{mark}{text}: {error:?}"),
            }
        }
    }
}
