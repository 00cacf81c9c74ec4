//! A probe with a scratch folder of its own, and a look at what is left in that.

use std::{
    fs,
    path::{Path, PathBuf},
};

use hearken_domain::{
    engine::EngineError,
    ports::{ByteStream, MediaProbe},
    speech::{MediaFacts, SpeechAudio},
};
use hearken_media_symphonia::{ChildCommand, ProbeLimits, ProbeSettings, SymphoniaProbe};
use tempfile::TempDir;

use crate::recordings::stream;

/// Removed when it is dropped.
pub(crate) struct Stage {
    pub(crate) probe: SymphoniaProbe,
    scratch: TempDir,
}

/// What the stages of most tests have: no `ffmpeg`.
pub(crate) fn settings(scratch: &Path) -> ProbeSettings {
    ProbeSettings {
        scratch: scratch.join("scratch"),
        ffmpeg: None,
        child: ChildCommand { program: PathBuf::from(env!("CARGO_BIN_EXE_hearken-media-child")), args: Vec::new() },
        limits: ProbeLimits::default(),
    }
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut ProbeSettings)) -> Self {
        let scratch = TempDir::new().unwrap();
        let mut settings = settings(scratch.path());
        change(&mut settings);
        Self { probe: SymphoniaProbe::new(settings).unwrap(), scratch }
    }

    /// As a file of this type.
    pub(crate) async fn declared(&self, recording: Vec<u8>, mime: &str) -> Result<MediaFacts, EngineError> {
        self.probe.probe(stream(recording), &mime.parse().unwrap()).await
    }

    pub(crate) async fn probe(&self, recording: Vec<u8>) -> Result<MediaFacts, EngineError> {
        self.probe.probe(stream(recording), &mime::APPLICATION_OCTET_STREAM).await
    }

    pub(crate) async fn speech(&self, recording: Vec<u8>) -> Result<SpeechAudio, EngineError> {
        self.probe.speech(stream(recording), &mime::APPLICATION_OCTET_STREAM).await
    }

    pub(crate) async fn speech_of(&self, recording: ByteStream) -> Result<SpeechAudio, EngineError> {
        self.probe.speech(recording, &mime::APPLICATION_OCTET_STREAM).await
    }

    pub(crate) fn scratch(&self) -> PathBuf {
        self.scratch.path().join("scratch")
    }

    /// What lies in the scratch folder.
    pub(crate) fn left(&self) -> Vec<PathBuf> {
        fs::read_dir(self.scratch()).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    /// Waits until nothing does.
    pub(crate) async fn cleared(&self) {
        while !self.left().is_empty() {
            tokio::task::yield_now().await;
        }
    }
}

/// `ffmpeg` where this machine has it; otherwise the test says that it is skipped, or fails where programs are required.
pub(crate) fn ffmpeg(test: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join("ffmpeg")).find(|program| program.is_file());
    if found.is_none() {
        assert!(std::env::var_os("HEARKEN_REQUIRE_PROGRAMS").is_none(), "{test}: needs ffmpeg");
        println!("skipped: {test}: needs ffmpeg");
    }
    found
}
