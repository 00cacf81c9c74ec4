//! Why a call came to nothing, in words for its receiver's owner, and what follows from it. One match over the guard's
//! errors, so that a new one cannot be forgotten.

use std::{fmt, time::Duration};

use hearken_domain::ports::Outcome;
use hearken_egress::{EgressError, Phase};

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The parcel is a mail.
    NotForUs,
    /// The parcel has no secret. Nothing is sent unsigned.
    Unsigned,
    /// The text of the URL was judged and may not be called.
    Judged(EgressError),
    /// The call failed.
    Exchange {
        /// How.
        error: EgressError,
        /// How long it might have taken.
        within: Duration,
    },
}

impl Failure {
    /// What follows. A refused text will be refused again; all else may pass, a refused address of a name too.
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::NotForUs | Self::Unsigned | Self::Judged(_) => Outcome::Refused,
            Self::Exchange { .. } => Outcome::Failed { retry_after: None },
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotForUs => f.write_str("the parcel is not for a webhook receiver"),
            Self::Unsigned => f.write_str("the receiver has no secret to sign with"),
            Self::Judged(error) => told(f, error, Duration::ZERO),
            Self::Exchange { error, within } => told(f, error, *within),
        }
    }
}

/// The detail of an error may name an address and stays in the guard's log.
fn told(f: &mut fmt::Formatter<'_>, error: &EgressError, within: Duration) -> fmt::Result {
    let text = match error {
        EgressError::InvalidUrl(fault) => return write!(f, "the url {fault}"),
        EgressError::PortNotAllowed { port } => {
            return write!(f, "the url's port {port} is not among the allowed ports");
        }
        EgressError::Timeout { phase: Phase::Head | Phase::Idle | Phase::Rate | Phase::Total } => {
            return write!(f, "the receiver did not answer within {} s", within.as_secs_f64());
        }
        EgressError::Timeout { phase: Phase::Connect } => "the receiver did not accept a connection in time",
        EgressError::Timeout { phase: Phase::Tls } => "the receiver did not finish the tls handshake in time",
        EgressError::NotAllowed { .. } => "the receiver's host is not one that may be called",
        EgressError::Dns { retryable: true, .. } => "the receiver's host name could not be resolved just now",
        EgressError::Dns { retryable: false, .. } => "the receiver's host name does not resolve to any address",
        EgressError::ConnectFailed { .. } => "the receiver refused the connection or cannot be reached",
        EgressError::TlsFailed { .. } => {
            "no secure connection could be made; the receiver's certificate may be invalid, expired or for another name"
        }
        EgressError::Truncated { .. } | EgressError::Protocol { .. } => {
            "the receiver's answer broke off or breaks the rules of http"
        }
        EgressError::TooManyRedirects { .. }
        | EgressError::RedirectUnclear { .. }
        | EgressError::RedirectNotAllowed { .. } => REDIRECTS,
    };
    f.write_str(text)
}

/// What is said of an answer that is a redirect.
pub(crate) const REDIRECTS: &str = "the receiver redirects; redirects are not followed";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_detail_is_told() {
        let detail = || "10.0.0.1".to_owned();
        for error in [
            EgressError::NotAllowed { detail: detail() },
            EgressError::Dns { retryable: true, detail: detail() },
            EgressError::ConnectFailed { detail: detail() },
            EgressError::TlsFailed { detail: detail() },
            EgressError::Truncated { detail: detail() },
            EgressError::Protocol { detail: detail() },
            EgressError::RedirectNotAllowed { status: 302, detail: detail() },
        ] {
            let failure = Failure::Exchange { error, within: Duration::from_secs(15) };
            assert!(!failure.to_string().contains("10.0.0.1"), "{failure}");
            assert_eq!(failure.outcome(), Outcome::Failed { retry_after: None });
        }
    }

    #[test]
    fn the_time_is_named_as_set() {
        let late =
            |within| Failure::Exchange { error: EgressError::Timeout { phase: Phase::Total }, within }.to_string();
        assert_eq!(late(Duration::from_secs(15)), "the receiver did not answer within 15 s");
        assert_eq!(late(Duration::from_millis(1500)), "the receiver did not answer within 1.5 s");
    }
}
