//! The guard's errors in the words of the port. One match, so that a new error cannot be forgotten.

use hearken_domain::media::{FetchCode, FetchError};
use hearken_egress::{EgressError, Phase};

/// What a caller is told about an error of the guard. Its detail, which may name an address, stays in the log.
pub(crate) fn told(error: &EgressError) -> FetchError {
    match error {
        EgressError::InvalidUrl(fault) => FetchError::new(FetchCode::InvalidUrl, format!("the link {fault}")),
        EgressError::PortNotAllowed { port } => {
            FetchError::new(FetchCode::PortNotAllowed, format!("the link's port {port} is not among the allowed ports"))
        }
        EgressError::NotAllowed { .. } => {
            FetchError::new(FetchCode::MediaUrlNotAllowed, "the link's host is not one that may be fetched from")
        }
        EgressError::Dns { retryable, .. } => dns(*retryable),
        EgressError::ConnectFailed { .. } => {
            FetchError::new(FetchCode::ConnectFailed, "the host refused the connection or cannot be reached")
        }
        EgressError::TlsFailed { .. } => FetchError::new(
            FetchCode::TlsFailed,
            "no secure connection could be made; the host's certificate may be invalid, expired or for another name",
        ),
        EgressError::Timeout { phase } => FetchError::new(FetchCode::Timeout, late(*phase)),
        EgressError::Truncated { .. } => {
            FetchError::new(FetchCode::Truncated, "the host closed the connection before the recording's end")
        }
        EgressError::Protocol { .. } => {
            FetchError::new(FetchCode::ProtocolError, "the host's answer breaks the rules of http")
        }
        EgressError::TooManyRedirects { status } => answered(
            FetchError::new(FetchCode::TooManyRedirects, "the link redirects too often, or to itself"),
            *status,
        ),
        EgressError::RedirectUnclear { status, why } => {
            answered(FetchError::new(FetchCode::RedirectNotAllowed, format!("the link redirects with {why}")), *status)
        }
        EgressError::RedirectNotAllowed { status, .. } => answered(
            FetchError::new(
                FetchCode::RedirectNotAllowed,
                "the link redirects to somewhere that may not be fetched from",
            ),
            *status,
        ),
    }
}

/// The same error, with the status that the host had answered.
pub(crate) fn answered(mut error: FetchError, status: u16) -> FetchError {
    error.upstream_status = Some(status);
    error
}

/// A status other than 200.
pub(crate) fn upstream_status(status: u16) -> FetchError {
    let hint = match status {
        206 => "; it sent a part although the whole was asked for",
        401 => "; the link needs credentials",
        403 => "; the link may have expired",
        404 | 410 => "; there is no such recording",
        429 => "; it asks to be left alone for a while",
        500..=599 => "; it may answer later",
        _ => "",
    };
    let error = FetchError::new(FetchCode::UpstreamStatus, format!("the host answered {status}{hint}"));
    answered(FetchError { retryable: matches!(status, 408 | 425 | 429 | 500..=599), ..error }, status)
}

/// No turn in time, or shutting down.
pub(crate) fn unavailable(why: &str) -> FetchError {
    FetchError::new(FetchCode::Unavailable, why)
}

fn dns(retryable: bool) -> FetchError {
    let message = if retryable {
        "the link's host name could not be resolved just now"
    } else {
        "the link's host name does not resolve to any address"
    };
    FetchError { retryable, ..FetchError::new(FetchCode::DnsFailed, message) }
}

fn late(phase: Phase) -> &'static str {
    match phase {
        Phase::Connect => "the host did not accept a connection in time",
        Phase::Tls => "the host did not finish the tls handshake in time",
        Phase::Head => "the host did not answer in time",
        Phase::Idle => "the host stopped sending the recording",
        Phase::Rate => "the host sends the recording too slowly",
        Phase::Total => "the fetch took too long as a whole",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_detail_is_told() {
        let error = told(&EgressError::NotAllowed { detail: "10.0.0.1 is private".to_owned() });
        assert!(!error.message.contains("10.0.0.1"));
        let error = told(&EgressError::RedirectNotAllowed { status: 302, detail: "10.0.0.1".to_owned() });
        assert!(!error.message.contains("10.0.0.1"));
        assert_eq!(error.upstream_status, Some(302));
    }

    #[test]
    fn what_may_pass_is_retryable() {
        for (status, retryable) in [(401, false), (403, false), (404, false), (410, false), (206, false)] {
            assert_eq!(upstream_status(status).retryable, retryable, "{status}");
        }
        for status in [408, 425, 429, 500, 502, 503, 504] {
            assert!(upstream_status(status).retryable, "{status}");
        }
        let dns = |retryable| told(&EgressError::Dns { retryable, detail: String::new() }).retryable;
        assert!(dns(true) && !dns(false));
        assert!(!told(&EgressError::TlsFailed { detail: String::new() }).retryable);
    }
}
