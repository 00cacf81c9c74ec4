//! What goes wrong with a program, and the one mapping of it into the port's error.

use std::{io, process::ExitStatus};

use hearken_domain::engine::{EngineError, EngineErrorKind};

/// A failure. None has anything of the program's output in it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("there is no program {0} that may be executed")]
    Missing(String),
    #[error("the program cannot be started")]
    Start(#[source] io::Error),
    #[error("the program ended with {0}")]
    Failed(ExitStatus),
    #[error("the program ran longer than {0} seconds")]
    Late(u64),
    #[error("the program wrote more than {0} bytes")]
    Flood(usize),
    #[error("the program's output is broken: {0}")]
    Form(&'static str),
    #[error("the program's output cannot be read")]
    Output(#[source] io::Error),
    #[error("the folder for the run cannot be made")]
    Scratch(#[source] io::Error),
    #[error("the track cannot be read")]
    Track(#[source] io::Error),
}

impl From<Fault> for EngineError {
    fn from(fault: Fault) -> Self {
        use EngineErrorKind::{Nonsense, NotReady};
        let later = EngineErrorKind::Unavailable { retry_after: None };
        let (kind, code, message) = match &fault {
            Fault::Missing(name) => (
                NotReady,
                "no_program",
                format!("the speech program {name} is not installed, or is no program: install it, or name another"),
            ),
            Fault::Start(_) => {
                (later, "speech_command_start", "the speech program cannot be started just now".to_owned())
            }
            Fault::Failed(status) => {
                (Nonsense, "speech_command_failed", format!("the speech program failed with {status}"))
            }
            Fault::Late(seconds) => {
                (Nonsense, "speech_command_timeout", format!("the speech program was not done after {seconds} seconds"))
            }
            Fault::Flood(bytes) => {
                (Nonsense, "speech_command_output", format!("the speech program wrote more than {bytes} bytes"))
            }
            Fault::Form(_) => (
                Nonsense,
                "speech_command_output",
                "the speech program wrote something that is no transcript".to_owned(),
            ),
            Fault::Output(_) => {
                (later, "speech_command_output", "what the speech program wrote cannot be read just now".to_owned())
            }
            Fault::Scratch(_) => {
                (later, "speech_scratch", "the folder for the speech program cannot be made just now".to_owned())
            }
            Fault::Track(_) => (later, "speech_track", "the decoded recording cannot be read just now".to_owned()),
        };
        Self::new(kind, code, message).caused_by(fault)
    }
}
