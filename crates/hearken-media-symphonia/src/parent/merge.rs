//! Tracks that were read one after another, as one recording.

use crate::{peaks::at_most_two, protocol::Ended};

/// The first one's names; the channels of each behind those of the ones before.
pub(super) fn merged(parts: Vec<Ended>) -> Option<Ended> {
    let mut parts = parts.into_iter();
    let mut whole = parts.next()?;
    for part in parts {
        let first = whole.kept.iter().map(|kept| kept.channel + 1).max().unwrap_or(0);
        whole.kept.extend(part.kept.into_iter().map(|mut kept| {
            kept.channel += first;
            kept
        }));
        whole.channels = whole.channels.saturating_add(part.channels);
        whole.duration_ms = whole.duration_ms.max(part.duration_ms);
        whole.peaks.extend(part.peaks);
    }
    whole.peaks = at_most_two(whole.peaks);
    Some(whole)
}
