//! What can go wrong with a mail, and what follows from it for its delivery. One match, so that nothing is forgotten.

use std::{error::Error as StdError, io, time::Duration};

use hearken_domain::{
    delivery::{Attempt, MAX_RESPONSE_SHOWN},
    ports::{Dispatched, Outcome},
    time::Timestamp,
};
use lettre::transport::smtp::Error;

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) code: u16,
    /// One line or several.
    pub(crate) text: String,
}

/// How far the conversation was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Greeting, EHLO, STARTTLS.
    Greeting,
    /// AUTH.
    Login,
    /// From MAIL on.
    Letter,
}

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SmtpFault {
    #[error("the recipient is not a mailbox")]
    NoMailbox,
    #[error("the mail server cannot be reached")]
    Unreachable(#[source] io::Error),
    #[error("no secure connection could be made; the mail server's certificate may be invalid or for another name")]
    Insecure(#[source] Box<dyn StdError + Send + Sync>),
    #[error("the mail server offers no encryption, and without it nothing is sent")]
    NoEncryption,
    #[error("the mail server offers no login that can be used (plain or login) on this connection")]
    NoLogin,
    #[error("the mail server takes no addresses beyond ascii")]
    AsciiOnly,
    #[error("{}", refusal(*stage, reply.code))]
    Refused { stage: Stage, reply: Reply },
    #[error("the mail server broke the connection off, or its answer is no smtp")]
    Broken(#[source] Error),
    #[error("the mail server's answer does not fit what it was asked")]
    Unfitting,
    #[error("the mail server did not answer in time")]
    Late,
}

impl SmtpFault {
    pub(crate) fn of(stage: Stage, error: Error) -> Self {
        let Some(code) = error.status() else { return Self::Broken(error) };
        // A server may repeat what it was sent, and at the login that was the password.
        let shown = if stage == Stage::Login { None } else { error.source() };
        let text = shown.map(ToString::to_string).unwrap_or_default();
        Self::Refused { stage, reply: Reply { code: code.into(), text } }
    }

    /// For our own log: what the operating system or the certificate's check says. Not what the server says: it likes
    /// to name the recipient.
    pub(crate) fn detail(&self) -> String {
        let source = match self {
            // It has the answer in it that could not be read.
            Self::Broken(error) if error.is_response() => None,
            _ => self.source(),
        };
        source.map_or_else(|| self.to_string(), |source| format!("{self}: {source}"))
    }

    /// For the operator who has set the server up and asks what is wrong.
    pub(crate) fn in_full(&self) -> String {
        match self {
            Self::Refused { reply, .. } if !reply.text.is_empty() => format!("{self}: {}", shown(&reply.text)),
            _ => self.detail(),
        }
    }

    /// Whether another attempt may succeed. What has to do with us and not with the mail can be repaired: a login, a
    /// certificate, a server that greets with a refusal. Then no mail is lost meanwhile.
    fn outcome(&self) -> Outcome {
        match self {
            Self::NoMailbox | Self::AsciiOnly => Outcome::Refused,
            Self::Refused { stage: Stage::Letter, reply } if is_final(reply.code) => Outcome::Refused,
            Self::Refused { .. }
            | Self::Unreachable(_)
            | Self::Insecure(_)
            | Self::NoEncryption
            | Self::NoLogin
            | Self::Broken(_)
            | Self::Unfitting
            | Self::Late => Outcome::Failed { retry_after: None },
        }
    }
}

/// 5yz, without those that want another login or encryption first (RFC 4954, 6; RFC 3207, 4).
fn is_final(code: u16) -> bool {
    code >= 500 && !matches!(code, 530 | 534 | 535 | 538)
}

fn refusal(stage: Stage, code: u16) -> String {
    match stage {
        Stage::Greeting => format!("the mail server does not want to talk to us ({code})"),
        Stage::Login => format!("the mail server does not accept the login ({code})"),
        Stage::Letter if is_final(code) => format!("the mail server refuses the mail ({code})"),
        Stage::Letter => format!("the mail server does not take the mail now ({code})"),
    }
}

/// What an attempt came to, in the words of the port.
pub(crate) fn dispatched(answer: Result<Reply, SmtpFault>, at: Timestamp, took: Duration) -> Dispatched {
    let (outcome, error) = match &answer {
        Ok(_) => (Outcome::Accepted, None),
        Err(fault) => (fault.outcome(), Some(fault.to_string())),
    };
    let reply = match answer {
        Ok(reply) | Err(SmtpFault::Refused { reply, .. }) => Some(reply),
        Err(_) => None,
    };
    let attempt = Attempt {
        at,
        status_code: reply.as_ref().map(|reply| reply.code),
        duration_ms: u32::try_from(took.as_millis()).unwrap_or(u32::MAX),
        error,
        response_body: reply.map(|reply| shown(&reply.text)).filter(|text| !text.is_empty()),
    };
    Dispatched { attempt, outcome }
}

/// The beginning of a server's own words, on one line.
fn shown(text: &str) -> String {
    let mut line: String = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.truncate(line.floor_char_boundary(MAX_RESPONSE_SHOWN));
    line
}
