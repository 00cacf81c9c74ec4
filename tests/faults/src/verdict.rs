//! What a check found.

/// The end of a check that can be held against a sound build and a broken one.
#[derive(Debug)]
pub enum Verdict {
    /// What its name says is so.
    Holds,
    /// It is not, and this was seen instead.
    Broken(String),
    /// This machine lacks something that the check needs.
    Skipped(String),
}

impl Verdict {
    /// By a condition, with what was seen when it is not met.
    pub fn when(holds: bool, seen: impl FnOnce() -> String) -> Self {
        if holds { Self::Holds } else { Self::Broken(seen()) }
    }
}
