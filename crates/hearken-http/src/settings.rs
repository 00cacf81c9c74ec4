//! What the HTTP edge needs to know.

use std::time::Duration;

use secrecy::SecretSlice;

/// Settings of the service behind the socket.
#[derive(Clone, Debug)]
pub struct ApiSettings {
    /// Which routes there are.
    pub serves: Serves,
    /// Base of signed links and of problem types, such as `https://hearken.example.com`; no slash at the end.
    pub public_url: String,
    /// How long a media link works.
    pub link_ttl: Duration,
    /// Signs media links; 32 bytes.
    pub link_key: SecretSlice<u8>,
    /// The longest that fetching a recording may take.
    pub longest_fetch: Duration,
    /// Requests a minute and key; `None`: no limit. All keys of a workspace have four keys' worth.
    pub rate: Option<Rate>,
    /// Requests handled at a time; more are answered 503. A workspace may hold three times what stays free.
    pub max_in_flight: usize,
    /// The most bytes of a request's body.
    pub max_body_bytes: usize,
    /// The most bytes of all bodies that are received and of all long answers that are gathered and sent, at a time.
    /// More wait, and are answered 503 when they have waited in vain. A workspace may hold as much as stays free.
    pub max_buffered_bytes: usize,
    /// How long a request's body may take to arrive.
    pub body_timeout: Duration,
}

/// Which routes there are. What has no route is a 404.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Serves {
    /// All of them.
    Everything,
    /// Health, readiness, metrics and the pages of errors: for a process that only works in the background.
    OperationsOnly,
}

/// A token bucket.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// How fast it fills, a minute.
    pub per_minute: std::num::NonZeroU32,
    /// How many it holds.
    pub burst: std::num::NonZeroU32,
}

/// Settings of the socket.
#[derive(Clone, Debug)]
pub struct ServerSettings {
    /// Connections at a time. For one more the one that has rested longest is closed; it waits where none rests.
    pub max_connections: usize,
    /// The same for one address (IPv6: one /64 network), where one more is closed if none rests; 0 = no limit.
    pub connections_per_address: usize,
    /// From the connection to its first bytes, for the TLS handshake, and for a request's head.
    pub header_timeout: Duration,
    /// How long a client that does not read its answer is waited for.
    pub write_timeout: Duration,
    /// How long requests may go on after a shutdown began.
    pub drain_timeout: Duration,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            max_connections: 4096,
            connections_per_address: 256,
            header_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(20),
            drain_timeout: Duration::from_secs(30),
        }
    }
}
