//! Chance that can be repeated: SplitMix64 (Steele, Lea and Flood, 2014) from a seed that is printed.

use std::{
    env,
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

/// Dice that tasks share.
#[derive(Debug)]
pub struct Dice {
    state: AtomicU64,
}

impl Dice {
    /// From the seed in `HEARKEN_E2E_SEED`, else from the clock. Says which on standard error.
    pub fn new() -> Self {
        let given = env::var("HEARKEN_E2E_SEED").ok().map(|seed| seed.parse().expect("HEARKEN_E2E_SEED is a number"));
        let seed = given.unwrap_or_else(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
            u64::from(since.subsec_nanos()) ^ since.as_secs()
        });
        eprintln!("HEARKEN_E2E_SEED={seed}");
        Self { state: AtomicU64::new(seed) }
    }

    /// A number below the end, which must not be 0.
    pub fn below(&self, end: u64) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.state.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

impl Default for Dice {
    fn default() -> Self {
        Self::new()
    }
}
