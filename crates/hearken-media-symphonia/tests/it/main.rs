//! The probe against real files: made by the tests, or by other programs once (`tests/fixtures`).

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]
#![expect(clippy::disallowed_methods, reason = "tests make files and look at them")]

mod damaged;
mod dropped;
mod fallback;
mod field;
mod formats;
mod hostile;
mod hostile_program;
mod long;
mod recordings;
mod stage;
mod tracks;
