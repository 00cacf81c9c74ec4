//! Calls that are given up: nothing of them is left, and no decoder goes on.

use std::{fs, future::poll_fn, os::unix::fs::PermissionsExt, task::Poll};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use hearken_media_symphonia::SymphoniaProbe;

use crate::{
    recordings::{fixture, tone, wav},
    stage::{Stage, settings},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_call_dropped_while_it_decodes_leaves_nothing() {
    let stage = Stage::new();
    // Long enough that it is never done before it is dropped.
    let recording = wav(48_000, &[tone(440.0, 0.5, (120.0, 48_000)), tone(1000.0, 0.5, (120.0, 48_000))]);
    let mut call = Box::pin(stage.speech(recording));
    poll_fn(|context| {
        assert!(call.as_mut().poll(context).is_pending(), "it was done before it could be dropped");
        if stage.left().is_empty() {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    })
    .await;
    drop(call);
    stage.cleared().await;
}

#[tokio::test]
async fn a_call_dropped_while_the_recording_comes_leaves_nothing() {
    let stage = Stage::new();
    let endless = stream::iter([Ok(Bytes::from(fixture("tone.mp3")))]).chain(stream::pending()).boxed();
    let call = stage.speech_of(endless);
    tokio::select! {
        biased;
        _ = call => panic!("the recording never ends"),
        () = tokio::task::yield_now() => {}
    }
    assert!(stage.left().is_empty());
}

#[tokio::test]
async fn what_an_ended_process_left_is_removed_at_the_next_start_and_nothing_else() {
    let stage = Stage::new();
    let held = stage.speech(fixture("tone.mp3")).await.unwrap();
    let left = stage.scratch().join("speech-left");
    fs::create_dir(&left).unwrap();
    fs::write(left.join("lock"), "").unwrap();
    fs::write(left.join("0.wav"), "").unwrap();
    let strange = stage.scratch().join("somebody-elses");
    fs::create_dir(&strange).unwrap();
    SymphoniaProbe::new(settings(stage.scratch().parent().unwrap())).unwrap();
    assert!(!left.exists());
    assert!(strange.is_dir() && held.tracks[0].wav.is_file());
}

#[tokio::test]
async fn the_scratch_folder_is_for_this_user_only() {
    let stage = Stage::new();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&stage.scratch()), 0o700);
    let speech = stage.speech(fixture("tone.mp3")).await.unwrap();
    assert_eq!(mode(speech.tracks[0].wav.parent().unwrap()), 0o700);
    fs::remove_dir_all(stage.scratch()).unwrap();
    assert_eq!(stage.probe(fixture("tone.mp3")).await.unwrap_err().code, "scratch_unavailable");
}
