//! The one thing that can go wrong here, in the words of the port.

use hearken_domain::engine::{EngineError, EngineErrorKind};
use tokio::task::JoinError;

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
enum LocalError {
    /// A defect of this crate: the work panicked.
    #[error("the embedded analyser broke on this conversation")]
    Broke,
    /// The process is shutting down and takes no more work.
    #[error("the embedded analyser was stopped before it had finished")]
    Stopped,
}

/// The work did not come to its end. What a panic says may quote the conversation, so it is not passed on.
pub(crate) fn unfinished(error: JoinError) -> EngineError {
    let (error, kind, code) = if error.is_panic() {
        (LocalError::Broke, EngineErrorKind::Refused, "analyser_failed")
    } else {
        (LocalError::Stopped, EngineErrorKind::Unavailable { retry_after: None }, "analyser_stopped")
    };
    EngineError::new(kind, code, error.to_string())
}
