//! Recordings as people have them: several tracks, late sound, files that were cut off, heads that lie. No sound and no
//! time is lost quietly.

use crate::{
    recordings::{Track, fixture, pcm, tone, wav},
    stage::{Stage, ffmpeg},
};

#[tokio::test]
async fn every_track_of_sound_is_heard() {
    let stage = Stage::new();
    for file in ["tracks.mp4", "tracks.mkv"] {
        two_tracks(&stage, file).await;
    }
}

#[tokio::test]
async fn every_track_of_sound_is_heard_by_ffmpeg_too() {
    let Some(program) = ffmpeg("every_track_of_sound_is_heard_by_ffmpeg_too") else { return };
    two_tracks(&Stage::with(|settings| settings.ffmpeg = Some(program)), "tracks.wma").await;
}

async fn two_tracks(stage: &Stage, file: &str) {
    let facts = stage.probe(fixture(file)).await.unwrap_or_else(|error| panic!("{file}: {error:?}"));
    assert_eq!((facts.channels, facts.peaks.len()), (2, 2), "{file}");
    let speech = stage.speech(fixture(file)).await.unwrap();
    assert_eq!(speech.tracks.iter().map(|track| track.channel).collect::<Vec<_>>(), [0, 1], "{file}");
    let (first, second) = (Track::read(&speech.tracks[0].wav), Track::read(&speech.tracks[1].wav));
    let part = (300, 1500);
    assert!(first.level(440.0, part) > 0.4 && first.level(1000.0, part) < 0.03, "{file}");
    assert!(second.level(1000.0, part) > 0.2 && second.level(440.0, part) < 0.03, "{file}");
}

#[tokio::test]
async fn sound_that_begins_after_the_picture_is_late() {
    let stage = Stage::new();
    for file in ["late.mp4", "late.mkv"] {
        let facts = stage.probe(fixture(file)).await.unwrap_or_else(|error| panic!("{file}: {error:?}"));
        assert!(facts.duration_ms.abs_diff(4000) <= 80, "{file}: {} ms", facts.duration_ms);
        let speech = stage.speech(fixture(file)).await.unwrap();
        let heard = Track::read(&speech.tracks[0].wav);
        assert!(heard.level(440.0, (100, 1900)) < 0.02, "{file}");
        assert!(heard.level(440.0, (2200, 3800)) > 0.4, "{file}");
        let begins = heard.samples.iter().position(|sample| sample.abs() > 0.2).unwrap() / 16;
        assert!(begins.abs_diff(2000) <= 60, "{file}: {begins} ms");
    }
}

#[tokio::test]
async fn an_mp4_with_its_tables_in_front_is_read_up_to_the_cut() {
    let stage = Stage::new();
    let whole = fixture("front.m4a");
    for (length, most) in [(whole.len() - 1, 2000), (whole.len() * 3 / 4, 1700)] {
        let facts = stage.probe(whole[..length].to_vec()).await.unwrap_or_else(|error| panic!("{length}: {error:?}"));
        assert!((800..=most).contains(&facts.duration_ms), "{length}: {} ms", facts.duration_ms);
    }
    let video = fixture("late.mp4");
    assert!(stage.probe(video[..video.len() - 1].to_vec()).await.is_err(), "its tables are behind the sound");
}

#[tokio::test]
async fn an_mp4_without_its_tables_says_what_helps() {
    let whole = fixture("back.m4a");
    for program in [None, ffmpeg("an_mp4_without_its_tables_says_what_helps")] {
        let stage = Stage::with(|settings| settings.ffmpeg = program);
        for length in [whole.len() - 1, whole.len() / 2] {
            let error = stage.probe(whole[..length].to_vec()).await.unwrap_err();
            assert_eq!(error.code, "undecodable");
            assert!(error.message.contains("incomplete") && !error.message.contains("ffmpeg"), "{}", error.message);
        }
    }
}

#[tokio::test]
async fn a_wav_file_is_read_to_its_end_whatever_its_lengths_say() {
    let stage = Stage::new();
    let whole = wav(8000, &[tone(440.0, 0.5, (1.0, 8000))]);
    let sound = u32::try_from(whole.len()).unwrap() - 44;
    for length in [0, 1, sound + 44, u32::MAX, u32::MAX - 8, i32::MAX.unsigned_abs()] {
        if length == 1 {
            continue;
        }
        for riff in [0, length.saturating_add(36), u32::MAX] {
            let mut file = whole.clone();
            file[4..8].copy_from_slice(&riff.to_le_bytes());
            file[40..44].copy_from_slice(&length.to_le_bytes());
            let facts = stage.probe(file).await.unwrap_or_else(|error| panic!("{length}, {riff}: {error:?}"));
            assert_eq!(facts.duration_ms, 1000, "{length}, {riff}");
        }
    }
    let mut none = whole[..44].to_vec();
    none[40..44].fill(0);
    none.extend(b"LIST\x04\0\0\0INFO");
    assert_eq!(stage.probe(none).await.unwrap_err().code, "no_audio", "there are only other chunks");
}

#[tokio::test]
async fn what_only_ffmpeg_reads_is_given_to_it() {
    let Some(program) = ffmpeg("what_only_ffmpeg_reads_is_given_to_it") else { return };
    let stage = Stage::with(|settings| settings.ffmpeg = Some(program));
    for (file, mime) in [("layer2.mp3", "audio/mpeg"), ("mulaw.mov", "video/quicktime")] {
        let facts = stage.declared(fixture(file), mime).await.unwrap_or_else(|error| panic!("{file}: {error:?}"));
        assert!((1400..2200).contains(&facts.duration_ms), "{file}: {} ms", facts.duration_ms);
    }
    // Something stands before the sound, and the first bytes say nothing.
    let late = [vec![7; 3000], fixture("layer2.mp3")].concat();
    assert!(stage.declared(late, "audio/mpeg").await.is_ok());
}

#[tokio::test]
async fn samples_without_a_head_are_what_their_type_says() {
    let stage = Stage::new();
    let sound = tone(440.0, 0.5, (1.0, 16_000));
    let big: Vec<u8> = sound.iter().flat_map(|sample| pcm(*sample).to_be_bytes()).collect();
    let facts = stage.declared(big.clone(), "audio/L16;rate=16000").await.unwrap();
    assert_eq!((facts.codec.as_str(), facts.sample_rate, facts.duration_ms), ("pcm_s16be", 16_000, 1000));
    let facts = stage.declared(big, "audio/L16; rate=8000; channels=2").await.unwrap();
    assert_eq!((facts.channels, facts.duration_ms), (2, 1000));
    let mulaw = fixture("mulaw.wav")[92..].to_vec();
    let facts = stage.declared(mulaw.clone(), "audio/basic").await.unwrap();
    assert_eq!((facts.codec.as_str(), facts.sample_rate, facts.channels), ("pcm_mulaw", 8000, 1));
    assert!(stage.declared(mulaw, "audio/L16;rate=0").await.is_err());
    // A head of its own is believed before the type.
    assert_eq!(stage.declared(fixture("tone.flac"), "audio/basic").await.unwrap().codec, "flac");
}
