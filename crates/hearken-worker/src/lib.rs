//! The worker of Hearken: the loops that lease jobs and deliveries, have them done, and end in good order.
//!
//! [`Worker`] runs four loops beside each other: the speech lane, the quick lane, suspects, and deliveries. Each leases
//! as much as it has places free, so nothing waits in a process that cannot do it now. Workspaces take turns, and so do
//! receivers; a receiver that fails is left alone for a while, and holds no places that others need. Suspects are jobs
//! that a process died with; they are taken again one at a time.
//!
//! [`WakingStore`] wraps a store and rings a [`Bell`] after every commit that left something to be done. That saves
//! waiting for the next look, once a second, which is what nothing depends on.
//!
//! # Limits
//!
//! A job's lease runs for 60 s and is renewed every 20 s; a delivery's runs for 60 s and is longer than any attempt.
//! When the worker is told to end, what is under way has [`WorkerSettings::grace`] to end; the rest is given back, and
//! nothing of it is counted.

mod bell;
mod breaker;
mod company;
mod delivery_loop;
mod job_loop;
mod listener;
mod renewal;
mod running;
mod settings;
mod suspect_loop;
mod waking;
mod worker;

pub use self::{bell::Bell, settings::WorkerSettings, waking::WakingStore, worker::Worker};
