//! What an operator may set, and what follows from it for the guard.

use std::time::Duration;

use hearken_egress::{EgressSettings, Timeouts};

/// The limits of one attempt.
#[derive(Clone, Copy, Debug)]
pub struct WebhookSettings {
    /// How long an attempt may take: DNS, connecting, sending, and reading the answer, all together.
    pub within: Duration,
    /// How much of an answer's body is read, in bytes; then the connection is closed.
    pub max_answer_bytes: usize,
}

impl Default for WebhookSettings {
    fn default() -> Self {
        Self { within: Duration::from_secs(15), max_answer_bytes: 64 * 1024 }
    }
}

impl WebhookSettings {
    /// The settings of a guard for webhooks: those of `base`, but with the time of an attempt for its answer. A small
    /// answer has no rate to speak of, so there is no slowest one.
    pub fn egress(&self, base: EgressSettings) -> EgressSettings {
        let within = self.within;
        EgressSettings {
            timeouts: Timeouts { head: within, idle: within, total: within, ..base.timeouts },
            min_rate_bytes_per_second: 0,
            ..base
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_may_take_the_whole_time_and_be_as_slow_as_it_likes() {
        let base = EgressSettings { ports: vec![444], ..EgressSettings::default() };
        let egress = WebhookSettings::default().egress(base);
        let Timeouts { head, idle, total, .. } = egress.timeouts;
        assert_eq!([head, idle, total], [Duration::from_secs(15); 3]);
        assert_eq!((egress.min_rate_bytes_per_second, egress.ports), (0, vec![444]));
    }
}
