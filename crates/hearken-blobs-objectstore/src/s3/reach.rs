//! Remembers for a while that the bucket could not be reached.
//!
//! Whether it can be is known from the calls that are made anyway; asking it for every create would double them. After
//! the while new recordings are let through again, and the first one finds out.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use hearken_domain::ports::{BlobError, BlobErrorKind};

/// How long a failure counts.
const MEMORY: Duration = Duration::from_secs(5);

/// When the bucket was last out of reach, unless it answered since.
#[derive(Default)]
pub(super) struct Reach(Mutex<Option<(Instant, BlobErrorKind)>>);

impl Reach {
    /// Passes an outcome on and remembers what it says about the bucket.
    pub(super) fn note<T>(&self, outcome: Result<T, BlobError>) -> Result<T, BlobError> {
        let mut trouble = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome.as_ref().err().map(|error| error.kind) {
            Some(kind @ (BlobErrorKind::Unavailable | BlobErrorKind::Full)) => *trouble = Some((Instant::now(), kind)),
            // A missing blob is an answer too.
            None | Some(BlobErrorKind::NotFound) => *trouble = None,
            // Mostly something of ours, such as a recording that broke off: it says nothing about the bucket.
            Some(BlobErrorKind::Broken) => {}
        }
        drop(trouble);
        outcome
    }

    /// The failure, while it counts.
    pub(super) fn check(&self) -> Result<(), BlobError> {
        let trouble = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match trouble {
            Some((at, kind)) if at.elapsed() < MEMORY => {
                Err(BlobError { kind, source: "the bucket refused a moment ago".into() })
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(kind: BlobErrorKind) -> Result<(), BlobError> {
        Err(BlobError { kind, source: "x".into() })
    }

    #[test]
    fn a_failure_counts_until_the_bucket_answers() {
        let reach = Reach::default();
        assert!(reach.check().is_ok());
        assert!(reach.note(failure(BlobErrorKind::Unavailable)).is_err());
        assert_eq!(reach.check().unwrap_err().kind, BlobErrorKind::Unavailable);
        assert!(reach.note(failure(BlobErrorKind::Broken)).is_err());
        assert!(reach.check().is_err());
        assert!(reach.note(failure(BlobErrorKind::NotFound)).is_err());
        assert!(reach.check().is_ok());
    }
}
