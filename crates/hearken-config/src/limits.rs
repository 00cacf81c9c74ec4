//! `limits`: what one API key, one workspace, one address, and all clients together, may use of this process.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::error::ConfigError;
use crate::form::{Form, count};
use crate::merged::Merged;
use crate::page::Page;
use crate::quantity::{DURATION, SIZE, SIZE_OR_ZERO, duration_text, size_text};

const RATE: Form<Option<NonZeroU32>> =
    Form { accepted: "a whole number; 0 is off", example: "6000", parse: parse_rate };

const PER_ADDRESS: Form<usize> =
    Form { accepted: "a whole number; 0 is off", example: "256", parse: parse_per_address };

/// What clients may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Requests of one API key; none = unlimited.
    pub rate: Option<RateLimit>,
    /// Open connections; at least 1.
    pub max_connections: usize,
    /// Open connections of one address; 0 = no limit.
    pub connections_per_address: usize,
    /// Requests handled at a time; at least 1.
    pub max_in_flight: usize,
    /// Bytes of a request's body. A timeline of 50,000 entries has to fit.
    pub max_body_bytes: u64,
    /// Bytes of all bodies that are received and of all long answers that are gathered and sent, at a time.
    pub max_buffered_bytes: u64,
    /// Time to receive a request's head.
    pub header_timeout: Duration,
    /// Time to receive a request's body.
    pub body_timeout: Duration,
    /// Time for open requests and jobs to end at shutdown.
    pub drain_timeout: Duration,
    /// Free bytes on the data folder's disk below which no new recording is admitted; 0 = never refused.
    pub low_disk_bytes: u64,
}

/// How often one API key may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests a minute in the long run.
    pub per_minute: NonZeroU32,
    /// Requests at once after a pause.
    pub burst: NonZeroU32,
}

impl Limits {
    pub(crate) fn read(merged: &Merged) -> Result<Self, ConfigError> {
        Ok(Self {
            rate: RateLimit::read(merged)?,
            max_connections: merged.required("limits.max_connections", &count())?,
            connections_per_address: merged.required("limits.connections_per_address", &PER_ADDRESS)?,
            max_in_flight: merged.required("limits.max_in_flight", &count())?,
            max_body_bytes: merged.required("limits.max_body_bytes", &SIZE)?,
            max_buffered_bytes: merged.required("limits.max_buffered_bytes", &SIZE)?,
            header_timeout: merged.required("limits.header_timeout", &DURATION)?,
            body_timeout: merged.required("limits.body_timeout", &DURATION)?,
            drain_timeout: merged.required("limits.drain_timeout", &DURATION)?,
            low_disk_bytes: merged.required("limits.low_disk_bytes", &SIZE_OR_ZERO)?,
        })
    }

    pub(crate) fn print(&self, page: &mut Page) {
        page.number("limits.requests_per_minute", self.rate.map_or(0, |rate| rate.per_minute.get()));
        page.number("limits.burst", self.rate.map_or(0, |rate| rate.burst.get()));
        page.number("limits.max_connections", self.max_connections);
        page.number("limits.connections_per_address", self.connections_per_address);
        page.number("limits.max_in_flight", self.max_in_flight);
        page.text("limits.max_body_bytes", size_text(self.max_body_bytes));
        page.text("limits.max_buffered_bytes", size_text(self.max_buffered_bytes));
        page.text("limits.header_timeout", duration_text(self.header_timeout));
        page.text("limits.body_timeout", duration_text(self.body_timeout));
        page.text("limits.drain_timeout", duration_text(self.drain_timeout));
        page.text("limits.low_disk_bytes", size_text(self.low_disk_bytes));
    }
}

impl RateLimit {
    /// Either number being 0 switches the limit off: a rate without a burst would let nothing through.
    fn read(merged: &Merged) -> Result<Option<Self>, ConfigError> {
        let per_minute = merged.required("limits.requests_per_minute", &RATE)?;
        let burst = merged.required("limits.burst", &Form { example: "600", ..RATE })?;
        Ok(per_minute.zip(burst).map(|(per_minute, burst)| Self { per_minute, burst }))
    }
}

fn parse_rate(text: &str) -> Result<Option<NonZeroU32>, String> {
    text.parse::<u32>().map(NonZeroU32::new).map_err(|_| format!("`{text}` is no such number"))
}

fn parse_per_address(text: &str) -> Result<usize, String> {
    parse_rate(text).map(|number| number.map_or(0, |number| usize::try_from(number.get()).unwrap_or(usize::MAX)))
}
