//! Clients that mean harm, against the service on a real socket: whatever they do, everybody else is served, and the
//! place that each of them takes comes back. What the service allows them is what it allows by default.
//!
//! The service runs in this process, over the ports in memory, so that thousands of clients cost sockets and nothing
//! else. Deadlines are short here; no test asserts how long anything took, only that it ended.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod bodies;
mod client;
mod crowd;
mod frames;
mod heads;
mod healthy;
mod hostile;
mod moves;
mod service;
mod silent;
mod slow_readers;
mod stalled_windows;
mod tenants;
