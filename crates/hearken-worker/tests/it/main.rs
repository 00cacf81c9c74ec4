//! The worker as a whole, over the verified in-memory ports and a clock that moves with tokio's.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod deliveries;
mod ending;
mod house;
mod steps;
mod suspects;
