//! Tells work on another thread that nobody waits for it any more.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::error::WhisperError;

/// Set once; looked at between steps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// An error once it was set.
    pub(crate) fn check(&self) -> Result<(), WhisperError> {
        if self.0.load(Ordering::Relaxed) { Err(WhisperError::Stopped) } else { Ok(()) }
    }
}

/// Sets it when it is dropped.
#[derive(Debug, Default)]
pub(crate) struct StopOnDrop(pub(crate) Stop);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_no_longer_is_heard_of() {
        let guard = StopOnDrop::default();
        let stop = guard.0.clone();
        assert!(stop.check().is_ok());
        drop(guard);
        assert!(matches!(stop.check(), Err(WhisperError::Stopped)));
    }
}
