//! A transcriber whose program is a piece of shell, and a track for it.

use std::{ffi::OsString, fs, path::PathBuf, time::Duration};

use hearken_domain::{
    engine::EngineError,
    insight::Made,
    ports::Transcriber,
    speech::{Heard, SpeechTrack},
};
use hearken_speech_command::{CommandSettings, CommandTranscriber};
use tempfile::TempDir;

use crate::wav;

/// A folder with a track of ten seconds, and another for the runs.
pub(crate) struct Stage {
    pub(crate) folder: TempDir,
    pub(crate) track: SpeechTrack,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let track = SpeechTrack { channel: 0, wav: folder.path().join("track.wav") };
        wav::write(&track.wav, &vec![0; 10 * wav::RATE as usize]);
        Self { folder, track }
    }

    pub(crate) fn scratch(&self) -> PathBuf {
        self.folder.path().join("scratch")
    }

    /// With this program, which gets what a service would have in its environment.
    pub(crate) fn settings(&self, program: &str, args: &[&str]) -> CommandSettings {
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        let mut settings = CommandSettings::new(program.into(), args, self.scratch());
        let secret = ("HEARKEN_KEY".into(), "secret".into());
        let home = ("HOME".into(), self.folder.path().into());
        settings.environment = vec![path(), home, secret];
        // What nothing but a hang takes, on whatever machine.
        settings.grace = Duration::from_mins(5);
        settings
    }

    /// With a piece of shell as the program; `$1` and on are what `args` say.
    pub(crate) fn shell(&self, script: &str, args: &[&str]) -> CommandSettings {
        self.settings("sh", &[&["-c", script, "sh"], args].concat())
    }

    pub(crate) async fn hear(&self, settings: CommandSettings) -> Result<Made<Heard>, EngineError> {
        self.hear_in(settings, None).await
    }

    pub(crate) async fn hear_in(
        &self,
        settings: CommandSettings,
        language: Option<&str>,
    ) -> Result<Made<Heard>, EngineError> {
        let outcome = CommandTranscriber::new(settings).transcribe(&self.track, language).await;
        let left = fs::read_dir(self.scratch()).map_or(0, Iterator::count);
        assert_eq!(left, 0, "a run's folder is removed");
        outcome
    }

    /// What a piece of shell prints, as the one segment that it makes.
    pub(crate) async fn printed(&self, script: &str, args: &[&str]) -> String {
        let heard = self.hear_in(self.shell(script, args), Some("de-CH")).await.unwrap().value;
        assert_eq!(heard.segments.len(), 1, "{heard:?}");
        heard.segments[0].text.clone()
    }
}

/// Where the tests' own programs are.
pub(crate) fn path() -> (OsString, OsString) {
    ("PATH".into(), std::env::var_os("PATH").unwrap())
}
