//! A doubt about buying or agreeing.

use std::sync::LazyLock;

use crate::cue::Cues;

static CUES: LazyLock<Cues> = LazyLock::new(|| {
    Cues::new(&[
        (0.9, "deal[ -]?breakers?|show[ -]?stoppers?|that's a no|it's a no|non[ -]?starter"),
        (
            0.85,
            "not acceptable|unacceptable|can't accept|cannot accept|won't accept|will never (?:sign|accept|agree|approve)|can't agree|can't sign (?:that|this|it|a|the|off)",
        ),
        (
            0.85,
            "too (?:expensive|pricey|costly|much money|steep|high a price)|way over|over (?:our|the|my) budget|out of (?:our|my) budget",
        ),
        (
            0.8,
            "more than we (?:pay|planned|expected|budgeted|wanted)|(?:hard|difficult|tough|impossible) to justify|can't justify",
        ),
        (
            0.8,
            "(?:i'm|i am|we're|we are) not (?:sure|convinced|certain) (?:i|we|that|if|this|whether|it|about)|not convinced",
        ),
        (
            0.8,
            "don't see (?:the|any|how|why|much) (?:value|point|benefit|need|reason|we|it|this)|don't see (?:why|how) (?:we|i|that)",
        ),
        (
            0.8,
            "(?:don't|doesn't|do not) (?:have|got) (?:the |any |enough )?(?:budget|money|resources|capacity|people for)|no budget",
        ),
        (0.75, "don't want to be (?:locked|tied|stuck)|locked in|lock-in|not ready to (?:buy|commit|sign|switch)"),
        (0.75, "could be a (?:blocker|problem|deal)|(?:that's|it's|is) a blocker|big hurdle"),
        (
            0.7,
            "(?:too|so) (?:complicated|complex|long|slow|risky|big a step|early)|not a (?:good )?fit|doesn't fit|not for us|not interested",
        ),
        (
            0.7,
            "(?:don't|do not) think (?:we|this|that|it|i) (?:can|could|will|would|need|should|is|makes|works|fits)|don't really need|don't need (?:it|this|that)",
        ),
        (
            0.7,
            "we(?:'re| are) happy with (?:what|our|the)|already have (?:a|an|something)|have to think about|need to think about|my hesitation|hesitant|reluctant",
        ),
        (
            0.7,
            "the (?:number|price|fee|terms?|clause)s? (?:isn't|aren't|is not|are not|doesn't|don't)|i doubt|have (?:my |our |some )?doubts",
        ),
        (
            0.65,
            "(?:never|not) (?:sign|signing|agree|agreeing) (?:to|with|that|this|unlimited)|can't get (?:that|this|it) (?:approved|past|through)",
        ),
        (
            0.75,
            "(?:is|seems|sounds|looks|quite|pretty|rather|bit) (?:a bit |a little |quite |pretty |rather )?steep|(?:that's|it's|is) (?:a bit|rather|quite|too) much|nobody (?:fancies|wants|likes|needs)|not (?:that )?keen|not comfortable|reservations",
        ),
        (
            0.7,
            "(?:they|we|i) (?:don't|do not|didn't) (?:really )?like|won't work for us|can't commit|not what we (?:need|want|asked|agreed)|not in a position|overkill|hard sell|tough sell|push(?:ed|ing)? back",
        ),
        (
            0.7,
            "my (?:boss|board|cfo|ceo|manager|director|team|husband|wife|partner) (?:won't|will not|will never|would never|isn't|doesn't|hates)|i'd rather (?:not|wait|stay|keep)|we'd rather (?:not|wait|stay)",
        ),
        (
            0.6,
            "don't (?:really )?have (?:anybody|anyone|somebody|someone|the time|time|the people)|is (?:just )?too long|long time to commit",
        ),
    ])
});

static NO_DOUBTS: LazyLock<Cues> = LazyLock::new(|| {
    Cues::new(&[(
        1.0,
        "not too (?:expensive|pricey|complicated|long)|wasn't too|isn't too|isn't a problem|not a problem|no doubt",
    )])
});

/// How sure it is that this is one.
pub(crate) fn sureness(text: &str) -> Option<f64> {
    CUES.surest(text).filter(|_| !NO_DOUBTS.any(text))
}
