//! What can go wrong with a store, as far as a caller acts on it.

use std::error::Error;

/// A store's failure. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[error("{}", kind.as_str())]
pub struct StoreError {
    /// What to do about it.
    pub kind: StoreErrorKind,
    /// The driver's own error, for the log.
    #[source]
    pub source: Box<dyn Error + Send + Sync>,
}

/// The closed set of meanings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// Not reachable, overloaded or restarting: the same call may succeed soon.
    Unavailable,
    /// No space is left: reads go on.
    Full,
    /// A stored value is not one that we write. The source names table, column and row.
    Inconsistent,
    /// Anything else: a defect of ours or of the installation.
    Broken,
}

impl StoreErrorKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Unavailable => "the store is not available",
            Self::Full => "the store is full",
            Self::Inconsistent => "the store holds a value that was never written",
            Self::Broken => "the store failed",
        }
    }
}

impl StoreError {
    /// Puts one together.
    pub fn new(kind: StoreErrorKind, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind, source: source.into() }
    }

    /// Whether the same call may succeed later without anybody's doing.
    pub fn is_retryable(&self) -> bool {
        matches!(self.kind, StoreErrorKind::Unavailable | StoreErrorKind::Full)
    }
}
