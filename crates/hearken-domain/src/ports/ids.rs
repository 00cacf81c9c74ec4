//! The port of dice.

use std::sync::Arc;

use crate::{ids::Ulid, time::Timestamp};

/// Identifiers and secrets that nobody can guess.
pub trait IdSource: Send + Sync {
    /// A new ULID: the moment's milliseconds, then 80 random bits.
    fn ulid(&self, at: Timestamp) -> Ulid;

    /// 32 bytes from the system's secure source.
    fn secret(&self) -> [u8; 32];
}

impl<P: IdSource + ?Sized> IdSource for Arc<P> {
    fn ulid(&self, at: Timestamp) -> Ulid {
        (**self).ulid(at)
    }

    fn secret(&self) -> [u8; 32] {
        (**self).secret()
    }
}
