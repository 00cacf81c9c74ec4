//! A notice within a process: something was committed that somebody has to do.

use std::sync::Arc;

use tokio::sync::watch;

/// Rung by whoever commits, heard by whoever waits. A ring that nobody hears yet is not lost.
#[derive(Clone, Debug)]
pub struct Bell(Arc<watch::Sender<u64>>);

/// Hears a bell.
#[derive(Debug)]
pub(crate) struct Ear(watch::Receiver<u64>);

impl Bell {
    /// A bell that was never rung.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }

    /// Wakes everybody who listens.
    pub fn ring(&self) {
        self.0.send_modify(|rung| *rung = rung.wrapping_add(1));
    }

    /// Hears every ring from now on.
    pub(crate) fn ear(&self) -> Ear {
        Ear(self.0.subscribe())
    }
}

impl Default for Bell {
    fn default() -> Self {
        Self::new()
    }
}

impl Ear {
    /// Returns once it was rung since the last time.
    pub(crate) async fn heard(&mut self) {
        if self.0.changed().await.is_err() {
            // The bell is gone, and with it whoever could ring: only the clock is left.
            std::future::pending::<()>().await;
        }
    }
}
