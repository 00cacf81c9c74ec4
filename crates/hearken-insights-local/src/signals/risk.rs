//! Something that may go wrong for the relationship or the project.

use std::sync::LazyLock;

use crate::cue::Cues;

static CUES: LazyLock<Cues> = LazyLock::new(|| {
    Cues::new(&[
        // The relationship.
        (
            0.9,
            "(?:want|like|need|have|going|decided) to (?:cancel|terminate|leave you)|cancel (?:my|our|the) (?:subscription|contract|account|order)",
        ),
        (
            0.85,
            "look(?:ing)? (?:at|for|into) (?:alternatives|other (?:options|vendors|providers|suppliers))|(?:switch|move|migrate|moving|switching|migration) to (?:another|a different|a competitor)",
        ),
        (
            0.85,
            "we're gone|we are gone|we'll leave|won't renew|not (?:going to )?renew|not renewing|last chance|start the migration",
        ),
        (
            0.75,
            "(?:not|isn't|aren't) (?:at all )?(?:happy|satisfied|pleased) (?:about|with)|unhappy (?:about|with)|lost (?:our |all )?(?:trust|confidence)|can't trust",
        ),
        (
            0.8,
            "(?:lost|losing|lose) (?:some |a bit of |all |our |my )?(?:faith|patience)|go(?:ing)? elsewhere|look(?:ing)? elsewhere|shop(?:ping)? around|walk away|can't see us|reconsider(?:ing)?|rethink(?:ing)?|had enough of|fed up with",
        ),
        (
            0.8,
            "thinking (?:of|about) (?:leaving|switching|cancelling|stopping|moving)|in favou?r of (?:going|switching|moving)|end (?:the|our) (?:contract|agreement)|pull the plug",
        ),
        // The law, and safety.
        (
            0.85,
            "lawsuit|legal action|take (?:you|them|us) to court|sue you|data protection authority|unlimited liability|breach(?:es)? of|data breach|penalt(?:y|ies)",
        ),
        (
            0.8,
            "(?:violate|violates|violation|not compliant|non-compliant|security (?:risk|hole|issue|problem|incident|concerns?))|leak(?:s|ed)? (?:of )?(?:data|customer)",
        ),
        (
            0.7,
            "(?:won't|will not|can't|cannot|not) allow(?:ed)? (?:recordings|data|it|this|that|us)|outside (?:of )?the eu",
        ),
        // Worry.
        (
            0.8,
            "(?:i'm|we're|i am|we are|bit|quite|really|very|little|seriously) (?:a bit |a little |quite |really |very |still )?(?:worried|concerned|nervous|afraid (?:it|that|we|this|they))",
        ),
        (
            0.8,
            "(?:my|our|one|main|biggest|big) (?:big |main |biggest )?(?:worry|concern|fear)|(?:i|we) worry|worries me|concerns me|keeps me up",
        ),
        (0.8, "(?:real|big|huge|serious|high|major|the|a) risks?|at risk|risky|in danger|jeopardi[sz]e"),
        // The plan.
        (
            0.8,
            "(?:slip|slips|slipped|slipping) (?:by|to|into|again|further)|(?:then it|it|we|this) slipped|behind schedule|running late with|we(?:'re| are| would be| will be|'d be|'ll be) late",
        ),
        (
            0.75,
            "(?:be|is|are|was|get|gets|been|further|another|long|week|weeks|month|months) (?:of )?delay(?:s|ed)?|(?:might|may|could|won't|will not|can't|not going to) (?:not )?(?:make|meet|hit|hold) the (?:date|deadline|launch|release)",
        ),
        (
            0.75,
            "(?:lost|lose|losing|cost us) (?:\\w+ )?(?:customers?|days|weeks|months|the deal|the account)|we(?:'d| would| will|'ll) lose",
        ),
        (
            0.75,
            "(?:if|when) (?:we|they|it|this) fails? (?:the|again)|(?:could|would|will|that's|is|be) (?:be )?a (?:problem|blocker)|blocked by|we're blocked|blocker",
        ),
        (
            0.7,
            "could take until|happens? again (?:otherwise|if)|budget (?:is|will be|would be) gone|won't (?:scale|work in time|be ready)|not be ready",
        ),
        (
            0.7,
            "(?:one|another|a|a bit of a|the) (?:snag|catch|bottleneck|hurdle|complication|red flag)|backlog|shortage|out of stock|overrun|over budget|worst case|fall(?:s|ing)? (?:apart|behind|through)|we're toast|all hands",
        ),
        (
            0.7,
            "might not (?:be able|make|work|get|be ready|have)|(?:miss|missed|missing) (?:the|our|a) (?:deadline|date|target|launch)|tight (?:deadline|timeline|schedule)|(?:could|might|may|will|would|can) (?:go|goes) wrong|get (?:us |you )?(?:in|into) trouble",
        ),
        (
            0.65,
            "if (?:it|that|this|the \\w+|anything) (?:goes|breaks|fails|slips|happens) (?:again|wrong|down)|depend(?:s|ing|ent) on (?:one|a single)",
        ),
        (0.7, "crashes|keeps crashing|understaffed|not enough people|single point of failure"),
    ])
});

static NO_RISKS: LazyLock<Cues> = LazyLock::new(|| {
    Cues::new(&[(
        1.0,
        "not (?:at all |too |really |that )?(?:worried|concerned)|don't worry|no worries|nothing to worry|isn't a (?:problem|risk|blocker)|not a (?:problem|risk|blocker)|\
         no risks?|low risk|(?:fair|good|valid|understandable|reasonable) concern|without (?:any )?risk|no concerns|slipped (?:up|my mind)|no longer (?:worried|a risk)|wouldn't be a problem|no delays?",
    )])
});

/// How sure it is that this is one.
pub(crate) fn sureness(text: &str) -> Option<f64> {
    CUES.surest(text).filter(|_| !NO_RISKS.any(text))
}
