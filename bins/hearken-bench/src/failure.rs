//! How the bench says that it could not measure: one line on standard error, with the causes.

use std::{error::Error, fmt, process::ExitCode};

/// Why something could not be measured.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Failure {
    /// Something went wrong, and why.
    pub(crate) fn new(what: impl Into<String>, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { what: what.into(), source: Some(source.into()) }
    }

    /// Something is wrong.
    pub(crate) fn plain(what: impl Into<String>) -> Self {
        Self { what: what.into(), source: None }
    }

    /// Prints it.
    pub(crate) fn report(&self) -> ExitCode {
        eprintln!("hearken-bench: {self}");
        ExitCode::FAILURE
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        let first = self.source.as_deref().map(|error| error as &(dyn Error + 'static));
        for cause in std::iter::successors(first, |&error| error.source()) {
            write!(f, ": {cause}")?;
        }
        Ok(())
    }
}

/// `Result` with a sentence for the failure.
pub(crate) trait OrFail<T> {
    /// Says what failed.
    fn or_fail(self, what: impl Into<String>) -> Result<T, Failure>;
}

impl<T, E: Into<Box<dyn Error + Send + Sync>>> OrFail<T> for Result<T, E> {
    fn or_fail(self, what: impl Into<String>) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(what, error))
    }
}
