//! The use cases over the ports in memory: no runtime, no socket, and a clock that only moves when it is told to.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod administration;
mod automated;
mod created;
mod delivered;
mod failed;
mod harness;
mod interference;
mod lost_answers;
mod owners;
mod participants;
mod private_replay;
mod rejected;
mod steps;
mod swap_one_adapter;
mod sweeping;
mod turns;
mod two_at_once;
mod work;
