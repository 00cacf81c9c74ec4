//! What an engine's failure means, whichever engine it is: a probe, a transcriber or an analyser.

use std::{error::Error, time::Duration};

/// Why an engine gave no result.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct EngineError {
    /// What to do about it.
    pub kind: EngineErrorKind,
    /// Stable, for programs, such as `unsupported_codec`; shown in `processing_error`.
    pub code: &'static str,
    /// For people: a sentence part without a full stop. No address, no secret, nothing of the recording's content.
    pub message: String,
    /// The cause, for the log.
    #[source]
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

/// The closed set of meanings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineErrorKind {
    /// It is not set up: a model file or a program is missing. The work waits, uncounted, until it is.
    NotReady,
    /// It cannot now: the same call may succeed later, not before this span where the engine named one.
    Unavailable {
        /// How long to leave it alone.
        retry_after: Option<Duration>,
    },
    /// It answered with something that is no answer: a few more tries may help.
    Nonsense,
    /// It will never do this: the recording cannot be read, the request is refused.
    Refused,
}

impl EngineError {
    /// An error without a cause to log.
    pub fn new(kind: EngineErrorKind, code: &'static str, message: impl Into<String>) -> Self {
        Self { kind, code, message: message.into(), source: None }
    }

    /// Adds the cause.
    #[must_use]
    pub fn caused_by(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }
}
