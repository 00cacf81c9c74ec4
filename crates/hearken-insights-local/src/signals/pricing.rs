//! What it costs: amounts, and words of price where somebody buys.

use std::sync::LazyLock;

use regex::Regex;

use crate::{cue::Cues, said::Said};

const NUMBER: &str = "(?:\\d[\\d.,]*|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fifteen|eighteen|twenty|\
                      thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million)(?: and)?(?: (?:one|two|three|four|five|six|\
                      seven|eight|nine|hundred|thousand|million|fifty|twenty|thirty|forty|sixty|seventy|eighty|ninety))*)";

static CUES: LazyLock<Cues> = LazyLock::new(|| {
    let money = format!("{NUMBER}(?: ?k)? (?:dollars?|euros?|pounds|bucks|cents|usd|eur|gbp|francs|quid)");
    let sum = format!("{NUMBER} ?(?:grand|k)");
    let amount = format!(
        "(?:pay|pays|paid|paying|charge|charges|offered|quoted|cost|costs|spend|budget of|price of|comes? to|worth|justify|save|saves|owe|at|for|another|got|have) (?:us |you |me |about |around |roughly |only )?{NUMBER} (?:hundred|thousand|million)"
    );
    let deal = format!(
        "{NUMBER} (?:hundred|thousand)(?: and {NUMBER})? (?:apiece|each|a piece|more|less|back|in total|all in|on top|a pop)"
    );
    let rate = format!(
        "{NUMBER}(?: ?k)? (?:a|an|per|each) (?:year|month|seat|user|person|licen[cs]e|head|label|unit|piece|pop|night|bottle|box|ticket|hour|quarter)|{NUMBER} apiece"
    );
    let off = format!("{NUMBER} ?(?:percent|%) (?:off|discount|cheaper|less|more expensive)");
    Cues::new(&[
        (0.9, money.as_str()),
        (0.85, rate.as_str()),
        (0.9, off.as_str()),
        (0.85, sum.as_str()),
        (0.7, amount.as_str()),
        (0.75, deal.as_str()),
        (
            0.7,
            "overspend|spending (?:cap|limit)|deposit|surcharge|premiums?|deductible|rate card|afford|free of charge|out of pocket|set (?:us|you) back|value for money|the damage be|price range",
        ),
        (
            0.7,
            "(?:the|your|that|their|our|a) (?:quote|bill|invoice)|refunds?|(?:next|last|monthly) (?:bill|invoice)|pay(?:ing)? for (?:it|that|this)|more expensive|cheap",
        ),
        (0.85, "discounts?|pricing|price list|price tag"),
        (0.8, "(?:the|your|our|a|on|of|in|new|list|lower|higher|better|final) prices?|prices"),
        (
            0.8,
            "how much (?:is|are) (?:it|that|they|the)|how much (?:does|do|would|will) .{0,40}(?:cost|pay|charge)|how much cheaper",
        ),
        (0.8, "what (?:does|do|would|will) (?:it|that|this|the|they) .{0,30}cost(?: us| me| per)?\\?"),
        (
            0.75,
            "(?:too |more |less |very |so |quite )?expensive|a lot cheaper|much cheaper|cheaper (?:than|option|plan)|pricey|overpriced",
        ),
        (0.8, "(?:our|your|the|my|this year's|annual|their) budget|budget (?:for|is|of)|in the budget|over budget"),
        (0.8, "(?:setup|set-up|licen[cs]e|monthly|annual|yearly|service|cancellation) fees?|fees"),
        (
            0.7,
            "more than we (?:pay|planned|expected|budgeted)|we pay you|you charge|they charge|you'd pay|we'd pay|quoted (?:us|me)",
        ),
        (
            0.7,
            "subscription costs?|costs? per|total cost|cost of (?:the )?(?:licen[cs]es?|seats?|plans?)|price per|worth the money|payment terms",
        ),
    ])
});

/// A cost that is no money.
static OTHER_COSTS: LazyLock<Cues> =
    LazyLock::new(|| Cues::new(&[(1.0, "cost(?:s|ing)? .{0,20}(?:time|hours?|days?|weeks?)|at all costs|in time")]));

static SIGN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("[$€£¥] ?[0-9]|[0-9] ?[€£$]").expect("the expression is fixed"));

/// How sure it is that this is about money.
pub(crate) fn sureness(said: &Said<'_>) -> Option<f64> {
    let text = said.text();
    if SIGN.is_match(text) {
        return Some(0.9);
    }
    let sureness = CUES.surest(text)?;
    (sureness >= 0.85 || !OTHER_COSTS.any(text)).then_some(sureness)
}
