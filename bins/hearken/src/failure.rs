//! How a command says that it failed: one line on standard error, with the causes.

use std::{error::Error, fmt, process::ExitCode};

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    source: Option<Box<dyn Error + Send + Sync>>,
    usage: bool,
}

impl Failure {
    /// Something went wrong, and why.
    pub(crate) fn new(what: impl Into<String>, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { what: what.into(), source: Some(source.into()), usage: false }
    }

    /// Something is wrong.
    pub(crate) fn plain(what: impl Into<String>) -> Self {
        Self { what: what.into(), source: None, usage: false }
    }

    /// The command line is wrong.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self { what: what.into(), source: None, usage: true }
    }

    /// Prints it. Status 2 for wrong usage, else 1.
    pub(crate) fn report(&self) -> ExitCode {
        eprintln!("hearken: {self}");
        ExitCode::from(if self.usage { 2 } else { 1 })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = self.what.clone();
        let first = self.source.as_deref().map(|error| error as &(dyn Error + 'static));
        for cause in std::iter::successors(first, |&error| error.source()) {
            let text = cause.to_string();
            // Some errors repeat their cause; once is enough.
            if !line.ends_with(&text) {
                line = format!("{line}: {text}");
            }
        }
        f.write_str(&line)
    }
}

/// `Result` with a sentence for the failure.
pub(crate) trait OrFail<T> {
    /// Says what failed.
    fn or_fail(self, what: impl Into<String>) -> Result<T, Failure>;

    /// Says which option was given wrong.
    fn or_usage(self, option: &str) -> Result<T, Failure>;
}

impl<T, E: Into<Box<dyn Error + Send + Sync>>> OrFail<T> for Result<T, E> {
    fn or_fail(self, what: impl Into<String>) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(what, error))
    }

    fn or_usage(self, option: &str) -> Result<T, Failure> {
        self.map_err(|error| Failure { usage: true, ..Failure::new(option, error) })
    }
}
