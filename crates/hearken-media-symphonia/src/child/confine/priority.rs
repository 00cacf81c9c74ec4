//! Decoding can wait; a client that creates an engagement cannot.

use rustix::process::nice;

/// How much lower than the service's. A process of the service's priority gets ten times the processor time of one that
/// decodes beside it, and one that decodes still goes on where others never rest.
const LOWER: i32 = 10;

/// Gives way to the service. False where that could not be had.
pub(super) fn lower() -> bool {
    nice(LOWER).is_ok()
}
