//! What happens next: a meeting, a call, a step that both agree on.

use std::sync::LazyLock;

use crate::{cue::Cues, due, said::Said};

/// A day on which everything can be reckoned; here it only matters that a day was named.
fn names_a_day(words: &[&str]) -> bool {
    chrono::NaiveDate::from_ymd_opt(2024, 1, 1).and_then(|today| due::find(words, today)).is_some()
}

static CUES: LazyLock<Cues> = LazyLock::new(|| {
    Cues::new(&[
        (
            0.9,
            "let's (?:schedule|set up|book|arrange|plan|put|find a (?:time|slot|date))|schedule (?:a|another|the|our) (?:call|meeting|session|demo|follow)",
        ),
        (
            0.85,
            "let's (?:meet|talk|speak|touch base|catch up|reconnect|regroup|sync)(?: again)?|let's do (?:a|another) (?:\\w+ )?(?:call|meeting|check|demo|session|round)",
        ),
        (0.85, "we'll (?:meet|talk|speak|reconvene|sync|catch up)|we will (?:meet|talk|speak)|then we'll speak"),
        (0.85, "next steps? (?:is|are|would|will|here|for)|as a next step|the next step"),
        (0.8, "how about we (?:catch up|meet|talk|speak|do)|shall we (?:talk|meet|speak|say|do a|schedule|set up|put)"),
        (
            0.8,
            "in (?:the|your|our|my) (?:calendar|diary)|on the agenda|when (?:shall|should|can|do|could) we (?:speak|meet|talk|catch up)|calendar invite|send (?:you |over )?(?:an|the|a new) invit(?:e|ation) for",
        ),
    ])
});

/// Signs only when a day is named.
static WITH_A_DAY: LazyLock<Cues> = LazyLock::new(|| {
    Cues::new(&[
        (0.75, "follow(?:ing)?[ -]up|next (?:call|meeting|session|retro|review|sync|check-in|demo|workshop)"),
        (
            0.7,
            "meet(?:ing)? again|talk again|speak again|see (?:you|each other) (?:on|next|again)|talk to you|speak to you|let's say",
        ),
        (
            0.7,
            "(?:suits?|work for|works for|good for|okay for|free|available|convenient)(?: for)? (?:you|everybody|everyone)|make it|let's (?:aim|get|move|push|shoot|plan)",
        ),
        (
            0.65,
            "(?:post[- ]?mortem|retro|review|meeting|call|session|workshop|stand-?up|demo|sync|training|kick-?off|visit|inspection|interview)(?: is| will be)?(?: held)? (?:on|at|next|this|for)",
        ),
        (
            0.7,
            "can (?:i|we) (?:call|meet|talk|speak|see)|board meeting|committee (?:meets|meeting)|i'd say let's|kick-?off (?:is|will)",
        ),
    ])
});

/// Days that come again and again are named without being a date.
static REGULAR: LazyLock<Cues> = LazyLock::new(|| Cues::new(&[(0.8, "we'll meet every|meet every \\w+day")]));

static NOT_NEXT: LazyLock<Cues> = LazyLock::new(|| {
    Cues::new(&[(1.0, "let's (?:talk|speak) about|let's put (?:it|that) (?:aside|this way)|what(?:'s| is) the next")])
});

/// A short question with a day proposes that day, unless it asks for something.
const STARTS: &[&str] = &[
    "what", "why", "how", "when", "where", "which", "who", "is", "are", "did", "do", "does", "was", "were", "has",
    "have", "can", "could", "will",
];

/// How sure it is that this is one.
pub(crate) fn sureness(said: &Said<'_>) -> Option<f64> {
    let text = said.text();
    if NOT_NEXT.any(text) {
        return None;
    }
    let plain = CUES.surest(text).or_else(|| REGULAR.surest(text));
    let words = said.plain();
    let proposes = said.has_question_mark()
        && words.len() <= 8
        && words.first().is_some_and(|word| !STARTS.contains(&word.split('\'').next().unwrap_or(word)))
        && names_a_day(&words);
    let plain = plain.or_else(|| proposes.then_some(0.6));
    plain.or_else(|| WITH_A_DAY.surest(text).filter(|_| names_a_day(&said.plain())))
}
