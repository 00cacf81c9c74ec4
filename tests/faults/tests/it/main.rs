//! Faults: what is acknowledged survives every kill, full disk and lost answer, and every build that is broken on
//! purpose is found by a check whose name says what it found.
//!
//! How to run the long forms stands in `tests/faults/README.md`.

mod broken_builds;
mod cancelled;
mod crash_loop;
mod crash_points;
mod disk_errors;
mod full_disk;
mod job_points;
mod lost_commits;
mod postgres_outages;
mod power_loss;
mod recovery;
mod system_calls;
mod worker_outages;
