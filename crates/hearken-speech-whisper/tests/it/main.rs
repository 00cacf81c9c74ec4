//! The engine with models that the tests make, and pulls from hosts that the tests start.
//!
//! No model that knows a language is needed: a made model says what its test scripted, so that every time and every
//! boundary is known beforehand, and a random one says anything, so that what must hold for any text is seen to hold.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]
#![expect(clippy::disallowed_methods, reason = "the files are the tests' own")]
#![expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "small numbers")]

mod broken_cases;
mod host;
mod made_model;
mod made_track;
mod pull_cases;
mod speech_cases;
mod stage;
mod timing_cases;
mod words;
