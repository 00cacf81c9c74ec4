//! What goes wrong with the server or with an answer, and the one mapping of it into the port's error.

use std::time::Duration;

use hearken_domain::engine::{EngineError, EngineErrorKind};

/// Why a question has no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It is the server's: the work waits.
    Server(Fault),
    /// It is the answer's: somebody else does the work.
    Answer(Misfit),
}

/// A failure of the server. None shows an address, or a text of the server other than a code.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("the client for the chat server cannot be set up")]
    Setup(#[source] reqwest::Error),
    #[error("the api key has characters that no header field may have")]
    Key,
    #[error("no answer of the chat server")]
    Transport(#[source] reqwest::Error),
    #[error("the chat server answered {}, code {}", .0.status, .0.code.as_deref().unwrap_or("none"))]
    Status(Refusal),
}

/// An answer other than success.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    /// How long the server asks to be left alone.
    pub(crate) retry_after: Option<Duration>,
    /// The server's own name for what is wrong, where it has the form of a name.
    pub(crate) code: Option<String>,
}

/// Why an answer cannot be used. None shows a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Misfit {
    #[error("it is longer than {0} bytes")]
    Endless(usize),
    #[error("it is no chat completion")]
    NoCompletion,
    #[error("it has no text")]
    Silent,
    #[error("the model refused")]
    Unwilling,
    #[error("it was cut off")]
    Cut,
    #[error("it is not of the schema: wrong at line {line}, column {column}")]
    Shape { line: usize, column: usize },
    #[error("it says nothing")]
    Empty,
    #[error("the request was refused with status {0}")]
    Declined(u16),
}

impl Misfit {
    /// What goes into the name of who made it instead.
    pub(crate) fn remark(self, server: &str) -> String {
        match self {
            Self::Declined(_) => format!("{server} refused the request"),
            _ => format!("the answer of {server} did not fit"),
        }
    }

    /// Whether the same question may be answered better. A model throws dice, a refusal of the request stays.
    pub(crate) fn may_pass(self) -> bool {
        !matches!(self, Self::Declined(_))
    }
}

impl Refusal {
    /// The meaning of the status. Whatever is the operator's to put right is the server's failure and waits for them;
    /// what is wrong with this request alone is a misfit.
    pub(crate) fn meaning(self) -> Failure {
        let is_about_setup = matches!(self.code.as_deref(), Some("model_not_found" | "invalid_api_key"));
        match self.status {
            400..=499 if is_about_setup => Failure::Server(Fault::Status(self)),
            401..=405 | 408 | 425 | 429 => Failure::Server(Fault::Status(self)),
            400..=499 => Failure::Answer(Misfit::Declined(self.status)),
            _ => Failure::Server(Fault::Status(self)),
        }
    }
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

    fn told(&self) -> (EngineErrorKind, &'static str, &'static str) {
        use EngineErrorKind::NotReady;
        const LATER: EngineErrorKind = EngineErrorKind::Unavailable { retry_after: None };
        match self {
            Self::Setup(_) => (NotReady, "insights_setup", "the connection to the chat server cannot be set up"),
            Self::Key => (NotReady, "insights_unauthorized", "the chat server's key has characters that no key has"),
            Self::Transport(error) if error.is_timeout() => {
                (LATER, "insights_unavailable", "the chat server did not answer in time")
            }
            Self::Transport(_) => (LATER, "insights_unavailable", "the chat server cannot be reached or broke off"),
            Self::Status(refusal) => told_of_status(refusal),
        }
    }
}

fn told_of_status(refusal: &Refusal) -> (EngineErrorKind, &'static str, &'static str) {
    use EngineErrorKind::NotReady;
    let later = EngineErrorKind::Unavailable { retry_after: refusal.retry_after };
    match (refusal.status, refusal.code.as_deref()) {
        // OpenAI's way to say that the account is empty: no wait helps.
        (402, _) | (429, Some("insufficient_quota")) => {
            (NotReady, "insights_unpaid", "the chat server asks for a payment")
        }
        (401 | 403, _) | (400, Some("invalid_api_key")) => {
            (NotReady, "insights_unauthorized", "the chat server refuses the key")
        }
        (429, _) => (later, "insights_unavailable", "the chat server asks to be left alone for a while"),
        (408 | 425 | 500.., _) => (later, "insights_unavailable", "the chat server cannot answer just now"),
        (400..=499, _) => {
            (NotReady, "insights_not_found", "the chat server knows no chat completions there, or not the model")
        }
        _ => (NotReady, "insights_redirect", "the chat server redirects: configure the url that it names"),
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Server(fault)
    }
}

impl From<Misfit> for Failure {
    fn from(misfit: Misfit) -> Self {
        Self::Answer(misfit)
    }
}

impl From<Fault> for EngineError {
    fn from(fault: Fault) -> Self {
        let (kind, code, message) = fault.told();
        Self::new(kind, code, message).caused_by(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, code: Option<&str>) -> Result<(EngineErrorKind, &'static str), Misfit> {
        let refusal = Refusal { status, retry_after: None, code: code.map(str::to_owned) };
        match refusal.meaning() {
            Failure::Server(fault) => {
                let error = EngineError::from(fault);
                Ok((error.kind, error.code))
            }
            Failure::Answer(misfit) => Err(misfit),
        }
    }

    #[test]
    fn each_status_has_its_meaning() {
        let later = EngineErrorKind::Unavailable { retry_after: None };
        for status in [408, 425, 429, 500, 502, 503, 504, 529] {
            assert_eq!(of(status, None), Ok((later, "insights_unavailable")), "{status}");
        }
        for (status, code, told) in [
            (401, None, "insights_unauthorized"),
            (403, None, "insights_unauthorized"),
            (400, Some("invalid_api_key"), "insights_unauthorized"),
            (402, None, "insights_unpaid"),
            (429, Some("insufficient_quota"), "insights_unpaid"),
            (404, None, "insights_not_found"),
            (405, None, "insights_not_found"),
            (400, Some("model_not_found"), "insights_not_found"),
            (302, None, "insights_redirect"),
            (308, None, "insights_redirect"),
        ] {
            assert_eq!(of(status, code), Ok((EngineErrorKind::NotReady, told)), "{status}");
        }
        for status in [400, 409, 413, 422] {
            assert_eq!(of(status, None), Err(Misfit::Declined(status)), "{status}");
        }
    }
}
