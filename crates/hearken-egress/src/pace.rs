//! The deadlines of a body: between two pieces, for its rate, and for the exchange as a whole.
//!
//! Idle time and rate are counted only while the reader waits for the network. A slow reader (a slow blob store) holds
//! the host back by itself, and that is not the host's fault.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::{Instant, Sleep, sleep_until};

use crate::{
    error::{EgressError, Phase},
    settings::EgressSettings,
};

/// Into how many steps a rate window is cut.
const STEPS: u32 = 20;

/// The limits of one body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// When the whole exchange must be over.
    pub(crate) deadline: Instant,
    idle: Duration,
    window: Duration,
    grace: Duration,
    bytes_per_window: u64,
}

impl Limits {
    /// From the settings, for an exchange that must be over at `deadline`.
    pub(crate) fn new(settings: &EgressSettings, deadline: Instant) -> Self {
        let per_millisecond = u128::from(settings.min_rate_bytes_per_second) * settings.rate_window.as_millis() / 1000;
        Self {
            deadline,
            idle: settings.timeouts.idle,
            window: settings.rate_window,
            grace: settings.rate_grace,
            bytes_per_window: u64::try_from(per_millisecond).unwrap_or(u64::MAX),
        }
    }
}

/// Watches one body.
#[derive(Debug)]
pub(crate) struct Pace {
    limits: Limits,
    bytes: u64,
    /// Time spent waiting, without the current wait.
    waited: Duration,
    waiting_since: Option<Instant>,
    /// (time spent waiting, bytes) at the steps of the last window, oldest first.
    marks: VecDeque<(Duration, u64)>,
    alarm: Pin<Box<Sleep>>,
}

impl Pace {
    /// Starts watching.
    pub(crate) fn new(limits: Limits) -> Self {
        let alarm = Box::pin(sleep_until(limits.deadline));
        Self { limits, bytes: 0, waited: Duration::ZERO, waiting_since: None, marks: VecDeque::new(), alarm }
    }

    /// A piece of the body has come.
    pub(crate) fn received(&mut self, bytes: usize) -> Result<(), EgressError> {
        let now = Instant::now();
        if let Some(since) = self.waiting_since.take() {
            self.waited += now - since;
        }
        self.bytes = self.bytes.saturating_add(bytes as u64);
        self.check(now)
    }

    /// The network has nothing. Ready when a deadline has passed; else the task is woken in time for the next one.
    pub(crate) fn poll_overdue(&mut self, cx: &mut Context<'_>) -> Poll<EgressError> {
        let now = Instant::now();
        let since = *self.waiting_since.get_or_insert(now);
        if now - since >= self.limits.idle {
            return Poll::Ready(timeout(Phase::Idle));
        }
        if let Err(error) = self.check(now) {
            return Poll::Ready(error);
        }
        let next = self.limits.deadline.min(since + self.limits.idle).min(now + self.limits.window / STEPS);
        self.alarm.as_mut().reset(next);
        match self.alarm.as_mut().poll(cx) {
            Poll::Pending => Poll::Pending,
            // The moment passed while we looked: be polled again, and find out which deadline it was.
            Poll::Ready(()) => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }

    fn check(&mut self, now: Instant) -> Result<(), EgressError> {
        if now >= self.limits.deadline {
            return Err(timeout(Phase::Total));
        }
        let waited = self.waited + self.waiting_since.map_or(Duration::ZERO, |since| now - since);
        if self.is_too_slow(waited) { Err(timeout(Phase::Rate)) } else { Ok(()) }
    }

    /// Compares with the newest mark that is a whole window back, and sets a mark at each step after the grace.
    fn is_too_slow(&mut self, waited: Duration) -> bool {
        if waited < self.limits.grace {
            return false;
        }
        let step = self.limits.window / STEPS;
        if self.marks.back().is_none_or(|(at, _)| waited >= *at + step) {
            self.marks.push_back((waited, self.bytes));
        }
        let window = self.limits.window;
        while self.marks.get(1).is_some_and(|(at, _)| waited >= *at + window) {
            self.marks.pop_front();
        }
        self.marks
            .front()
            .is_some_and(|(at, bytes)| waited >= *at + window && self.bytes - bytes < self.limits.bytes_per_window)
    }
}

fn timeout(phase: Phase) -> EgressError {
    EgressError::Timeout { phase }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::time::{advance, pause};

    use super::*;

    fn pace() -> Pace {
        let settings = EgressSettings { min_rate_bytes_per_second: 1000, ..EgressSettings::default() };
        Pace::new(Limits::new(&settings, Instant::now() + Duration::from_secs(600)))
    }

    async fn overdue(pace: &mut Pace) -> EgressError {
        poll_fn(|cx| pace.poll_overdue(cx)).await
    }

    /// Waits for a while, then receives, `times` over.
    async fn drip(pace: &mut Pace, every: Duration, bytes: usize, times: u32) -> Result<(), EgressError> {
        for _ in 0..times {
            tokio::select! {
                error = overdue(pace) => return Err(error),
                () = tokio::time::sleep(every) => {}
            }
            pace.received(bytes)?;
        }
        Ok(())
    }

    #[tokio::test]
    async fn silence_ends_at_the_idle_deadline() {
        pause();
        let started = Instant::now();
        assert_eq!(overdue(&mut pace()).await, timeout(Phase::Idle));
        assert_eq!(started.elapsed().as_secs(), 15);
    }

    #[tokio::test]
    async fn a_drip_ends_one_window_after_the_grace() {
        pause();
        let started = Instant::now();
        assert_eq!(drip(&mut pace(), Duration::from_secs(1), 10, 100).await, Err(timeout(Phase::Rate)));
        assert!((25..=27).contains(&started.elapsed().as_secs()), "{:?}", started.elapsed());
    }

    #[tokio::test]
    async fn a_slow_but_steady_body_may_take_its_time() {
        pause();
        assert_eq!(drip(&mut pace(), Duration::from_secs(1), 1100, 500).await, Ok(()));
        assert_eq!(drip(&mut pace(), Duration::from_secs(1), 1100, 700).await, Err(timeout(Phase::Total)));
    }

    #[tokio::test]
    async fn a_slow_reader_is_not_the_hosts_fault() {
        pause();
        let mut pace = pace();
        for _ in 0..50 {
            advance(Duration::from_secs(10)).await;
            assert_eq!(pace.received(10), Ok(()));
        }
    }
}
