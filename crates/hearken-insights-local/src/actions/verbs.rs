//! Verbs of things to do, and of what only sounds like one.

use std::{collections::HashSet, sync::LazyLock};

/// A list of words, searched often.
type Words = LazyLock<HashSet<&'static str>>;

fn spread(list: &'static str) -> HashSet<&'static str> {
    list.split_whitespace().collect()
}

/// What somebody can be asked, or has, to do after a conversation.
static TASKS: Words = Words::new(|| {
    spread(
        "adapt add adjust analyse analyze apply approve arrange ask assign attach block book bring build bump buy \
         call cancel catch change chase check circulate clarify clean clear close collect come compare compile \
         complete configure confirm connect contact copy correct cover create delete deliver deploy design dig \
         discuss distribute do document draft drop email escalate estimate evaluate explore export extend figure \
         file fill finalise finalize find finish fix follow forward gather get give go hand handle hire hold \
         import include install introduce investigate invite invoice keep label let line list log look loop mail \
         make mark measure merge message migrate monitor move nail negotiate note notify open order organise \
         organize outline pair pass patch pay pencil phone pick ping plan polish pop post postpone prepare \
         present print prioritise prioritize process provide publish pull push put raise reach record redo refund \
         register rehearse release remind remove rename renew repair replace reply report request reschedule \
         research resend reserve reset resolve restart restore return review revise rework rewrite ring roll run \
         scan schedule secure send set settle share ship shoot show sign sort source speak spec square stage \
         store submit summarise summarize supply swap switch take talk tell test text tidy track train transfer \
         translate turn tweak update upload verify walk warn watch wire wrap write",
    )
});

/// Among them those that in a request are mostly about the conversation itself.
static IN_THE_CALL: Words = Words::new(|| {
    spread(
        "come do explain get give go hear hold keep look make note pick roll run see show speak take talk tell \
         turn walk",
    )
});

/// What follows "I'll" without anything being promised.
static NO_PROMISES: Words = Words::new(|| {
    spread(
        "admit always assume be become begin believe bet come complain continue cut die drop end explain feel \
         forget go guess hate have hear hold hope interrupt join know leave like listen live lose love miss need \
         never no not only pause pretend probably quote rather regret remember repeat say see show skip start \
         stay stick still stop summarise summarize survive tell think trust try understand wait want wonder",
    )
});

/// What stands between a cue and its verb.
static ADVERBS: Words = Words::new(|| {
    spread(
        "absolutely all also both briefly certainly definitely gladly happily immediately just kindly myself \
         perhaps personally please quickly quietly simply then to try",
    )
});

/// Whether it is a thing to do.
pub(crate) fn is_task(verb: &str) -> bool {
    TASKS.contains(&verb)
}

/// Whether these words, from the verb on, are a thing to do after the conversation.
#[expect(clippy::unnested_or_patterns, reason = "each line is phrases of one verb")]
pub(crate) fn is_later_task(words: &[&str]) -> bool {
    let Some(verb) = words.first() else { return false };
    let telling = matches!(words, ["let", who, "know", ..] if *who != "if");
    let phrase = matches!(
        words,
        ["get", "back" | "in" | "a" | "the" | "an", ..]
            | ["come", "back", "to", ..]
            | ["go", "through" | "over" | "ahead", ..]
            | ["look", "into" | "for" | "at" | "up", ..]
            | ["keep", "me" | "us", ..]
            | ["make", "a" | "an" | "the", ..]
            | ["take", "care" | "over", ..]
            | ["speak" | "talk", "to" | "with", ..]
            | ["run", "a" | "the", ..]
            | ["get", _, "to" | "done" | "ready" | "sent" | "fixed" | "signed", ..]
            | [
                "give",
                "me" | "us" | "him" | "her" | "them" | "you",
                "a" | "the",
                "call" | "ring" | "list" | "heads",
                ..
            ]
            | ["give", "it" | "this" | "that", "a", ..]
            | ["tell" | "show", "the" | "our" | "your" | "everybody" | "marketing" | "sales", ..]
            | ["walk", _, "through", ..]
            | ["pick", "up", ..]
            | ["roll", "out" | "back", ..]
            | ["do", "the" | "a", ..]
    );
    let other = is_task(verb) && !IN_THE_CALL.contains(*verb) && *verb != "let";
    telling || phrase || other
}

/// Whether these words are what a side promises, rather than what it expects to happen to it.
pub(crate) fn is_joint_promise(words: &[&str]) -> bool {
    is_promise(words)
        && !matches!(words[0], "decide" | "meet" | "speak" | "talk" | "find" | "discuss" | "reach" | "catch" | "run")
}

/// Whether these words are what the speaker owes to somebody outside the conversation.
pub(crate) fn is_owed(words: &[&str]) -> bool {
    is_later_task(words)
        && !matches!(words[0], "report" | "present" | "pay" | "drop" | "hold" | "watch" | "run" | "pick")
}

/// Whether a sentence that begins with these words orders something: "send me the list".
pub(crate) fn is_order(words: &[&str]) -> bool {
    let object = matches!(
        words.get(1),
        Some(
            &("me"
                | "us"
                | "the"
                | "it"
                | "him"
                | "her"
                | "them"
                | "your"
                | "a"
                | "an"
                | "over"
                | "everything"
                | "everybody"
                | "those"
                | "these")
        )
    );
    let told = matches!(
        words,
        ["let", "me" | "us", "know", "when" | "by" | "how" | "which" | "what" | "whether" | "about", ..]
    );
    told || (object
        && is_later_task(words)
        && words[0] != "let"
        && !matches!(words[0], "hold" | "follow" | "catch" | "post" | "show" | "call"))
}

/// Whether these words, from the verb on, are a promise when "I'll" leads to them.
#[expect(clippy::match_same_arms, reason = "each line is phrases of one verb")]
pub(crate) fn is_promise(words: &[&str]) -> bool {
    let Some(verb) = words.first() else { return false };
    match words {
        ["have", rest @ ..] => {
            let has_it_done = rest.iter().any(|word| matches!(*word, "ready" | "done" | "sent" | "finished"));
            let has_somebody = matches!(rest, ["somebody" | "someone" | "our" | "my" | "one", ..]);
            rest.first() != Some(&"to") && (has_it_done || has_somebody)
        }
        ["let", "you" | "them" | "him" | "her" | "everybody" | "everyone", "know", ..] => true,
        ["let", ..] => false,
        ["tell", who, ..] => !matches!(*who, "you" | "it"),
        ["go", "through" | "over" | "back" | "and" | "ahead", ..] | ["come", "back" | "up", ..] => true,
        ["give", "you", "a" | "an", "example" | "idea" | "feeling" | "second" | "minute", ..] => false,
        ["take", "that" | "it", "as" | "from", ..] | ["get", "used" | "there" | "to", ..] => false,
        ["share", "my", "screen", ..] | ["ask", "you", ..] | ["put", "it", "this" | "that" | "like", ..] => false,
        ["drop", "by" | "you" | "it" | "off", ..] => true,
        _ => !NO_PROMISES.contains(*verb) && verb.chars().all(char::is_alphabetic) && !verb.ends_with("ly"),
    }
}

/// Skips what stands between a cue and its verb.
pub(crate) fn verb_from(words: &[&str], from: usize) -> usize {
    let mut at = from;
    loop {
        match &words[at.min(words.len())..] {
            ["go", "ahead", "and", ..]
            | ["be", "able" | "happy" | "glad" | "sure", "to", ..]
            | ["make", "sure", "to", ..] => at += 3,
            [word, ..] if ADVERBS.contains(*word) => at += 1,
            _ => return at,
        }
    }
}
