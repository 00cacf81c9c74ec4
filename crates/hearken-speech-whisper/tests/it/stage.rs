//! A folder with a made model in it, and an engine over it.

use std::{num::NonZeroUsize, path::PathBuf};

use hearken_domain::{
    engine::EngineError,
    insight::Made,
    ports::Transcriber,
    speech::{Heard, Segment, SpeechTrack},
};
use hearken_speech_whisper::{WhisperEngine, WhisperSettings};
use tempfile::TempDir;

use crate::{
    made_model::MadeModel,
    made_track::{Stretch, track},
};

/// The folder is removed when this is dropped.
pub(crate) struct Stage {
    pub(crate) engine: WhisperEngine,
    pub(crate) dir: TempDir,
    name: &'static str,
}

impl Stage {
    /// An engine for a model of that name, which is not there.
    pub(crate) fn empty(name: &'static str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let threads = NonZeroUsize::new(2);
        let settings = WhisperSettings { model_dir: dir.path().join("models"), model: name.to_owned(), threads };
        Self { engine: WhisperEngine::new(settings), dir, name }
    }

    /// The same, with the model there.
    pub(crate) fn with(name: &'static str, model: &MadeModel) -> Self {
        let stage = Self::empty(name);
        model.write(&stage.folder());
        stage
    }

    /// The model's folder.
    pub(crate) fn folder(&self) -> PathBuf {
        self.dir.path().join("models").join(self.name)
    }

    /// A track of these stretches.
    pub(crate) fn track(&self, stretches: &[Stretch]) -> SpeechTrack {
        track(self.dir.path(), stretches)
    }

    /// What the engine says to it.
    pub(crate) async fn hear(&self, stretches: &[Stretch], language: Option<&str>) -> Result<Made<Heard>, EngineError> {
        self.engine.transcribe(&self.track(stretches), language).await
    }
}

/// Segments as start, end and text.
pub(crate) fn told(heard: &Heard) -> Vec<(u64, u64, &str)> {
    heard.segments.iter().map(|Segment { start_ms, end_ms, text, .. }| (*start_ms, *end_ms, text.as_str())).collect()
}
