//! Models and tracks that are not there or not right.

use candle_core::{DType, Device, Tensor};
use hearken_domain::{
    engine::{EngineError, EngineErrorKind},
    ports::Transcriber,
    speech::SpeechTrack,
};
use hearken_speech_whisper::{WhisperEngine, WhisperSettings};

use crate::{
    made_model::MadeModel,
    made_track::{Stretch::Sound, wav},
    stage::{Stage, told},
};

/// From a file that is right to one that is not.
type Damage = fn(Vec<u8>) -> Vec<u8>;

const SCRIPT: [&str; 4] = ["0.00", " hello", "1.00", "<|endoftext|>"];

fn made() -> MadeModel {
    MadeModel::scripted(&SCRIPT)
}

fn is(error: &EngineError, kind: EngineErrorKind, code: &str) {
    assert_eq!((error.kind, error.code), (kind, code), "{error}");
}

#[tokio::test]
async fn a_model_that_is_not_there_is_waited_for_and_used_once_it_is() {
    let stage = Stage::empty("base.en");
    let checked = stage.engine.check().await.unwrap_err();
    is(&checked, EngineErrorKind::NotReady, "no_model");
    assert_eq!(checked.to_string(), "the Whisper model base.en is not there; `hearken models pull base.en` fetches it");
    is(&stage.hear(&[Sound(5)], None).await.unwrap_err(), EngineErrorKind::NotReady, "no_model");

    made().write(&stage.folder());
    std::fs::rename(stage.folder().join("tokenizer.json"), stage.folder().join("later")).unwrap();
    is(&stage.engine.check().await.unwrap_err(), EngineErrorKind::NotReady, "no_model");
    std::fs::rename(stage.folder().join("later"), stage.folder().join("tokenizer.json")).unwrap();
    stage.engine.check().await.unwrap();
    assert_eq!(told(&stage.hear(&[Sound(5)], None).await.unwrap().value), [(0, 1000, "hello")]);
}

#[tokio::test]
async fn a_model_may_be_a_folder_of_any_place() {
    let stage = Stage::empty("made.en");
    let elsewhere = stage.dir.path().join("elsewhere/own.en");
    made().write(&elsewhere);
    let model = elsewhere.to_str().unwrap().to_owned();
    let engine = WhisperEngine::new(WhisperSettings { model_dir: stage.folder(), model, threads: None });
    let made = engine.transcribe(&stage.track(&[Sound(5)]), None).await.unwrap();
    assert_eq!((made.by.as_str(), told(&made.value)), ("whisper (own.en)", vec![(0, 1000, "hello")]));
}

#[tokio::test]
async fn a_damaged_file_is_found_before_the_model_is_loaded_and_a_repaired_one_is_used() {
    let stage = Stage::with("made.en", &made());
    let damages: [(&str, Damage); 6] = [
        ("model.safetensors", |bytes| bytes[..bytes.len() - 1].to_vec()),
        ("model.safetensors", |bytes| bytes[..6].to_vec()),
        ("model.safetensors", |bytes| [&[0xff; 8][..], &bytes[8..]].concat()),
        ("model.safetensors", |bytes| [&bytes[..8], b"[", &bytes[9..]].concat()),
        ("config.json", |bytes| bytes[..bytes.len() - 1].to_vec()),
        ("config.json", |_| b"<html>not found</html>".to_vec()),
    ];
    for (file, damage) in damages {
        let path = stage.folder().join(file);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, damage(whole.clone())).unwrap();
        is(&stage.engine.check().await.unwrap_err(), EngineErrorKind::NotReady, "bad_model");
        is(&stage.hear(&[Sound(5)], None).await.unwrap_err(), EngineErrorKind::NotReady, "bad_model");
        std::fs::write(&path, whole).unwrap();
    }
    stage.engine.check().await.unwrap();
    assert_eq!(told(&stage.hear(&[Sound(5)], None).await.unwrap().value), [(0, 1000, "hello")]);
}

#[tokio::test]
async fn what_does_not_fit_together_is_no_model() {
    let bias = "model.decoder.layers.0.fc1.bias";
    let tensor = |numbers: usize, kind| Some(Tensor::zeros(numbers, kind, &Device::Cpu).unwrap());
    for tensor in [None, tensor(31, DType::F32), tensor(32, DType::I64)] {
        let mut model = made();
        model.set(bias, tensor);
        let stage = Stage::with("made.en", &model);
        let refused = stage.hear(&[Sound(5)], None).await;
        is(&refused.unwrap_err(), EngineErrorKind::NotReady, "bad_model");
    }
    let stage = Stage::with("made.en", &made());
    for words in ["{}", "{\"model\":{\"type\":\"BPE\",\"vocab\":{},\"merges\":[]}}"] {
        std::fs::write(stage.folder().join("tokenizer.json"), words).unwrap();
        is(&stage.hear(&[Sound(5)], None).await.unwrap_err(), EngineErrorKind::NotReady, "bad_model");
    }
}

#[tokio::test]
async fn numbers_that_are_none_give_no_text() {
    let mut model = made();
    let name = "model.decoder.layer_norm.bias";
    model.set(name, Some(Tensor::full(f32::NAN, 64, &Device::Cpu).unwrap()));
    let stage = Stage::with("made.en", &model);
    is(&stage.hear(&[Sound(5)], None).await.unwrap_err(), EngineErrorKind::Nonsense, "whisper_failed");
}

#[tokio::test]
async fn a_track_that_is_none_is_refused_and_one_that_is_gone_may_come_back() {
    let stage = Stage::with("made.en", &made());
    let dir = stage.dir.path();
    let samples = vec![0; 16_000];
    let text = dir.join("text.wav");
    std::fs::write(&text, "RIFF, but nothing else").unwrap();
    let wavs = [
        wav(dir, (2, 16_000, 16), &samples),
        wav(dir, (1, 8_000, 16), &samples),
        wav(dir, (1, 16_000, 24), &samples),
        text,
    ];
    for path in wavs {
        let refused = stage.engine.transcribe(&SpeechTrack { channel: 0, wav: path.clone() }, None).await;
        is(&refused.unwrap_err(), EngineErrorKind::Refused, "bad_track");
    }
    let gone = SpeechTrack { channel: 0, wav: dir.join("gone.wav") };
    let error = stage.engine.transcribe(&gone, None).await.unwrap_err();
    is(&error, EngineErrorKind::Unavailable { retry_after: None }, "track_unreadable");
    assert!(!error.to_string().contains("gone.wav"));
}
