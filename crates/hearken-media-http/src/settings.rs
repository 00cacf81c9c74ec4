//! What an operator may set.

use std::time::Duration;

/// The limits of media fetches. Those of the connection itself are the guard's.
#[derive(Clone, Debug)]
pub struct MediaSettings {
    /// The longest recording in bytes.
    pub max_bytes: u64,
    /// What to do with a type that says nothing.
    pub octet_stream: OctetStream,
    /// Fetches at a time, in all.
    pub in_flight: usize,
    /// Fetches at a time for one workspace.
    pub per_workspace: usize,
    /// Fetches at a time from one host.
    pub per_host: usize,
    /// How long a fetch waits for its turn before it is turned away.
    pub permit_wait: Duration,
}

/// Whether `application/octet-stream` and `binary/octet-stream` may be recordings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OctetStream {
    /// No.
    Refuse,
    /// When the first bytes are those of a known audio or video container.
    AcceptKnown,
}

impl Default for MediaSettings {
    fn default() -> Self {
        Self {
            max_bytes: 2 * 1024 * 1024 * 1024,
            octet_stream: OctetStream::Refuse,
            in_flight: 32,
            per_workspace: 4,
            per_host: 4,
            permit_wait: Duration::from_secs(5),
        }
    }
}
