//! What every adapter of Hearken must do, as checks that can be run on it.
//!
//! Each check is a plain `async fn` whose name is a sentence and whose doc is the clause of the port's contract. One
//! macro a group turns them into tests:
//!
//! ```text
//! async fn fresh() -> hearken_testkit::Stores {
//!     hearken_testkit::Stores::of(std::sync::Arc::new(MyStore::open().await))
//! }
//! hearken_testkit::store_conformance!(fresh);
//! ```
//!
//! `fresh` may also give an `Option` (nothing: the check is reported as skipped, by name) or a pair with something that
//! must live as long as the check, such as a temporary folder; see [`Fresh`]. The caller's crate needs `tokio`.
//!
//! Isolation is by workspace, not by database: all checks may share one database at the same time, in one process.
//!
//! The kit is itself tested: each store of [`broken`] must fail a check that is named for it.

/// Asserts that a commit was refused with this error.
macro_rules! assert_refused {
    ($answer:expr, $error:pat) => {
        let answer = $answer;
        assert!(matches!(&answer, Err($error)), "expected {}, the store answered {answer:?}", stringify!($error));
    };
}

pub mod blob;
pub mod broken;
pub mod decorate;
mod delegate;
pub mod engine;
pub mod fixture;
mod kept;
#[cfg(unix)]
pub mod postgres;
pub mod store;
mod stores;
mod suite;

pub use self::{
    stores::Stores,
    suite::{BLOB_CHECKS, Check, Fresh, STORE_CHECKS, failing},
};
