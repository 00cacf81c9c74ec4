//! What goes wrong with a server or a track, and the one mapping of it into the port's error.

use std::{io, time::Duration};

use hearken_domain::engine::{EngineError, EngineErrorKind};
use http::StatusCode;

/// A failure. None shows an address, or a text of the server other than a code.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("the client for the speech server cannot be set up")]
    Setup(#[source] reqwest::Error),
    #[error("the api key has characters that no header field may have")]
    Key,
    #[error("the track cannot be read")]
    Reading(#[source] io::Error),
    #[error("the track is no wav file of 16 bits, one channel and 16 kHz: {0}")]
    Track(&'static str),
    #[error("no answer of the speech server")]
    Transport(#[source] reqwest::Error),
    #[error("the speech server answered {}, code {}", .0.status.as_u16(), .0.code.as_deref().unwrap_or("none"))]
    Status(Refusal),
    #[error("the speech server's answer is longer than {0} bytes")]
    Endless(usize),
    #[error("the speech server's answer is no json: wrong at line {line}, column {column}")]
    NoJson { line: usize, column: usize },
    #[error("the speech server's answer has neither text nor segments")]
    NoText,
    #[error("the speech server takes no piece of {0} seconds")]
    TooLarge(u64),
}

/// An answer other than success.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    /// How long the server asks to be left alone.
    pub(crate) retry_after: Option<Duration>,
    /// The server's own name for what is wrong, where it has the form of a name.
    pub(crate) code: Option<String>,
}

impl Fault {
    /// An error of the client, without the address that it would show.
    pub(crate) fn transport(error: reqwest::Error) -> Self {
        Self::Transport(error.without_url())
    }

    /// Whether not even a connection could be made.
    pub(crate) fn is_of_the_connection(&self) -> bool {
        matches!(self, Self::Transport(error) if error.is_connect())
    }

    fn meaning(&self) -> (EngineErrorKind, &'static str, &'static str) {
        use EngineErrorKind::{Nonsense, NotReady, Refused};
        const LATER: EngineErrorKind = EngineErrorKind::Unavailable { retry_after: None };
        match self {
            Self::Setup(_) => (NotReady, "speech_setup", "the connection to the speech server cannot be set up"),
            Self::Key => (NotReady, "speech_unauthorized", "the speech server's key has characters that no key has"),
            Self::Reading(_) => (LATER, "speech_track", "the decoded recording cannot be read just now"),
            Self::Track(_) => (Nonsense, "speech_track", "the decoded recording has not the form that was agreed on"),
            Self::Transport(error) if error.is_timeout() => {
                (LATER, "speech_unavailable", "the speech server did not answer in time")
            }
            Self::Transport(_) => (LATER, "speech_unavailable", "the speech server cannot be reached or broke off"),
            Self::Status(refusal) => of_status(refusal),
            Self::Endless(_) | Self::NoJson { .. } | Self::NoText => {
                (Nonsense, "speech_bad_answer", "the speech server answered with something that is no transcript")
            }
            Self::TooLarge(_) => {
                (Refused, "speech_too_large", "the speech server takes not even short pieces of the recording")
            }
        }
    }
}

fn of_status(refusal: &Refusal) -> (EngineErrorKind, &'static str, &'static str) {
    use EngineErrorKind::{NotReady, Refused};
    let later = EngineErrorKind::Unavailable { retry_after: refusal.retry_after };
    match refusal.status.as_u16() {
        401 | 403 => (NotReady, "speech_unauthorized", "the speech server refuses the key"),
        402 => (NotReady, "speech_unpaid", "the speech server asks for a payment"),
        404 | 405 => (NotReady, "speech_not_found", "the speech server knows no transcription there, or not the model"),
        300..=399 => (NotReady, "speech_redirect", "the speech server redirects: configure the url that it names"),
        429 => (later, "speech_unavailable", "the speech server asks to be left alone for a while"),
        408 | 425 | 500.. => (later, "speech_unavailable", "the speech server cannot answer just now"),
        _ => (Refused, "speech_refused", "the speech server refuses the recording"),
    }
}

impl From<Fault> for EngineError {
    fn from(fault: Fault) -> Self {
        let (kind, code, message) = fault.meaning();
        Self::new(kind, code, message).caused_by(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_has_its_meaning() {
        let meaning = |status: u16| {
            let status = StatusCode::from_u16(status).unwrap();
            let error = EngineError::from(Fault::Status(Refusal { status, retry_after: None, code: None }));
            (error.kind, error.code)
        };
        let later = EngineErrorKind::Unavailable { retry_after: None };
        for status in [408, 425, 429, 500, 502, 503, 504, 529] {
            assert_eq!(meaning(status), (later, "speech_unavailable"), "{status}");
        }
        for (status, code) in [
            (401, "speech_unauthorized"),
            (403, "speech_unauthorized"),
            (402, "speech_unpaid"),
            (404, "speech_not_found"),
            (405, "speech_not_found"),
            (302, "speech_redirect"),
            (308, "speech_redirect"),
        ] {
            assert_eq!(meaning(status), (EngineErrorKind::NotReady, code), "{status}");
        }
        for status in [400, 409, 413, 415, 422] {
            assert_eq!(meaning(status), (EngineErrorKind::Refused, "speech_refused"), "{status}");
        }
    }
}
