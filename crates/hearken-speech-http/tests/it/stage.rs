//! A transcriber, a server, and a track between them.

use std::{error::Error, path::PathBuf};

use hearken_domain::{
    engine::EngineError,
    insight::Made,
    ports::Transcriber,
    speech::{Heard, Segment, SpeechTrack},
};
use hearken_speech_http::{HttpSettings, HttpTranscriber};
use tempfile::TempDir;
use url::Url;

use crate::sound::Sound;

/// A track's file, removed when this is dropped.
pub(crate) struct Recording {
    _folder: TempDir,
    pub(crate) track: SpeechTrack,
}

impl Recording {
    pub(crate) fn of(sound: &Sound) -> Self {
        let recording = Self::without_file();
        sound.write(&recording.track.wav);
        recording
    }

    pub(crate) fn without_file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let wav: PathBuf = folder.path().join("track.wav");
        Self { _folder: folder, track: SpeechTrack { channel: 0, wav } }
    }

    /// Three seconds with a burst from second 1 to 2.
    pub(crate) fn short() -> Self {
        let mut sound = Sound::new();
        sound.pause(100);
        sound.burst(100);
        sound.pause(100);
        Self::of(&sound)
    }
}

pub(crate) fn settings(url: &Url) -> HttpSettings {
    let _ = rustls::crypto::ring::default_provider().install_default();
    HttpSettings::new(url.clone())
}

pub(crate) async fn hear(settings: &HttpSettings, recording: &Recording) -> Result<Made<Heard>, EngineError> {
    HttpTranscriber::new(settings).unwrap().transcribe(&recording.track, None).await
}

/// Each segment's start, end and text.
pub(crate) fn brief(heard: &Heard) -> Vec<(u64, u64, &str)> {
    fn one(segment: &Segment) -> (u64, u64, &str) {
        (segment.start_ms, segment.end_ms, &segment.text)
    }
    heard.segments.iter().map(one).collect()
}

/// All that a log would show of an error.
pub(crate) fn shown(error: &EngineError) -> String {
    let causes = std::iter::successors(error.source(), |cause| (*cause).source());
    let shown = [format!("{error:?}"), error.to_string()].into_iter().chain(causes.map(ToString::to_string));
    shown.collect::<Vec<_>>().join(": ")
}
