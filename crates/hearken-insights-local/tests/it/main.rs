//! The embedded analyser through its ports: what it promises on any conversation, and how often it is right on labelled
//! ones.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod figures;
mod findings;
mod labelled;
mod long;
mod promises;
mod talk;
