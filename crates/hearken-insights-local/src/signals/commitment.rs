//! Something that somebody promised.

use std::sync::LazyLock;

use crate::{
    actions::{Kind, Lead},
    cue::Cues,
    said::Said,
};

static VOWS: LazyLock<Cues> = LazyLock::new(|| {
    Cues::new(&[
        (0.95, "you have my word|i give you my word"),
        (
            0.9,
            "i promise(?: you)?(?: that)?|we promise|i guarantee|we guarantee|i(?:'ll| will) make sure (?:that|you|it)",
        ),
        (0.8, "you can count on (?:me|us)|consider it done|we(?:'re| are) committed to|i commit to|we commit to"),
        (
            0.75,
            "leave (?:it|that|this) (?:with|to) me|i'm on it|we're on it|that'll be me|(?:i've|we've) got (?:this|you covered)|you'll hear from (?:me|us)",
        ),
        (0.75, "i'll take (?:it|that)(?: on)?[.!]?$"),
    ])
});

static NO_VOWS: LazyLock<Cues> =
    LazyLock::new(|| Cues::new(&[(1.0, "can't promise|cannot promise|i promise you that's|not promise|if i promise")]));

/// How sure it is that this is one.
pub(crate) fn sureness(said: &Said<'_>, leads: &[Lead]) -> Option<f64> {
    if NO_VOWS.any(said.text()) {
        return None;
    }
    let led = leads.iter().filter_map(|lead| match lead.kind {
        Kind::Promise => Some(0.8),
        Kind::Delivery | Kind::WePromise => Some(0.65),
        _ => None,
    });
    led.chain(VOWS.surest(said.text())).reduce(f64::max)
}
