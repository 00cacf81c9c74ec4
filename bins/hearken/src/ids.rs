//! The system's dice.

use hearken_domain::{ids::Ulid, ports::IdSource, time::Timestamp};

/// A cryptographically secure generator, seeded by the system.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RandomIds;

impl IdSource for RandomIds {
    fn ulid(&self, at: Timestamp) -> Ulid {
        Ulid::from_parts(u64::try_from(at.unix_millis()).unwrap_or(0), rand::random())
    }

    fn secret(&self) -> [u8; 32] {
        rand::random()
    }
}
