//! The port.

use std::{ffi::OsString, path::PathBuf, time::Duration};

use async_trait::async_trait;
use hearken_domain::{
    engine::EngineError,
    insight::Made,
    ports::Transcriber,
    speech::{Heard, SpeechTrack},
};

use crate::{
    arguments::{self, Filling},
    error::Fault,
    output,
    place::Place,
    program,
    run::{Run, bounded},
    settings::{CommandSettings, PASSED_ON},
    track,
};

/// Transcribes with a program of this machine.
#[derive(Debug)]
pub struct CommandTranscriber {
    settings: CommandSettings,
}

impl CommandTranscriber {
    /// Prepares it; the program is not looked for yet. Of the environment only [`PASSED_ON`] is kept.
    pub fn new(mut settings: CommandSettings) -> Self {
        settings.environment.retain(|(name, _)| PASSED_ON.iter().any(|passed| name == passed));
        Self { settings }
    }

    fn program(&self) -> Result<PathBuf, Fault> {
        let path = self.settings.environment.iter().find(|(name, _)| name == "PATH").map(|(_, value)| value);
        program::find(&self.settings.program, path.map(OsString::as_os_str))
    }

    async fn heard(&self, track: &SpeechTrack, language: Option<&str>) -> Result<Heard, Fault> {
        let program = self.program()?;
        let length_ms = track::millis(&track.wav)?;
        let place = Place::make(&self.settings.scratch)?;
        let output = self.run(program, &place, (track, length_ms), language).output().await?;
        let written = if arguments::name_the_output(&self.settings.args) { place.written() } else { None };
        let output = match written {
            Some(path) => {
                let file = tokio::fs::File::open(path).await.map_err(Fault::Output)?;
                bounded(file, self.settings.max_output_bytes).await?
            }
            None => output,
        };
        output::heard(&String::from_utf8_lossy(&output), length_ms)
    }

    fn run(&self, program: PathBuf, place: &Place, track: (&SpeechTrack, u64), language: Option<&str>) -> Run {
        let (track, length_ms) = track;
        let CommandSettings { args, environment, timeout_factor, grace, max_output_bytes, .. } = &self.settings;
        // The program runs in another folder.
        let wav = std::path::absolute(&track.wav).unwrap_or_else(|_| track.wav.clone());
        let language = arguments::language(language);
        let filling = Filling { wav: &wav, language: &language, output: &place.output() };
        Run {
            program,
            args: arguments::filled(args, &filling),
            environment: environment.clone(),
            folder: place.folder().to_owned(),
            most: grace.saturating_add(Duration::from_millis(length_ms).saturating_mul(*timeout_factor)),
            most_bytes: *max_output_bytes,
            stdin: (!arguments::name_the_track(args)).then_some(wav),
        }
    }
}

#[async_trait]
impl Transcriber for CommandTranscriber {
    async fn check(&self) -> Result<(), EngineError> {
        self.program()?;
        Ok(())
    }

    async fn transcribe(&self, track: &SpeechTrack, language: Option<&str>) -> Result<Made<Heard>, EngineError> {
        let heard = self.heard(track, language).await?;
        Ok(Made { by: format!("command ({})", program::name(&self.settings.program)), value: heard })
    }
}
