//! What several adapters need alike, and no port is about: reading what servers and programs write that are not ours.
//!
//! Adapters may not see each other; they may see this. It depends on nothing of ours, does no I/O and decides nothing
//! that Hearken exists for: see `docs/decisions/0045-a-ground-for-adapters.md`.

pub mod json;
mod retry_after;

pub use retry_after::retry_after;
