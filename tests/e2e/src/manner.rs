//! How a server outside behaves: a test switches it while the server runs.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

/// What a server does with a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    /// What it is there for.
    #[default]
    Well,
    /// Nothing, until the manner is another; then that.
    Hangs,
    /// This status, or reply code.
    Answers(u16),
    /// Something that is no answer.
    Nonsense,
}

/// Sets the manner of a running server.
#[derive(Debug, Default)]
pub struct Switch {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    manner: Manner,
    /// For so many requests; then well again.
    times: Option<usize>,
}

impl Switch {
    /// From now on.
    pub fn set(&self, manner: Manner) {
        self.change(State { manner, times: None });
    }

    /// For the next so many requests, and then well again.
    pub fn set_for(&self, times: usize, manner: Manner) {
        self.change(State { manner, times: Some(times) });
    }

    /// What to do with a request that came now.
    pub(crate) async fn next(&self) -> Manner {
        loop {
            // Made before the look, so that a change after the look is not missed.
            let changed = self.changed.notified();
            match self.take() {
                Manner::Hangs => changed.await,
                manner => return manner,
            }
        }
    }

    fn take(&self) -> Manner {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut state.times {
            Some(0) => *state = State::default(),
            Some(times) => *times -= 1,
            None => {}
        }
        state.manner
    }

    fn change(&self, state: State) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
        self.changed.notify_waiters();
    }
}
