//! Receivers as a test says they answer, and what was brought to them.

use std::collections::VecDeque;

use async_trait::async_trait;
use hearken_domain::{
    delivery::Attempt,
    ports::{AutomationDispatcher, Dispatched, Outcome, Parcel},
};

use crate::watched::Watched;

/// A dispatcher that brings nothing anywhere: it records every parcel, and answers as it was told, attempt by attempt;
/// after that every parcel is accepted.
#[derive(Debug, Default)]
pub struct MemoryDispatcher {
    state: Watched<State>,
}

#[derive(Debug, Default)]
struct State {
    outcomes: VecDeque<Outcome>,
    brought: Vec<Parcel>,
}

impl MemoryDispatcher {
    /// One whose receivers accept everything.
    pub fn new() -> Self {
        Self::default()
    }

    /// The next attempt that has no outcome yet ends like this.
    pub fn answers(&self, outcome: Outcome) {
        self.state.change(|state| state.outcomes.push_back(outcome));
    }

    /// Every parcel, in the order of the attempts, whatever became of them.
    pub fn brought(&self) -> Vec<Parcel> {
        self.state.read(|state| state.brought.clone())
    }

    /// Returns once there were at least so many attempts.
    pub async fn until_brought(&self, attempts: usize) {
        self.state.until(|state| state.brought.len() >= attempts).await;
    }
}

#[async_trait]
impl AutomationDispatcher for MemoryDispatcher {
    async fn dispatch(&self, parcel: Parcel) -> Dispatched {
        let at = parcel.at;
        let outcome = self.state.change(|state| {
            state.brought.push(parcel);
            state.outcomes.pop_front().unwrap_or(Outcome::Accepted)
        });
        let (status_code, error) = match outcome {
            Outcome::Accepted => (Some(200), None),
            Outcome::Failed { .. } => (Some(500), Some("the receiver answered with status 500")),
            Outcome::Refused => (None, Some("the address is refused")),
            Outcome::Gone => (Some(410), Some("the receiver is gone")),
        };
        let error = error.map(str::to_owned);
        Dispatched { attempt: Attempt { at, status_code, duration_ms: 1, error, response_body: None }, outcome }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::FutureExt;
    use hearken_domain::{handle::EmailAddress, ids::Ulid, ports::Address, time::Timestamp};

    use super::*;

    #[test]
    fn outcomes_are_given_in_their_order_and_every_parcel_is_kept() {
        let dispatcher = MemoryDispatcher::new();
        let parcel = || Parcel {
            delivery: Ulid::nil().into(),
            payload: Bytes::from_static(b"mail"),
            address: Address::Mailbox(EmailAddress::try_from("ada@example.com").unwrap()),
            at: Timestamp::MIN,
        };
        dispatcher.answers(Outcome::Gone);
        let outcome = || dispatcher.dispatch(parcel()).now_or_never().unwrap().outcome;
        assert!(dispatcher.until_brought(1).now_or_never().is_none());
        assert_eq!((outcome(), outcome()), (Outcome::Gone, Outcome::Accepted));
        assert!(dispatcher.until_brought(2).now_or_never().is_some());
        assert_eq!(dispatcher.brought().len(), 2);
    }
}
