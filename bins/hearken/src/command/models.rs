//! `hearken models`: the Whisper models that can be fetched, and those that are there.

use std::io::{IsTerminal, Write};

use hearken_config::Settings;
use hearken_speech_whisper::{KnownModel, ModelHost, PUBLIC_HOST, catalogue, known, pull};
use serde::Serialize;

use crate::{
    cli::Models,
    engines::speech::{DEFAULT_MODEL, models},
    failure::{Failure, OrFail},
    output::Format,
};

/// A model.
#[derive(Serialize)]
struct ModelView {
    name: &'static str,
    megabytes: u64,
    multilingual: bool,
    is_there: bool,
    path: String,
}

impl ModelView {
    fn of(model: &KnownModel, settings: &Settings) -> Self {
        let folder = model.folder(&models(settings));
        Self {
            name: model.name,
            megabytes: model.size() / 1_000_000,
            multilingual: model.is_multilingual,
            is_there: folder.missing().is_empty(),
            path: folder.path().display().to_string(),
        }
    }

    fn line(&self) -> String {
        let languages = if self.multilingual { "many languages" } else { "English" };
        let there = if self.is_there { self.path.as_str() } else { "not there" };
        format!("{:<16}  {:>5} MB  {languages:<14}  {there}", self.name, self.megabytes)
    }
}

pub(crate) async fn run(settings: &Settings, command: Models, format: Format) -> Result<(), Failure> {
    match command {
        Models::List => {
            let all: Vec<ModelView> = catalogue().iter().map(|model| ModelView::of(model, settings)).collect();
            format.many(&all, ModelView::line)
        }
        Models::Pull { model, from } => {
            let name = model.unwrap_or_else(|| configured(settings));
            let model = find(&name)?;
            let host = ModelHost::new(from.as_deref().unwrap_or(PUBLIC_HOST)).or_usage("--from")?;
            let progress = Progress::new(&name);
            let pulled = pull(model, &host, &models(settings), &|done, total| progress.tell(done, total)).await;
            progress.end();
            pulled.or_fail(format!("the model {name} was not fetched"))?;
            format.one(&ModelView::of(model, settings), ModelView::line)
        }
        Models::Path { model } => {
            let name = model.unwrap_or_else(|| configured(settings));
            format.one(&ModelView::of(find(&name)?, settings), |model| model.path.clone())
        }
    }
}

fn configured(settings: &Settings) -> String {
    settings.speech.whisper_model.clone().unwrap_or_else(|| DEFAULT_MODEL.to_owned())
}

fn find(name: &str) -> Result<&'static KnownModel, Failure> {
    known(name).ok_or_else(|| {
        let names = catalogue().iter().map(|model| model.name).collect::<Vec<_>>().join(", ");
        Failure::usage(format!("there is no model {name} to fetch; there are {names}"))
    })
}

/// How far a fetch is: one line that is written over, where somebody looks.
struct Progress {
    name: String,
    is_watched: bool,
}

impl Progress {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), is_watched: std::io::stderr().is_terminal() }
    }

    fn tell(&self, done: u64, total: u64) {
        if !self.is_watched {
            return;
        }
        let filled = usize::try_from(30 * done / total.max(1)).unwrap_or(30).min(30);
        let bar = format!("{}{}", "█".repeat(filled), "░".repeat(30 - filled));
        let (done, total) = (done / 1_000_000, total / 1_000_000);
        // Nobody looks any more when it cannot be written.
        let _ = write!(std::io::stderr(), "\r{}  {bar}  {done} of {total} MB ", self.name);
    }

    fn end(&self) {
        if self.is_watched {
            eprintln!();
        }
    }
}
