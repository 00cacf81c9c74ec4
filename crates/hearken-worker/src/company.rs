//! Which jobs of a process may run beside each other: all of them, but for one that has the process to itself.
//!
//! A crash that may end a job has to be its own, so nothing else may have caused it.

use std::sync::Arc;

use hearken_domain::job::JobLane;
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// Shared by the loops of a process.
#[derive(Clone, Default)]
pub(crate) struct Company {
    speech: Arc<RwLock<()>>,
    quick: Arc<RwLock<()>>,
}

/// Held by a job for as long as it runs.
#[derive(Clone)]
pub(crate) struct Presence {
    _held: Held,
}

#[derive(Clone)]
enum Held {
    /// Others may run beside it.
    Beside { _lane: Arc<OwnedRwLockReadGuard<()>> },
    /// Nothing does.
    Alone { _lanes: Arc<[OwnedRwLockWriteGuard<()>; 2]> },
}

impl Company {
    /// For jobs of a lane beside others. `None` while one runs alone or waits for that: then nothing is begun.
    pub(crate) fn beside(&self, lane: JobLane) -> Option<Presence> {
        let lock = if lane.listens() { &self.speech } else { &self.quick };
        let lane = lock.clone().try_read_owned().ok()?;
        Some(Presence { _held: Held::Beside { _lane: Arc::new(lane) } })
    }

    /// For a job alone, once all others have ended. Quick jobs go on until the last transcription has ended.
    pub(crate) async fn alone(&self) -> Presence {
        let speech = self.speech.clone().write_owned().await;
        let quick = self.quick.clone().write_owned().await;
        Presence { _held: Held::Alone { _lanes: Arc::new([speech, quick]) } }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn one_that_runs_alone_waits_for_all_others_and_keeps_new_ones_away() {
        let company = Company::default();
        let (listening, quick) = (company.beside(JobLane::Speech), company.beside(JobLane::Quick));
        let mut alone = std::pin::pin!(company.alone());
        assert!(alone.as_mut().now_or_never().is_none());
        assert!(company.beside(JobLane::SpeechSuspect).is_none(), "no transcription begins any more");
        assert!(company.beside(JobLane::Quick).is_some(), "quick jobs go on meanwhile");
        drop(listening);
        assert!(alone.as_mut().now_or_never().is_none());
        assert!(company.beside(JobLane::Quick).is_none());
        drop(quick);
        let presence = alone.now_or_never().expect("all others have ended");
        assert!(company.beside(JobLane::Speech).is_none() && company.beside(JobLane::Quick).is_none());
        drop(presence);
        assert!(company.beside(JobLane::Speech).is_some() && company.beside(JobLane::Quick).is_some());
    }
}
