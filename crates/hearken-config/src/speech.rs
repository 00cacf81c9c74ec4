//! `speech`: what transcribes recordings.

use std::path::PathBuf;

use crate::error::ConfigError;
use crate::form::{ANY_TEXT, Form, PATH, PLAIN_TEXT, choice};
use crate::http_engine::{HttpEngine, HttpEngineKeys};
use crate::merged::Merged;
use crate::page::Page;

const HTTP: HttpEngineKeys =
    HttpEngineKeys { url: "speech.http.url", model: "speech.http.model", api_key: "speech.http.api_key" };

const ENGINE: Form<SpeechEngine> = Form {
    accepted: "auto, whisper, http, command or none",
    example: "auto",
    parse: |text| choice(text, &SpeechEngine::ALL, SpeechEngine::as_str),
};

/// What transcribes, and each engine as far as it is configured.
#[derive(Debug, Clone)]
pub struct Speech {
    /// Which engine to use.
    pub engine: SpeechEngine,
    /// A transcription server; always there when `engine` is `Http`.
    pub http: Option<HttpEngine>,
    /// A program; always there when `engine` is `Command`.
    pub command: Option<CommandEngine>,
    /// The name or file of the Whisper model; none = the default one.
    pub whisper_model: Option<String>,
}

/// Which engine transcribes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpeechEngine {
    /// The first that is usable; while none is, recordings wait.
    Auto,
    /// The embedded one.
    Whisper,
    /// A server.
    Http,
    /// A program on this machine.
    Command,
    /// None: recordings are kept and served, not transcribed.
    None,
}

/// A program that transcribes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandEngine {
    /// A path, or a name to look up in `PATH`.
    pub program: PathBuf,
    /// What it is given, as it stands here.
    pub args: Vec<String>,
}

impl SpeechEngine {
    const ALL: [Self; 5] = [Self::Auto, Self::Whisper, Self::Http, Self::Command, Self::None];

    /// The word for it in settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Whisper => "whisper",
            Self::Http => "http",
            Self::Command => "command",
            Self::None => "none",
        }
    }
}

impl Speech {
    pub(crate) fn read(merged: &Merged) -> Result<Self, ConfigError> {
        let engine = merged.required("speech.engine", &ENGINE)?;
        let http = if engine == SpeechEngine::Http {
            Some(HttpEngine::read_needed(merged, &HTTP, "speech.engine")?)
        } else {
            HttpEngine::read(merged, &HTTP)?
        };
        let whisper_model = merged.optional("speech.whisper.model", &Form { example: "base.en", ..PLAIN_TEXT })?;
        Ok(Self { engine, http, command: CommandEngine::read(merged, engine)?, whisper_model })
    }

    pub(crate) fn print(&self, page: &mut Page) {
        page.text("speech.engine", self.engine.as_str());
        HttpEngine::print(self.http.as_ref(), &HTTP, page);
        page.optional("speech.command.program", self.command.as_ref().map(|command| command.program.display()));
        page.list("speech.command.args", self.command.iter().flat_map(|command| &command.args));
        page.optional("speech.whisper.model", self.whisper_model.as_ref());
    }
}

impl CommandEngine {
    fn read(merged: &Merged, engine: SpeechEngine) -> Result<Option<Self>, ConfigError> {
        let form = Form { example: "/usr/local/bin/transcribe", ..PATH };
        let args = merged.list("speech.command.args", &ANY_TEXT)?;
        let program = if engine == SpeechEngine::Command {
            Some(merged.needed("speech.command.program", &form, "speech.engine")?)
        } else if args.is_empty() {
            merged.optional("speech.command.program", &form)?
        } else {
            Some(merged.needed("speech.command.program", &form, "speech.command.args")?)
        };
        Ok(program.map(|program| Self { program, args }))
    }
}
