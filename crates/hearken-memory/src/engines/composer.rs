//! Writes recaps as a few lines of plain text.

use bytes::Bytes;
use hearken_domain::{ports::RecapComposer, recap::Recap};

/// Writes whom a recap is for and what it says, a line each. **No mail that could be sent**: enough for a test that asks
/// who gets what.
#[derive(Clone, Copy, Debug, Default)]
pub struct MemoryComposer;

impl RecapComposer for MemoryComposer {
    fn compose(&self, recap: Recap<'_>) -> Bytes {
        let Recap { delivery, to, engagement, participants, action_items, at: _ } = recap;
        let mut lines = vec![
            delivery.to_string(),
            format!("to {to}"),
            format!("about {}", engagement.title),
            format!("with {}", participants.join(", ")),
        ];
        lines.extend(engagement.summary.clone());
        lines.extend(action_items.iter().map(|item| format!("- {}", item.found.title)));
        Bytes::from(lines.join("\n"))
    }
}
