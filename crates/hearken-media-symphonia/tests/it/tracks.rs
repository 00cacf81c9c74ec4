//! Which channels become tracks.

use crate::{
    recordings::{Track, tone, wav},
    stage::Stage,
};

const RATE: u32 = 8_000;

fn sounds() -> (Vec<f32>, Vec<f32>) {
    (tone(440.0, 0.5, (1.0, RATE)), tone(1000.0, 0.25, (1.0, RATE)))
}

#[tokio::test]
async fn two_speakers_are_two_tracks() {
    let (left, right) = sounds();
    let stage = Stage::new();
    let speech = stage.speech(wav(RATE, &[left, right])).await.unwrap();
    assert_eq!(speech.tracks.iter().map(|track| track.channel).collect::<Vec<_>>(), [0, 1]);
    let own = |track: usize, hertz| Track::read(&speech.tracks[track].wav).level(hertz, (100, 900));
    assert!(own(0, 440.0) > 0.45 && own(0, 1000.0) < 0.01);
    assert!(own(1, 1000.0) > 0.22 && own(1, 440.0) < 0.01);
}

#[tokio::test]
async fn one_sound_twice_is_one_track() {
    let (sound, _) = sounds();
    let silence = vec![0.0; sound.len()];
    let quieter: Vec<f32> = sound.iter().map(|sample| sample * 0.3).collect();
    let stage = Stage::new();
    for channels in
        [[sound.clone(), sound.clone()], [sound.clone(), silence.clone()], [silence, sound.clone()], [quieter, sound]]
    {
        let speech = stage.speech(wav(RATE, &channels)).await.unwrap();
        assert_eq!(speech.tracks.len(), 1);
        assert_eq!(speech.tracks[0].channel, 0);
        let level = Track::read(&speech.tracks[0].wav).level(440.0, (100, 900));
        assert!((level - 0.5).abs() < 0.02, "{level}");
        let folder = speech.tracks[0].wav.parent().unwrap();
        let waves = std::fs::read_dir(folder)
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|extension| extension == "wav"));
        assert_eq!(waves.count(), 1, "the other channel's file is gone");
    }
}

#[tokio::test]
async fn more_than_two_channels_are_mixed() {
    let (one, other) = sounds();
    let stage = Stage::new();
    let recording = wav(RATE, &[one.clone(), other, one]);
    assert_eq!(stage.probe(recording.clone()).await.unwrap().peaks.len(), 1);
    let speech = stage.speech(recording).await.unwrap();
    assert_eq!(speech.tracks.len(), 1);
    let heard = Track::read(&speech.tracks[0].wav);
    assert!((heard.level(440.0, (100, 900)) - 1.0 / 3.0).abs() < 0.01);
    assert!((heard.level(1000.0, (100, 900)) - 0.25 / 3.0).abs() < 0.01);
}

#[tokio::test]
async fn files_live_as_long_as_somebody_holds_them() {
    let stage = Stage::new();
    let speech = stage.speech(wav(RATE, &[sounds().0])).await.unwrap();
    let held = speech.clone();
    drop(speech);
    assert!(held.tracks[0].wav.is_file());
    let wav = held.tracks[0].wav.clone();
    drop(held);
    assert!(!wav.exists() && stage.left().is_empty());
}
