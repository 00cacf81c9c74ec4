//! Which receivers may be called now: each has a few places of its own, and one that fails is left alone for a while.

use std::{collections::HashMap, time::Duration};

use hearken_domain::{delivery::DeliveryLane, time::Timestamp};

/// So many failures in a row, and a receiver is left alone.
const PATIENCE: u32 = 3;
/// At first so long, then twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// Never longer.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// What is known of the receivers that have attempts under way or have failed lately.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    lanes: HashMap<DeliveryLane, Lane>,
}

#[derive(Debug, Default)]
struct Lane {
    under_way: u16,
    failures: u32,
    failed_at: Option<Timestamp>,
    closed_until: Option<Timestamp>,
}

impl Breaker {
    /// How many attempts a receiver may have more, now.
    pub(crate) fn room(&self, lane: &DeliveryLane, most: u16, now: Timestamp) -> u16 {
        let Some(known) = self.lanes.get(lane) else { return most };
        if known.closed_until.is_some_and(|until| now < until) {
            return 0;
        }
        // One that has failed is tried with one call before it gets more.
        let most = if known.failures > 0 { 1 } else { most };
        most.saturating_sub(known.under_way)
    }

    /// How many receivers may have none now, at most.
    pub(crate) fn closed(&self) -> usize {
        self.lanes.len()
    }

    /// An attempt begins.
    pub(crate) fn begin(&mut self, lane: &DeliveryLane) {
        self.lanes.entry(lane.clone()).or_default().under_way += 1;
    }

    /// An attempt has ended, without a word about the receiver.
    pub(crate) fn end(&mut self, lane: &DeliveryLane) {
        if let Some(known) = self.lanes.get_mut(lane) {
            known.under_way = known.under_way.saturating_sub(1);
            if known.under_way == 0 && known.failures == 0 {
                self.lanes.remove(lane);
            }
        }
    }

    /// The receiver acknowledged.
    pub(crate) fn went_well(&mut self, lane: &DeliveryLane) {
        if let Some(known) = self.lanes.get_mut(lane) {
            known.failures = 0;
            known.failed_at = None;
            known.closed_until = None;
        }
        self.end(lane);
    }

    /// The receiver failed.
    pub(crate) fn went_badly(&mut self, lane: &DeliveryLane, now: Timestamp) {
        if let Some(known) = self.lanes.get_mut(lane) {
            known.failures = known.failures.saturating_add(1);
            known.failed_at = Some(now);
            if let Some(beyond) = known.failures.checked_sub(PATIENCE) {
                let pause = (FIRST_PAUSE * 2_u32.pow(beyond.min(6))).min(LONGEST_PAUSE);
                known.closed_until = Some(now.after(pause));
            }
        }
        self.end(lane);
    }

    /// Forgets receivers that have nothing under way and whose last failure is long ago, also after its pause.
    pub(crate) fn forget(&mut self, now: Timestamp) {
        let long_ago = now.before(LONGEST_PAUSE * 2);
        self.lanes.retain(|_, lane| lane.under_way > 0 || lane.failed_at.is_some_and(|at| at > long_ago));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_that_fails_is_left_alone_and_one_that_works_again_is_not() {
        let now = Timestamp::from_unix_millis(0).unwrap();
        let lane = DeliveryLane("a".to_owned());
        let mut breaker = Breaker::default();
        assert_eq!(breaker.room(&lane, 4, now), 4);
        breaker.begin(&lane);
        assert_eq!(breaker.room(&lane, 4, now), 3);
        breaker.went_badly(&lane, now);
        assert_eq!(breaker.room(&lane, 4, now), 1);
        for _ in 0..2 {
            breaker.begin(&lane);
            breaker.went_badly(&lane, now);
        }
        assert_eq!(breaker.room(&lane, 4, now), 0);
        let later = now.after(Duration::from_secs(1));
        assert_eq!(breaker.room(&lane, 4, later), 1);
        breaker.begin(&lane);
        assert_eq!(breaker.room(&lane, 4, later), 0);
        breaker.went_well(&lane);
        assert_eq!((breaker.room(&lane, 4, later), breaker.closed()), (4, 0));
    }

    #[test]
    fn failures_one_after_the_other_are_counted_and_old_ones_forgotten() {
        let now = Timestamp::from_unix_millis(0).unwrap();
        let lane = DeliveryLane("a".to_owned());
        let mut breaker = Breaker::default();
        for (failures, room) in [(1, 1), (2, 1), (3, 0)] {
            breaker.begin(&lane);
            breaker.went_badly(&lane, now);
            breaker.forget(now);
            assert_eq!(breaker.room(&lane, 4, now), room, "after {failures}");
        }
        breaker.forget(now.after(LONGEST_PAUSE * 2));
        assert_eq!((breaker.room(&lane, 4, now), breaker.closed()), (4, 0));
    }
}
