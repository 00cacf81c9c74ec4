//! The port.

use async_trait::async_trait;
use hearken_domain::{
    engine::EngineError,
    insight::Made,
    ports::Transcriber,
    speech::{Heard, SpeechTrack},
};

use crate::{
    hearing::{Hearing, LEAST, blocking},
    language,
    server::Server,
    settings::HttpSettings,
    track::{FRAME, HEADER_BYTES, SAMPLE_BYTES, SECOND, Track},
};

/// What the rest of a request needs beside the samples: the form's fields and the file's header.
const FORM_BYTES: u64 = 4096 + HEADER_BYTES;

/// Transcribes with an OpenAI-compatible server.
#[derive(Debug)]
pub struct HttpTranscriber {
    server: Server,
    /// The most samples in a piece.
    limit: u64,
}

impl HttpTranscriber {
    /// Prepares it; nothing is sent yet. `NotReady` when the key has characters that no key has, or the system's
    /// certificates cannot be read for an `https:` server. The process must have a default TLS provider installed.
    pub fn new(settings: &HttpSettings) -> Result<Self, EngineError> {
        let by_bytes = settings.max_upload_bytes.saturating_sub(FORM_BYTES) / SAMPLE_BYTES;
        let by_time = settings.max_piece.as_secs().saturating_mul(SECOND);
        Ok(Self { server: Server::new(settings)?, limit: (by_bytes.min(by_time) / FRAME * FRAME).max(LEAST) })
    }
}

#[async_trait]
impl Transcriber for HttpTranscriber {
    async fn check(&self) -> Result<(), EngineError> {
        Ok(self.server.look().await?)
    }

    async fn transcribe(&self, track: &SpeechTrack, language: Option<&str>) -> Result<Made<Heard>, EngineError> {
        let path = track.wav.clone();
        let track = blocking(move || Track::open(&path)).await?;
        let language = language.and_then(language::wished);
        let heard = Hearing { server: &self.server, track, language, limit: self.limit }.whole().await?;
        Ok(Made { by: format!("http ({})", self.server.model()), value: heard })
    }
}
