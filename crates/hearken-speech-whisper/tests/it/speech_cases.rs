//! Whatever the model says: languages, any text of a random model, calls at the same time, and calls that are given up.

use std::{future::poll_fn, pin::pin, task::Poll};

use candle_core::DType;
use hearken_domain::ports::Transcriber;

use crate::{
    made_model::MadeModel,
    made_track::Stretch::{Silence, Sound},
    stage::{Stage, told},
};

const SAYS: [&str; 6] = ["<|transcribe|>", "0.00", " thank", " you", "3.00", "<|endoftext|>"];

#[tokio::test]
async fn a_wished_language_is_taken_and_another_is_found_out() {
    // The first place says which language it is.
    let stage = Stage::with("made", &MadeModel::scripted(&[&["<|de|>"][..], &SAYS].concat()));
    for (wished, language) in [(Some("fr-CA"), "fr"), (None, "de"), (Some("tlh"), "de"), (Some("de"), "de")] {
        let made = stage.hear(&[Sound(5)], wished).await.unwrap();
        assert_eq!(made.value.language.as_deref(), Some(language), "{wished:?}");
        assert_eq!(told(&made.value), [(0, 3000, "thank you")]);
    }
    assert_eq!(stage.hear(&[Silence(5)], None).await.unwrap().value.language, None);
}

#[tokio::test]
async fn an_english_model_is_asked_for_no_language() {
    // Its prompt is one token: the script starts at the first place.
    let stage = Stage::with("made.en", &MadeModel::scripted(&SAYS[1..]));
    let made = stage.hear(&[Sound(5)], Some("de")).await.unwrap();
    assert_eq!((told(&made.value), made.value.language.as_deref()), (vec![(0, 3000, "thank you")], Some("en")));
    assert_eq!(made.by, "whisper (made.en)");
}

#[tokio::test]
async fn half_precision_says_the_same() {
    let stage = Stage::empty("made.en");
    MadeModel::scripted(&SAYS[1..]).write_as(&stage.folder(), DType::F16);
    assert_eq!(told(&stage.hear(&[Sound(5)], None).await.unwrap().value), [(0, 3000, "thank you")]);
}

#[tokio::test]
async fn a_text_without_end_ends() {
    // After its script the model says its last word again and again, however it is asked.
    let stage = Stage::with("made.en", &MadeModel::scripted(&["0.00", " hello"]));
    let made = stage.hear(&[Sound(31)], None).await.unwrap();
    assert!(!made.value.segments.is_empty());
    assert!(made.value.segments.iter().all(|segment| segment.end_ms <= 31_000 && segment.text.len() < 224 * 6));
}

#[tokio::test]
async fn any_text_is_in_order_within_the_track_and_the_same_again() {
    let stage = Stage::with("made", &MadeModel::random());
    let track = stage.track(&[Sound(40), Silence(8), Sound(20)]);
    let made = stage.engine.transcribe(&track, None).await.unwrap();
    let segments = &made.value.segments;
    assert!(!segments.is_empty());
    assert!(segments.is_sorted_by_key(|segment| segment.start_ms));
    for segment in segments {
        assert!(segment.start_ms < segment.end_ms && segment.end_ms <= 68_000, "{segment:?}");
        assert!(!segment.text.is_empty() && segment.text == segment.text.trim());
    }
    // Twice at a time, and as the first time.
    let (one, other) = tokio::join!(stage.engine.transcribe(&track, None), stage.engine.transcribe(&track, None));
    assert_eq!(one.unwrap(), made);
    assert_eq!(other.unwrap(), made);
}

#[tokio::test]
async fn a_call_that_is_given_up_leaves_the_engine_to_others() {
    let stage = Stage::with("made.en", &MadeModel::scripted(&SAYS[1..]));
    let long = stage.track(&[Sound(300)]);
    for polls in 1..6 {
        let mut call = pin!(stage.engine.transcribe(&long, None));
        let mut polled = 0;
        poll_fn(|context| {
            polled += 1;
            match call.as_mut().poll(context) {
                Poll::Ready(_) => panic!("300 s were heard in {polled} steps"),
                Poll::Pending if polled == polls => Poll::Ready(()),
                Poll::Pending => Poll::Pending,
            }
        })
        .await;
    }
    assert_eq!(told(&stage.hear(&[Sound(5)], None).await.unwrap().value), [(0, 3000, "thank you")]);
}
