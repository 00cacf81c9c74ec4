//! Action items and signals, in two readings: the first learns which rivals are named, the second finds everything.

use std::collections::BTreeMap;

use hearken_domain::insight::{Conversation, Extraction, FoundSignal, MAX_FINDINGS, SignalKind};

use crate::{
    actions::{self, Actions},
    language::Language,
    people::People,
    said::Said,
    signals::{self, Rivals, Sign},
    surest,
    words::{capitalised, clipped},
};

/// Characters of a signal's title at most; the contract allows more.
const TITLE: usize = 100;

/// Everything to find in the conversation.
pub(crate) fn from(conversation: &Conversation) -> Extraction {
    with_rivals(conversation).0
}

/// The same, and the rivals it learned.
pub(crate) fn with_rivals(conversation: &Conversation) -> (Extraction, Rivals) {
    let people = People::of(conversation);
    let language = Language::of(conversation);
    let rivals = rivals(conversation, &people, &language);
    let mut actions = Actions::new(conversation, &people);
    let mut signals: Vec<FoundSignal> = Vec::new();
    for (position, turn) in conversation.turns.iter().enumerate() {
        let sentences = Said::of_turn(position, turn);
        actions.turn(&sentences);
        let mut of_turn = BestOfTurn::default();
        for said in sentences.iter().filter(|said| said.is_english(&language)) {
            let leads = actions::leads(said, &people);
            for sign in signals::signs(said, &people, &rivals, &leads) {
                of_turn.offer(sign, said, conversation);
            }
            actions.read(said, &leads);
        }
        signals.extend(of_turn.in_order());
        if signals.len() >= 4 * MAX_FINDINGS {
            keep_the_surest(&mut signals);
        }
    }
    keep_the_surest(&mut signals);
    (Extraction { action_items: actions.finish(), signals }, rivals)
}

/// The rivals that are named anywhere, so that an earlier mention counts, too.
fn rivals(conversation: &Conversation, people: &People<'_>, language: &Language) -> Rivals {
    let mut rivals = Rivals::default();
    for (position, turn) in conversation.turns.iter().enumerate() {
        for said in Said::of_turn(position, turn).iter().filter(|said| said.is_english(language)) {
            rivals.learn(said, people);
        }
    }
    rivals
}

fn keep_the_surest(signals: &mut Vec<FoundSignal>) {
    let sureness: Vec<f64> = signals.iter().map(|signal| signal.confidence).collect();
    let mut kept = surest::positions(&sureness, MAX_FINDINGS).into_iter().peekable();
    let mut at = 0;
    signals.retain(|_| {
        at += 1;
        kept.next_if_eq(&(at - 1)).is_some()
    });
}

/// Of each kind the surest signal of a turn; of equals the first.
#[derive(Default)]
struct BestOfTurn {
    best: BTreeMap<&'static str, (usize, FoundSignal)>,
}

impl BestOfTurn {
    fn offer(&mut self, sign: Sign, said: &Said<'_>, conversation: &Conversation) {
        let known = self.best.get(sign.kind.as_str());
        if known.is_some_and(|(_, known)| known.confidence >= sign.confidence) {
            return;
        }
        let signal = FoundSignal {
            kind: sign.kind,
            title: sign.title.unwrap_or_else(|| title_of(said, sign.kind)),
            quote: said.text().to_owned(),
            speaker: (said.speaker < conversation.speakers.len()).then_some(said.speaker),
            span_ms: said.span_ms(conversation),
            confidence: sign.confidence,
        };
        self.best.insert(sign.kind.as_str(), (said.sentence.at, signal));
    }

    fn in_order(self) -> Vec<FoundSignal> {
        let mut signals: Vec<(usize, FoundSignal)> = self.best.into_values().collect();
        signals.sort_by_key(|(at, _)| *at);
        signals.into_iter().map(|(_, signal)| signal).collect()
    }
}

/// The sentence without what leads into it: "Hmm, okay, and".
fn title_of(said: &Said<'_>, kind: SignalKind) -> String {
    let is_filler = |word: &str| {
        matches!(
            word,
            "hmm"
                | "um"
                | "uh"
                | "okay"
                | "ok"
                | "well"
                | "so"
                | "and"
                | "but"
                | "yes"
                | "yeah"
                | "no"
                | "oh"
                | "right"
                | "then"
        )
    };
    let begin = said.words.iter().find(|word| !is_filler(&word.plain)).map_or(0, |word| word.at);
    let title = clipped(said.text()[begin..].trim_end_matches(['.', ',', '!']), TITLE);
    if title.is_empty() { kind.as_str().to_owned() } else { capitalised(&title) }
}
