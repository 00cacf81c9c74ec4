//! What listens: the engine that is configured, or the first that is usable, looked for anew each time.

use std::{num::NonZeroUsize, path::PathBuf, sync::Arc};

use async_trait::async_trait;
use hearken_config::{Settings, SpeechEngine};
use hearken_domain::{
    engine::{EngineError, EngineErrorKind},
    insight::Made,
    ports::Transcriber,
    speech::{Heard, SpeechTrack},
};
use hearken_speech_command::{CommandSettings, CommandTranscriber};
use hearken_speech_http::{HttpSettings, HttpTranscriber};
use hearken_speech_whisper::{WhisperEngine, WhisperSettings};

use crate::failure::{Failure, OrFail};

/// The model when none is named: the smallest that is of use for calls in any language.
pub(crate) const DEFAULT_MODEL: &str = "base";

/// An engine and the word for it in settings.
type Named = (&'static str, Arc<dyn Transcriber>);

/// The engine of the settings; `None`: nobody listens here.
pub(super) fn transcriber(settings: &Settings) -> Result<Option<Arc<dyn Transcriber>>, Failure> {
    Ok(match settings.speech.engine {
        SpeechEngine::None => None,
        SpeechEngine::Whisper => Some(whisper(settings)),
        SpeechEngine::Http => http(settings)?,
        SpeechEngine::Command => command(settings),
        SpeechEngine::Auto => Some(Arc::new(FirstUsable(by_name(settings)?))),
    })
}

/// Every engine that could be used, in the order in which it would be chosen: what somebody set up by hand comes first.
pub(crate) fn by_name(settings: &Settings) -> Result<Vec<Named>, Failure> {
    let http = http(settings)?.map(|engine| ("http", engine));
    let command = command(settings).map(|engine| ("command", engine));
    Ok(http.into_iter().chain(command).chain([("whisper", whisper(settings))]).collect())
}

/// Whether somebody could listen now.
pub(crate) enum Usable {
    /// Yes.
    Yes,
    /// No, and why.
    No(String),
}

/// Asks the engine of the settings.
pub(crate) async fn is_usable(settings: &Settings) -> Usable {
    match transcriber(settings) {
        Ok(Some(engine)) => match engine.check().await {
            Ok(()) => Usable::Yes,
            Err(error) => Usable::No(error.to_string()),
        },
        Ok(None) => Usable::No("speech.engine is none".to_owned()),
        Err(failure) => Usable::No(failure.to_string()),
    }
}

/// Where models are kept.
pub(crate) fn models(settings: &Settings) -> PathBuf {
    settings.server.data_dir.join("models")
}

fn whisper(settings: &Settings) -> Arc<dyn Transcriber> {
    Arc::new(WhisperEngine::new(WhisperSettings {
        model_dir: models(settings),
        model: settings.speech.whisper_model.clone().unwrap_or_else(|| DEFAULT_MODEL.to_owned()),
        threads: NonZeroUsize::new(settings.worker.concurrency),
    }))
}

fn http(settings: &Settings) -> Result<Option<Arc<dyn Transcriber>>, Failure> {
    let Some(server) = &settings.speech.http else { return Ok(None) };
    let settings = HttpSettings {
        model: server.model.clone(),
        api_key: server.api_key.clone(),
        ..HttpSettings::new(server.url.clone())
    };
    Ok(Some(Arc::new(HttpTranscriber::new(&settings).or_fail("speech.http cannot be used")?)))
}

fn command(settings: &Settings) -> Option<Arc<dyn Transcriber>> {
    let command = settings.speech.command.as_ref()?;
    // A folder of its own: what decodes recordings clears away what it does not know beside its own.
    let scratch = super::scratch(settings).join("programs");
    let environment = std::env::vars_os().collect();
    let settings =
        CommandSettings { environment, ..CommandSettings::new(command.program.clone(), command.args.clone(), scratch) };
    Some(Arc::new(CommandTranscriber::new(settings)))
}

/// The first engine that is usable at the moment. A model that is pulled, or a program that is installed, is found
/// without a restart.
struct FirstUsable(Vec<Named>);

impl FirstUsable {
    async fn choose(&self) -> Result<&dyn Transcriber, EngineError> {
        let mut reasons = Vec::new();
        let mut unreachable = None;
        for (name, engine) in &self.0 {
            match engine.check().await {
                Ok(()) => return Ok(engine),
                Err(error) if error.kind == EngineErrorKind::NotReady => reasons.push(format!("{name}: {error}")),
                // When nobody else is usable, one that is set up and does not answer is worth waiting for.
                Err(error) => unreachable = unreachable.or(Some(error)),
            }
        }
        Err(unreachable.unwrap_or_else(|| {
            let message = format!("no speech engine is usable ({})", reasons.join("; "));
            EngineError::new(EngineErrorKind::NotReady, "no_engine", message)
        }))
    }
}

#[async_trait]
impl Transcriber for FirstUsable {
    async fn check(&self) -> Result<(), EngineError> {
        self.choose().await.map(drop)
    }

    async fn transcribe(&self, track: &SpeechTrack, language: Option<&str>) -> Result<Made<Heard>, EngineError> {
        self.choose().await?.transcribe(track, language).await
    }
}
