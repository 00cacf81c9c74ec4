//! A clock that stands until it is moved, so that no test waits for a real one.

use std::time::Duration;

use async_trait::async_trait;
use hearken_domain::{ports::Clock, time::Timestamp};

use crate::watched::Watched;

/// 2025-01-01T00:00:00Z.
const FIRST_MOMENT: i64 = 1_735_689_600_000;

/// A clock that a test moves.
#[derive(Debug)]
pub struct ManualClock {
    state: Watched<State>,
}

#[derive(Debug)]
struct State {
    now: Timestamp,
    sleepers: usize,
}

impl ManualClock {
    /// A clock that shows this moment.
    pub fn at(now: Timestamp) -> Self {
        Self { state: Watched::new(State { now, sleepers: 0 }) }
    }

    /// Moves the clock on and wakes whoever has slept long enough.
    pub fn advance(&self, span: Duration) {
        self.state.change(|state| state.now = state.now.after(span));
    }

    /// How many calls of `sleep` are waiting now.
    pub fn sleepers(&self) -> usize {
        self.state.read(|state| state.sleepers)
    }

    /// Returns once at least so many calls of `sleep` are waiting: then moving the clock is certain to reach them.
    pub async fn until_asleep(&self, sleepers: usize) {
        self.state.until(|state| state.sleepers >= sleepers).await;
    }
}

impl Default for ManualClock {
    /// At 2025-01-01T00:00:00Z.
    fn default() -> Self {
        Self::at(Timestamp::from_unix_millis(FIRST_MOMENT).expect("a moment of our age is in the range of RFC 3339"))
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.state.read(|state| state.now)
    }

    async fn sleep(&self, span: Duration) {
        let _sleeper = Sleeper::new(self);
        let end = self.now().after(span);
        self.state.until(|state| state.now >= end).await;
    }
}

/// Counted while it lives, also when the sleep is dropped halfway.
struct Sleeper<'a>(&'a ManualClock);

impl<'a> Sleeper<'a> {
    fn new(clock: &'a ManualClock) -> Self {
        clock.state.change(|state| state.sleepers += 1);
        Self(clock)
    }
}

impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        self.0.state.change(|state| state.sleepers -= 1);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn a_sleep_ends_when_the_clock_was_moved_past_it() {
        let clock = ManualClock::default();
        let mut sleep = clock.sleep(Duration::from_secs(2));
        assert!((&mut sleep).now_or_never().is_none());
        assert_eq!(clock.sleepers(), 1);
        clock.advance(Duration::from_millis(1999));
        assert!((&mut sleep).now_or_never().is_none());
        clock.advance(Duration::from_millis(1));
        assert!((&mut sleep).now_or_never().is_some());
        drop(sleep);
        assert_eq!(clock.sleepers(), 0);
    }

    #[test]
    fn a_dropped_sleep_is_no_longer_counted() {
        let clock = ManualClock::default();
        assert!(clock.sleep(Duration::from_secs(1)).now_or_never().is_none());
        assert_eq!(clock.sleepers(), 0);
    }
}
