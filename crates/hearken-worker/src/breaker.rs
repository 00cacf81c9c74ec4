//! Which receivers may be called now: each has a few places of its own, and one that fails is left alone for a while.

use std::{collections::HashMap, time::Duration};

use hearken_domain::{delivery::DeliveryLane, time::Timestamp};

/// So many failures in a row, and a receiver is left alone.
const PATIENCE: u32 = 3;
/// At first so long, then twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// Never longer.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// How long it is known how a receiver's last attempt went: a pause, and the attempt after it.
const MEMORY: Duration = Duration::from_mins(5);

/// What is known of the receivers that have attempts under way or had some lately.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    lanes: HashMap<DeliveryLane, Lane>,
}

#[derive(Debug, Default)]
struct Lane {
    under_way: u16,
    failures: u32,
    closed_until: Option<Timestamp>,
    /// Its last attempt was acknowledged.
    is_proven: bool,
    heard_at: Option<Timestamp>,
}

impl Breaker {
    /// How many attempts a receiver may have more, now. One that has not shown that it works has one: if it never
    /// answers, that is one place lost and not all it might have.
    pub(crate) fn room(&self, lane: &DeliveryLane, most: u16, now: Timestamp) -> u16 {
        let Some(known) = self.lanes.get(lane) else { return most.min(1) };
        if known.closed_until.is_some_and(|until| now < until) {
            return 0;
        }
        let most = if known.is_proven { most } else { most.min(1) };
        most.saturating_sub(known.under_way)
    }

    /// Whether a receiver's last attempt was acknowledged.
    pub(crate) fn is_proven(&self, lane: &DeliveryLane) -> bool {
        self.lanes.get(lane).is_some_and(|known| known.is_proven)
    }

    /// How many attempts are under way to receivers that have not shown that they work.
    pub(crate) fn unproven(&self) -> usize {
        self.lanes.values().filter(|lane| !lane.is_proven).map(|lane| usize::from(lane.under_way)).sum()
    }

    /// How many receivers may have none now, at most.
    pub(crate) fn closed(&self) -> usize {
        self.lanes.values().filter(|lane| lane.under_way > 0 || lane.failures > 0).count()
    }

    /// An attempt begins.
    pub(crate) fn begin(&mut self, lane: &DeliveryLane) {
        self.lanes.entry(lane.clone()).or_default().under_way += 1;
    }

    /// An attempt has ended, without a word about the receiver.
    pub(crate) fn end(&mut self, lane: &DeliveryLane) {
        if let Some(known) = self.lanes.get_mut(lane) {
            known.under_way = known.under_way.saturating_sub(1);
            if known.under_way == 0 && known.heard_at.is_none() {
                self.lanes.remove(lane);
            }
        }
    }

    /// The receiver acknowledged.
    pub(crate) fn went_well(&mut self, lane: &DeliveryLane, now: Timestamp) {
        if let Some(known) = self.lanes.get_mut(lane) {
            known.failures = 0;
            known.closed_until = None;
            known.is_proven = true;
            known.heard_at = Some(now);
        }
        self.end(lane);
    }

    /// The receiver failed.
    pub(crate) fn went_badly(&mut self, lane: &DeliveryLane, now: Timestamp) {
        if let Some(known) = self.lanes.get_mut(lane) {
            known.failures = known.failures.saturating_add(1);
            known.is_proven = false;
            known.heard_at = Some(now);
            if let Some(beyond) = known.failures.checked_sub(PATIENCE) {
                let pause = (FIRST_PAUSE * 2_u32.pow(beyond.min(6))).min(LONGEST_PAUSE);
                known.closed_until = Some(now.after(pause));
            }
        }
        self.end(lane);
    }

    /// Forgets receivers that have nothing under way and were not heard of for long.
    pub(crate) fn forget(&mut self, now: Timestamp) {
        let long_ago = now.before(MEMORY);
        self.lanes.retain(|_, lane| lane.under_way > 0 || lane.heard_at.is_some_and(|at| at > long_ago));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(name: &str) -> DeliveryLane {
        DeliveryLane(name.to_owned())
    }

    #[test]
    fn a_receiver_that_fails_is_left_alone_and_one_that_works_again_is_not() {
        let now = Timestamp::from_unix_millis(0).unwrap();
        let lane = lane("a");
        let mut breaker = Breaker::default();
        for _ in 0..3 {
            assert_eq!(breaker.room(&lane, 4, now), 1);
            breaker.begin(&lane);
            assert_eq!(breaker.room(&lane, 4, now), 0);
            breaker.went_badly(&lane, now);
            // Between two attempts it is not forgotten.
            breaker.forget(now.after(Duration::from_mins(1)));
        }
        assert_eq!(breaker.room(&lane, 4, now), 0);
        let later = now.after(Duration::from_secs(1));
        assert_eq!(breaker.room(&lane, 4, later), 1);
        breaker.begin(&lane);
        assert_eq!(breaker.room(&lane, 4, later), 0);
        breaker.went_well(&lane, later);
        assert_eq!((breaker.room(&lane, 4, later), breaker.closed()), (4, 0));
        breaker.forget(later.after(MEMORY));
        assert_eq!(breaker.room(&lane, 4, later), 1);
    }

    #[test]
    fn a_receiver_has_one_attempt_until_it_has_shown_that_it_works() {
        let now = Timestamp::from_unix_millis(0).unwrap();
        let (good, silent) = (lane("good"), lane("silent"));
        let mut breaker = Breaker::default();
        for lane in [&good, &silent] {
            assert_eq!(breaker.room(lane, 4, now), 1);
            breaker.begin(lane);
        }
        assert_eq!(breaker.unproven(), 2);
        breaker.went_well(&good, now);
        breaker.begin(&good);
        assert_eq!((breaker.room(&good, 4, now), breaker.room(&silent, 4, now), breaker.unproven()), (3, 0, 1));
        // Nobody learned anything: it is as it was.
        breaker.end(&silent);
        breaker.end(&good);
        assert!(breaker.is_proven(&good) && !breaker.is_proven(&silent));
        assert_eq!((breaker.room(&good, 4, now), breaker.room(&silent, 4, now)), (4, 1));
    }
}
