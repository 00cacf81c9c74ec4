//! The shape of the project, held by tests: what `docs/architecture.md` says about crates and files fails here when it
//! is no longer so.
//!
//! Every check is a function from what it looks at to the faults it found. The project is one thing it looks at; a bad
//! sample beside it is another, so that each check is known to be able to fail.

mod arrows;
mod code;
mod dialer;
mod layout;
mod manifests;
mod purity;
mod tidiness;
mod workspace;
mod wrappers;

/// Fails with everything that was found, and with what to do about it.
fn assert_none(faults: &[String], advice: &str) {
    assert!(faults.is_empty(), "{advice}\n  {}", faults.join("\n  "));
}
