//! Something that was asked and wants an answer: no greeting, no "right?", no polite request.

use std::sync::LazyLock;

use crate::{
    actions::{Kind, Lead, is_task},
    cue::Cues,
    said::Said,
    sentences::Mark,
};

/// Words that begin a question about something.
const OPENERS: &[&str] = &[
    "what",
    "what's",
    "why",
    "how",
    "when",
    "where",
    "which",
    "who",
    "who's",
    "whose",
    "how's",
    "where's",
    "is",
    "are",
    "was",
    "were",
    "do",
    "does",
    "did",
    "has",
    "have",
    "had",
    "can",
    "could",
    "will",
    "would",
    "should",
    "may",
    "am",
    "isn't",
    "aren't",
    "doesn't",
    "don't",
    "didn't",
    "can't",
    "couldn't",
    "won't",
    "wouldn't",
    "shouldn't",
    "haven't",
    "hasn't",
];

/// Without a question mark only these begin one for certain.
const SURE_OPENERS: &[&str] = &["what", "what's", "why", "how", "when", "where", "which", "who", "who's"];

/// After an auxiliary these make a question, also without a mark.
const SUBJECTS: &[&str] = &[
    "you", "we", "they", "i", "it", "that", "there", "he", "she", "the", "anybody", "anyone", "somebody", "this",
    "your", "our",
];

/// What may stand before the question's first word.
const LEAD_INS: &[&str] = &[
    "and", "so", "but", "okay", "ok", "well", "then", "or", "right", "yes", "yeah", "great", "good", "alright", "hmm",
    "nice", "perfect", "um", "uh", "also", "now", "thank", "thanks", "you", "sure", "no", "oh", "hi", "hello", "fine",
];

/// Questions about the weather, the line, and how one is.
static SMALL_TALK: LazyLock<Cues> = LazyLock::new(|| {
    Cues::new(&[(
        1.0,
        "how are you|how're you|how is it going|how's it going|how have you been|how do you do|how was your|\
         how(?:'s| is) (?:the weather|your day|everything)|what's up|can (?:you|everybody|everyone|we) (?:both |all )?(?:hear|see)|\
         do you (?:see|hear) (?:me|my)|are you (?:there|still there)|is (?:everybody|everyone) here|everybody here|shall we|may i ask$|\
         how can i help|what can i do for you|^you know what[?!.]*$|guess what|can i help you|do you want to (?:start|begin|go first)|(?:do|did) you (?:see|know) what i mean|\
         does that make sense|make sense|are you kidding|^(?:oh )?really[?!.]*$|is that (?:okay|ok|right|so|clear)[?!.]*$|anything else[?!.]*$|what do you mean",
    )])
});

/// Statements that ask for a nod.
static NODS: LazyLock<Cues> = LazyLock::new(|| {
    Cues::new(&[(1.0, "(?:right|okay|ok|yeah|yes|no|correct|huh|isn't it|aren't they|don't you think|you know)\\?$")])
});

/// How sure it is that this is one.
pub(crate) fn sureness(said: &Said<'_>, leads: &[Lead]) -> Option<f64> {
    let words = said.plain();
    let begin = words.iter().position(|word| !LEAD_INS.contains(word))?;
    let core = &words[begin..];
    if core.len() < 3 || SMALL_TALK.any(said.text()) || leads.iter().any(|lead| lead.kind == Kind::Request) {
        return None;
    }
    if is_polite_request(core) && !asks_to_know(core) {
        return None;
    }
    let opens = OPENERS.contains(&core[0]) || begins_with_a_sure_opener(core[0]);
    match said.sentence.mark {
        Mark::Question if opens => Some(if core.len() > 3 { 0.85 } else { 0.7 }),
        Mark::Question if NODS.any(said.text()) => None,
        Mark::Question if has_question_later(&words) => Some(0.65),
        Mark::Question => (core.len() > 3).then_some(0.55),
        Mark::Open if begins_with_a_sure_opener(core[0]) && core.len() > 3 => Some(0.6),
        Mark::Open if opens && core.len() > 3 && SUBJECTS.contains(&core[1]) => Some(0.55),
        Mark::Open => has_question_later(&words).then_some(0.5),
        Mark::Stop => None,
    }
}

/// "What", "what's", "who'd".
fn begins_with_a_sure_opener(word: &str) -> bool {
    SURE_OPENERS.contains(&word.split('\'').next().unwrap_or(word))
}

/// "Could you send it" and "can I have it" are requests, "would you have any" and "can you see it fail" are questions.
fn is_polite_request(core: &[&str]) -> bool {
    match core {
        ["can" | "could" | "would" | "will", "you", verb, ..] => {
            is_task(verb)
                || matches!(
                    *verb,
                    "please"
                        | "mind"
                        | "repeat"
                        | "hear"
                        | "see"
                        | "spell"
                        | "wait"
                        | "just"
                        | "say"
                        | "also"
                        | "excuse"
                )
        }
        ["could" | "can" | "may", "i", verb, ..] => {
            matches!(*verb, "ask" | "get" | "have" | "call" | "just" | "interrupt" | "add" | "jump")
        }
        _ => false,
    }
}

/// "Can you tell me why", "may I ask how": a question in the clothes of a request.
fn asks_to_know(core: &[&str]) -> bool {
    matches!(core, [_, "you" | "i", "tell" | "say" | "explain" | "remind" | "ask", ..])
        && core.iter().any(|word| SURE_OPENERS.contains(word))
}

/// A question after a few words of something else: "okay and is that something on our side".
fn has_question_later(words: &[&str]) -> bool {
    words.windows(3).skip(1).any(|window| {
        let opens = SURE_OPENERS.contains(&window[0])
            && matches!(
                window[1],
                "is" | "are" | "do" | "does" | "did" | "about" | "would" | "will" | "much" | "many" | "long" | "should"
            );
        let turned = match window[0] {
            "do" | "did" | "could" | "would" | "should" | "have" => {
                matches!(window[1], "you" | "we") && window[2] != "know"
            }
            "is" | "are" | "was" | "were" | "does" => {
                matches!(window[1], "that" | "it" | "there" | "they" | "this" | "anybody" | "anyone")
            }
            _ => false,
        };
        opens || turned
    })
}
