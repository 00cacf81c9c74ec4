//! Why something was not fetched, and why a guard could not be made.
//!
//! `Display` and the variants say what a caller may know. A `detail` is for the operator's log only: it may name the
//! address that a host resolved to, and the table's row.

use std::io;

use ipnet::Ipv6Net;

use crate::url_text::UrlFault;

/// Why a URL was refused or an exchange failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EgressError {
    /// The text of the URL.
    #[error("the url {0}")]
    InvalidUrl(UrlFault),
    /// A port outside the allowed set.
    #[error("port {port} is not allowed")]
    PortNotAllowed {
        /// As written.
        port: u16,
    },
    /// A special name or a refused address; which one is for the log.
    #[error("the host is not allowed")]
    NotAllowed {
        /// For the log.
        detail: String,
    },
    /// The name has no usable answer.
    #[error("the host name does not resolve")]
    Dns {
        /// Whether asking again may help: a server failure or a timeout, not a name that does not exist.
        retryable: bool,
        /// For the log.
        detail: String,
    },
    /// No checked address took a connection.
    #[error("no connection could be made")]
    ConnectFailed {
        /// For the log.
        detail: String,
    },
    /// The TLS handshake, or the peer's certificate.
    #[error("the tls handshake failed")]
    TlsFailed {
        /// For the log.
        detail: String,
    },
    /// A deadline passed.
    #[error("{phase} took too long")]
    Timeout {
        /// Which one.
        phase: Phase,
    },
    /// The body ended early.
    #[error("the body ended early")]
    Truncated {
        /// For the log.
        detail: String,
    },
    /// The peer broke HTTP.
    #[error("the host broke http")]
    Protocol {
        /// For the log.
        detail: String,
    },
    /// More redirects than allowed, or one that leads to itself.
    #[error("too many redirects")]
    TooManyRedirects {
        /// The status of the last redirect.
        status: u16,
    },
    /// A redirect whose `Location` names no place, or more than one.
    #[error("the redirect has {why}")]
    RedirectUnclear {
        /// The status of the redirect.
        status: u16,
        /// What its `Location` is.
        why: &'static str,
    },
    /// A redirect to something that would itself be refused.
    #[error("the redirect is not allowed")]
    RedirectNotAllowed {
        /// The status of the redirect.
        status: u16,
        /// For the log.
        detail: String,
    },
}

/// What a deadline was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Connecting.
    Connect,
    /// The TLS handshake.
    Tls,
    /// The response's head.
    Head,
    /// The next piece of the body.
    Idle,
    /// The body as a whole: slower than the minimum rate.
    Rate,
    /// Everything together.
    Total,
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Connect => "connecting",
            Self::Tls => "the tls handshake",
            Self::Head => "the answer",
            Self::Idle => "the next piece of the body",
            Self::Rate => "the body",
            Self::Total => "the whole exchange",
        })
    }
}

impl EgressError {
    /// A short constant for logs and metrics.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::InvalidUrl(_) => "invalid_url",
            Self::PortNotAllowed { .. } => "port_not_allowed",
            Self::NotAllowed { .. } => "not_allowed",
            Self::Dns { .. } => "dns_failed",
            Self::ConnectFailed { .. } => "connect_failed",
            Self::TlsFailed { .. } => "tls_failed",
            Self::Timeout { .. } => "timeout",
            Self::Truncated { .. } => "truncated",
            Self::Protocol { .. } => "protocol_error",
            Self::TooManyRedirects { .. } => "too_many_redirects",
            Self::RedirectNotAllowed { .. } | Self::RedirectUnclear { .. } => "redirect_not_allowed",
        }
    }

    /// What only the operator's log may say; empty where there is nothing more.
    pub fn detail(&self) -> &str {
        match self {
            Self::NotAllowed { detail }
            | Self::Dns { detail, .. }
            | Self::ConnectFailed { detail }
            | Self::TlsFailed { detail }
            | Self::Truncated { detail }
            | Self::Protocol { detail }
            | Self::RedirectNotAllowed { detail, .. } => detail,
            Self::RedirectUnclear { why, .. } => why,
            Self::InvalidUrl(_)
            | Self::PortNotAllowed { .. }
            | Self::Timeout { .. }
            | Self::TooManyRedirects { .. } => "",
        }
    }

    /// Whether the guard refused, rather than the exchange failed.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::InvalidUrl(_)
            | Self::PortNotAllowed { .. }
            | Self::NotAllowed { .. }
            | Self::TooManyRedirects { .. }
            | Self::RedirectUnclear { .. }
            | Self::RedirectNotAllowed { .. } => true,
            Self::Dns { .. }
            | Self::ConnectFailed { .. }
            | Self::TlsFailed { .. }
            | Self::Timeout { .. }
            | Self::Truncated { .. }
            | Self::Protocol { .. } => false,
        }
    }
}

/// Why a guard could not be made from its settings.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// A NAT64 prefix of a length that RFC 6052 does not know.
    #[error("{0} is no nat64 prefix: its length must be 32, 40, 48, 56, 64 or 96")]
    Nat64Prefix(Ipv6Net),
    /// The interfaces of this machine, which are refused as targets.
    #[error("the addresses of this machine's interfaces cannot be read")]
    Interfaces(#[source] io::Error),
    /// The DNS client.
    #[error("the dns client cannot be set up: {0}")]
    Resolver(String),
    /// The operator's certificates.
    #[error("the certificate file holds no certificate that can be trusted")]
    CaPem,
    /// The TLS library refused its own defaults.
    #[error("the tls client cannot be set up")]
    Tls(#[source] rustls::Error),
    /// The `User-Agent`.
    #[error("the user agent holds a character that no header may carry")]
    UserAgent,
}
