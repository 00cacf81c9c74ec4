//! How much is done at a time.

use std::time::Duration;

use hearken_domain::ids::ProcessId;

/// The size of a worker.
#[derive(Clone, Copy, Debug)]
pub struct WorkerSettings {
    /// Whose leases they are.
    pub process: ProcessId,
    /// Recordings that are listened to at a time; at least 1.
    pub speech_jobs: usize,
    /// Other steps at a time; at least 1.
    pub quick_jobs: usize,
    /// Attempts to deliver at a time; at least 1.
    pub deliveries: usize,
    /// Attempts to deliver to one receiver at a time; at least 1.
    pub deliveries_a_receiver: u16,
    /// How long what is under way may go on when the worker is told to end.
    pub grace: Duration,
}

impl WorkerSettings {
    /// For a process and so many cores.
    pub fn new(process: ProcessId, cores: usize) -> Self {
        let cores = cores.max(1);
        Self {
            process,
            speech_jobs: cores,
            // Most of a quick step is waiting for the store.
            quick_jobs: (4 * cores).max(8),
            deliveries: 256,
            deliveries_a_receiver: 4,
            grace: Duration::from_secs(10),
        }
    }
}
