//! A recording on its way in: the caller's link, its credential, and what the link turned out to serve.
//!
//! The link is kept as the raw text that the caller sent. Parsing repairs what an attacker relies on, so the text
//! itself is judged, once, by the adapter that will fetch it.

use std::{fmt, pin::Pin};

use bytes::Bytes;
use futures_core::Stream;
use mime::Mime;
use secrecy::{ExposeSecret, SecretString};

/// The caller's link to a recording, as sent. A signed link is a credential: it is never shown by `Debug`.
#[derive(Clone)]
pub struct MediaUrl(SecretString);

impl MediaUrl {
    /// Keeps the text as it is; [`MediaFetcher::judge`](crate::ports::MediaFetcher::judge) decides about it.
    pub fn new(raw: impl Into<String>) -> Self {
        Self(SecretString::from(raw.into()))
    }

    /// The raw text. For the fetcher only.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for MediaUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MediaUrl(…)")
    }
}

/// A credential for the fetch. Sent to the exact origin of the link it came with, never across a redirect to another
/// origin, never stored.
#[derive(Clone, Debug)]
pub enum MediaAuth {
    /// RFC 6750.
    Bearer(SecretString),
    /// RFC 7617. The username has no colon.
    Basic {
        /// Before the colon.
        username: String,
        /// After the colon.
        password: SecretString,
    },
    /// At most [`MediaAuth::MAX_HEADERS`] headers; none is hop-by-hop, `Host`, `Cookie` or `Range`.
    Headers(Vec<(String, SecretString)>),
}

impl MediaAuth {
    /// How many headers a credential may have.
    pub const MAX_HEADERS: usize = 8;

    /// Whether a header of this name may be part of a credential: not hop-by-hop (RFC 9110, 7.6.1), not one that the
    /// fetch itself decides.
    pub fn may_carry(name: &str) -> bool {
        const OURS: [&str; 17] = [
            "accept",
            "accept-encoding",
            "connection",
            "content-length",
            "content-type",
            "cookie",
            "expect",
            "host",
            "keep-alive",
            "proxy-authorization",
            "proxy-connection",
            "range",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "user-agent",
        ];
        !OURS.contains(&name.to_ascii_lowercase().as_str())
    }
}

/// The bytes of a recording, in order. An error ends the stream.
pub type MediaStream = Pin<Box<dyn Stream<Item = Result<Bytes, FetchError>> + Send>>;

/// What a link serves, from the moment its head and first bytes were found good.
pub struct Recording {
    /// A concrete `audio/…` or `video/…` type as declared, without parameters.
    pub media_type: Mime,
    /// `Content-Length`, where the host named one. The stream fails as truncated when it does not hold.
    pub length: Option<u64>,
    /// The body. Holds the fetch's permits until it is dropped.
    pub body: MediaStream,
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording")
            .field("media_type", &self.media_type)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

/// Why a link could not be fetched, as the caller may know it: never an address, a body, or the link's query.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", code.as_str())]
pub struct FetchError {
    /// The meaning.
    pub code: FetchCode,
    /// What to tell the caller, a sentence part without a full stop.
    pub message: String,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// The status that the host answered, where it answered.
    pub upstream_status: Option<u16>,
}

impl FetchError {
    /// An error with the code's usual answer to whether a retry helps.
    pub fn new(code: FetchCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retryable: code.usually_retryable(), upstream_status: None }
    }
}

/// The closed set of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FetchCode {
    /// The text is no link that Hearken fetches.
    InvalidUrl,
    /// A port outside the allowed set.
    PortNotAllowed,
    /// A special name or a refused address; one code for all of them.
    MediaUrlNotAllowed,
    /// The name does not resolve.
    DnsFailed,
    /// No checked address accepted a connection.
    ConnectFailed,
    /// The TLS handshake failed.
    TlsFailed,
    /// A deadline passed.
    Timeout,
    /// The body ended early.
    Truncated,
    /// The host broke HTTP.
    ProtocolError,
    /// More redirects than allowed.
    TooManyRedirects,
    /// A redirect to something that would itself be refused.
    RedirectNotAllowed,
    /// A status other than 200.
    UpstreamStatus,
    /// Not audio or video.
    UnsupportedMediaType,
    /// The first bytes are certainly no recording.
    ContentMismatch,
    /// A content coding although `identity` was asked for.
    ContentEncodingNotAllowed,
    /// An empty body.
    EmptyMedia,
    /// More bytes than allowed.
    TooLarge,
    /// No permit in time, or this process is shutting down: ours, not the link's.
    Unavailable,
}

impl FetchCode {
    /// The code of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidUrl => "invalid_url",
            Self::PortNotAllowed => "port_not_allowed",
            Self::MediaUrlNotAllowed => "media_url_not_allowed",
            Self::DnsFailed => "dns_failed",
            Self::ConnectFailed => "connect_failed",
            Self::TlsFailed => "tls_failed",
            Self::Timeout => "timeout",
            Self::Truncated => "truncated",
            Self::ProtocolError => "protocol_error",
            Self::TooManyRedirects => "too_many_redirects",
            Self::RedirectNotAllowed => "redirect_not_allowed",
            Self::UpstreamStatus => "upstream_status",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::ContentMismatch => "content_mismatch",
            Self::ContentEncodingNotAllowed => "content_encoding_not_allowed",
            Self::EmptyMedia => "empty_media",
            Self::TooLarge => "too_large",
            Self::Unavailable => "unavailable",
        }
    }

    fn usually_retryable(self) -> bool {
        matches!(self, Self::ConnectFailed | Self::Timeout | Self::Truncated | Self::ProtocolError | Self::Unavailable)
    }
}
