//! The loops that do Hearken's queued work.
