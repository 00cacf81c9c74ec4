//! What can go wrong in the engine, and the one place that says it in the words of the port.

use hearken_domain::engine::{EngineError, EngineErrorKind};

use crate::folder::ModelFolder;

/// Why there is no transcript.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WhisperError {
    /// Files of the model are not there.
    #[error("a file of the model is not there")]
    NoModel,
    /// A file of the model is not what it should be.
    #[error("the model's {file} cannot be used: {why}")]
    BadModel {
        /// Its name, without the folder.
        file: &'static str,
        /// A sentence part.
        why: String,
    },
    /// The track cannot be read now.
    #[error("the track could not be read")]
    Track(#[source] std::io::Error),
    /// The track is not what a transcriber listens to.
    #[error("the track is not 16-bit mono WAV of 16 kHz: {0}")]
    NotATrack(&'static str),
    /// The network failed on this sound.
    #[error("the Whisper model failed")]
    Network(#[from] candle_core::Error),
    /// The network's numbers are no numbers.
    #[error("the Whisper model gave no usable probabilities")]
    NoProbabilities,
    /// The call was dropped: nobody is there to hear of it.
    #[error("the transcription was given up")]
    Stopped,
    /// The machine gives no threads.
    #[error("no threads could be started")]
    Threads(#[source] rayon::ThreadPoolBuildError),
    /// A defect, in the engine or below it.
    #[error("the Whisper engine broke down")]
    Broke(#[source] tokio::task::JoinError),
}

impl WhisperError {
    /// A file of the model that is not what it should be.
    pub(crate) fn bad(file: &'static str, why: impl std::fmt::Display) -> Self {
        Self::BadModel { file, why: why.to_string() }
    }
}

/// The same in the words of the port. One match, so that a new error cannot be forgotten.
pub(crate) fn told(error: WhisperError, folder: &ModelFolder) -> EngineError {
    let (model, advice) = (folder.name(), folder.advice());
    match &error {
        WhisperError::NoModel => EngineError::new(
            EngineErrorKind::NotReady,
            "no_model",
            format!("the Whisper model {model} is not there; {advice}"),
        ),
        WhisperError::BadModel { .. } => EngineError::new(
            EngineErrorKind::NotReady,
            "bad_model",
            format!("the Whisper model {model} is damaged or none that can be used; {advice}"),
        )
        .caused_by(error),
        WhisperError::Track(_) => EngineError::new(
            EngineErrorKind::Unavailable { retry_after: None },
            "track_unreadable",
            "the decoded recording could not be read",
        )
        .caused_by(error),
        WhisperError::NotATrack(_) => {
            EngineError::new(EngineErrorKind::Refused, "bad_track", "the decoded recording is no speech track")
                .caused_by(error)
        }
        WhisperError::Network(_) | WhisperError::NoProbabilities | WhisperError::Broke(_) => EngineError::new(
            EngineErrorKind::Nonsense,
            "whisper_failed",
            format!("the Whisper model {model} failed on this recording"),
        )
        .caused_by(error),
        WhisperError::Threads(_) => EngineError::new(
            EngineErrorKind::Unavailable { retry_after: None },
            "no_threads",
            "the machine has no threads left for the Whisper model",
        )
        .caused_by(error),
        WhisperError::Stopped => EngineError::new(
            EngineErrorKind::Unavailable { retry_after: None },
            "stopped",
            "the transcription was given up",
        ),
    }
}
