//! Identifiers that are the same on every run.

use std::sync::atomic::{AtomicU64, Ordering};

use hearken_domain::{ids::Ulid, ports::IdSource, time::Timestamp};

/// Counts instead of throwing dice. **Everything it gives can be guessed: for tests only.**
///
/// Identifiers of one moment sort in the order they were given out; sources with other seeds give other ones.
#[derive(Debug, Default)]
pub struct SeededIds {
    seed: u64,
    given: AtomicU64,
}

impl SeededIds {
    /// Starts from a seed.
    pub fn new(seed: u64) -> Self {
        Self { seed, given: AtomicU64::new(0) }
    }

    fn next(&self) -> u64 {
        self.given.fetch_add(1, Ordering::Relaxed)
    }
}

impl IdSource for SeededIds {
    fn ulid(&self, at: Timestamp) -> Ulid {
        let millis = u64::try_from(at.unix_millis()).unwrap_or(0);
        let (seed, count) = (mix(self.seed) & 0xffff_ffff, self.next());
        // The last twenty bits differ too: those of an endpoint are its own in its workspace.
        let low = seed ^ (count & 0xf_ffff);
        Ulid::from_parts(millis, (u128::from(count) << 32) | u128::from(low))
    }

    fn secret(&self) -> [u8; 32] {
        let start = mix(self.seed ^ mix(self.next()));
        let mut secret = [0; 32];
        for (part, index) in secret.chunks_exact_mut(8).zip(0_u64..) {
            part.copy_from_slice(&mix(start.wrapping_add(index)).to_be_bytes());
        }
        secret
    }
}

/// `SplitMix64`: spreads neighbouring numbers far apart.
fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_ids_in_rising_order() {
        let now = Timestamp::from_unix_millis(1_700_000_000_000).unwrap();
        let (one, other) = (SeededIds::new(7), SeededIds::new(7));
        let ids: Vec<_> = (0..1000).map(|_| one.ulid(now)).collect();
        assert_eq!(ids, (0..1000).map(|_| other.ulid(now)).collect::<Vec<_>>());
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert_ne!(one.secret(), one.secret());
        assert_ne!(SeededIds::new(8).ulid(now), SeededIds::new(9).ulid(now));
    }
}
