//! `media`: how recordings are fetched from the URLs that callers give.

use std::time::Duration;

use crate::error::ConfigError;
use crate::form::{Form, choice};
use crate::merged::Merged;
use crate::page::Page;
use crate::quantity::{DURATION, SIZE, duration_text, size_text};

const OCTET_STREAM: Form<OctetStream> = Form {
    accepted: "refuse or accept",
    example: "refuse",
    parse: |text| choice(text, &[OctetStream::Refuse, OctetStream::Accept], OctetStream::as_str),
};

/// Limits of a fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Bytes of a recording; at least 1.
    pub max_bytes: u64,
    /// What to do with a recording that is declared as mere bytes.
    pub octet_stream: OctetStream,
    /// Deadlines.
    pub timeouts: MediaTimeouts,
    /// The slowest acceptable rate, in bytes a second; at least 1.
    pub min_rate: u64,
}

/// What to do with `application/octet-stream` and `binary/octet-stream`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OctetStream {
    /// Refuse it.
    Refuse,
    /// Accept it when the first bytes are those of a known audio or video container.
    Accept,
}

/// Deadlines of a fetch, each above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaTimeouts {
    /// To resolve a host.
    pub dns: Duration,
    /// To connect to one address.
    pub connect: Duration,
    /// For the TLS handshake.
    pub tls: Duration,
    /// To receive a response's head.
    pub head: Duration,
    /// Between two pieces of a body.
    pub idle: Duration,
    /// For everything, redirects included.
    pub total: Duration,
}

impl OctetStream {
    /// The word for it in settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Accept => "accept",
        }
    }
}

impl Media {
    pub(crate) fn read(merged: &Merged) -> Result<Self, ConfigError> {
        Ok(Self {
            max_bytes: merged.required("media.max_bytes", &SIZE)?,
            octet_stream: merged.required("media.octet_stream", &OCTET_STREAM)?,
            timeouts: MediaTimeouts::read(merged)?,
            min_rate: merged.required("media.min_rate", &SIZE)?,
        })
    }

    pub(crate) fn print(&self, page: &mut Page) {
        page.text("media.max_bytes", size_text(self.max_bytes));
        page.text("media.octet_stream", self.octet_stream.as_str());
        page.text("media.timeouts.dns", duration_text(self.timeouts.dns));
        page.text("media.timeouts.connect", duration_text(self.timeouts.connect));
        page.text("media.timeouts.tls", duration_text(self.timeouts.tls));
        page.text("media.timeouts.head", duration_text(self.timeouts.head));
        page.text("media.timeouts.idle", duration_text(self.timeouts.idle));
        page.text("media.timeouts.total", duration_text(self.timeouts.total));
        page.text("media.min_rate", size_text(self.min_rate));
    }
}

impl MediaTimeouts {
    fn read(merged: &Merged) -> Result<Self, ConfigError> {
        Ok(Self {
            dns: merged.required("media.timeouts.dns", &DURATION)?,
            connect: merged.required("media.timeouts.connect", &DURATION)?,
            tls: merged.required("media.timeouts.tls", &DURATION)?,
            head: merged.required("media.timeouts.head", &DURATION)?,
            idle: merged.required("media.timeouts.idle", &DURATION)?,
            total: merged.required("media.timeouts.total", &DURATION)?,
        })
    }
}
