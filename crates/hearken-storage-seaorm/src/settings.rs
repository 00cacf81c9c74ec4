//! What the composition root decides about a store.

use std::{path::PathBuf, time::Duration};

use secrecy::SecretString;

/// Where the embedded database is.
#[derive(Clone, Debug)]
pub struct SqliteSettings {
    /// The file; it is made when it is not there, its folder is not. The log and its index lie beside it. It must be on
    /// a disk of this machine: the log does not work over a network.
    pub path: PathBuf,
    /// How many reads may run at once; at least 2. One, or a quarter of eight and more, is for lists that look at every
    /// row. Writes have a connection of their own.
    pub readers: u32,
}

impl SqliteSettings {
    /// The file with four readers.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), readers: 4 }
    }
}

/// Where the shared database is.
#[derive(Clone, Debug)]
pub struct PostgresSettings {
    /// `postgres://user:password@host:port/database`, with the driver's parameters such as `sslmode` and `sslrootcert`.
    pub url: SecretString,
    /// The most connections this process opens; at least 2. One, or a quarter of eight and more, is for lists that look
    /// at many rows.
    pub max_connections: u32,
    /// How long anybody waits for a free connection, or for the first one.
    pub acquire_timeout: Duration,
}

impl PostgresSettings {
    /// The address with sixteen connections, and five seconds to get one.
    pub fn new(url: impl Into<SecretString>) -> Self {
        Self { url: url.into(), max_connections: 16, acquire_timeout: Duration::from_secs(5) }
    }
}
