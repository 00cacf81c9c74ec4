//! Action items and signals, each with the words that it was found in. Parts of a long conversation are read one after
//! the other; what they find is put together.

use std::{collections::HashSet, ops::Range};

use async_trait::async_trait;
use hearken_domain::{
    engine::EngineError,
    insight::{Conversation, Extraction, FoundActionItem, FoundSignal, MAX_FINDINGS, Made, SignalKind},
    job::Step,
    ports::Extractor,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    ChatAnalyser,
    chat::{Answer, Question, Sitting},
    due::due,
    error::Failure,
    form::object,
    person::person,
    plain::line,
    quote::{self, Place},
    reading::{FRAME, Reading},
};

/// The longest title of an action item, in characters.
const ITEM_TITLE: usize = 500;
/// The longest title of a signal, in characters.
const SIGNAL_TITLE: usize = 200;

const TASK: &str = "
Find the action items and the signals in the turns of this message.
An action item is something that somebody took on, or was asked and agreed, to do after the conversation. Give a short \
title that begins with a verb, the name of who does it (null when nobody was named), and until when as a date \
(YYYY-MM-DD) or an RFC 3339 time, worked out from when the conversation began (null when nothing was said about it).
A signal is one of: OBJECTION, a doubt about buying or agreeing; COMPETITOR, somebody else's product; PRICING, what it \
costs; RISK, something that may go wrong for the relationship or the project; NEXT_STEP, what happens next; QUESTION, \
something of importance that was asked; COMMITMENT, something that somebody promised. Give a title of a few words and \
your confidence from 0 to 1.
Each needs the number of its turn and a quote: the sentence, copied exactly, character for character, from that one turn. \
Write titles in the language of the conversation. There may be none.";

#[derive(Deserialize)]
struct Findings {
    action_items: Vec<Item>,
    signals: Vec<Sign>,
}

#[derive(Deserialize)]
struct Item {
    turn: i64,
    quote: String,
    title: String,
    assignee: Option<String>,
    due: Option<String>,
}

#[derive(Deserialize)]
struct Sign {
    turn: i64,
    quote: String,
    #[serde(rename = "type")]
    kind: String,
    title: String,
    confidence: f64,
}

impl Answer for Findings {
    const NAME: &'static str = "findings";

    fn schema() -> Value {
        let (text, integer, perhaps) = (json!({"type": "string"}), json!({"type": "integer"}), ["string", "null"]);
        let kinds: Vec<&str> = SignalKind::ALL.iter().map(|kind| kind.as_str()).collect();
        let item = object(json!({
            "turn": integer, "quote": text, "title": text, "assignee": {"type": perhaps}, "due": {"type": perhaps},
        }));
        let sign = object(json!({
            "turn": integer, "quote": text, "type": {"type": "string", "enum": kinds}, "title": text,
            "confidence": {"type": "number"},
        }));
        object(json!({
            "action_items": {"type": "array", "items": item}, "signals": {"type": "array", "items": sign},
        }))
    }
}

#[async_trait]
impl Extractor for ChatAnalyser {
    async fn extract(&self, conversation: &Conversation) -> Result<Made<Extraction>, EngineError> {
        let reading = Reading::new(conversation, self.max_input_chars);
        let mut sitting = self.chat.sit();
        let extraction = extraction(&mut sitting, &reading).await;
        match sitting.end(extraction)? {
            Ok(extraction) => Ok(self.made(extraction)),
            Err(misfit) => {
                self.steps_back(Step::Extract, conversation.turns.len(), misfit);
                Ok(self.instead(self.fallback.extractor.extract(conversation).await?, misfit))
            }
        }
    }
}

async fn extraction(sitting: &mut Sitting<'_>, reading: &Reading<'_>) -> Result<Extraction, Failure> {
    let pieces = reading.pieces(0);
    let (mut items, mut signs) = (Vec::new(), Vec::new());
    for (at, piece) in pieces.iter().enumerate() {
        let user = reading.message((at + 1, pieces.len()), piece);
        let answer: Findings = sitting.ask(&Question { system: format!("{FRAME}{TASK}"), user }).await?;
        let source = Source { conversation: reading.conversation, turns: piece.turns.clone() };
        // The looking costs time, so an answer is looked at as far as something of it can be kept.
        items.extend(answer.action_items.iter().take(MAX_FINDINGS).filter_map(|item| source.action_item(item)));
        signs.extend(answer.signals.iter().take(MAX_FINDINGS).filter_map(|sign| source.signal(sign)));
    }
    let is_same = |item: &FoundActionItem| (item.title.to_lowercase(), item.assignee.clone());
    let mut signals_seen = HashSet::new();
    let mut signals = in_order(signs);
    signals.retain(|(place, signal)| signals_seen.insert((signal.kind, place.turn, signal.quote.clone())));
    let mut items_seen = HashSet::new();
    let mut action_items = in_order(items);
    action_items.retain(|(_, item)| items_seen.insert(is_same(item)));
    Ok(Extraction { action_items: most(action_items), signals: most(signals) })
}

fn in_order<T>(mut found: Vec<(Place, T)>) -> Vec<(Place, T)> {
    found.sort_by_key(|(place, _)| (place.turn, place.bytes.start));
    found
}

fn most<T>(found: Vec<(Place, T)>) -> Vec<T> {
    found.into_iter().map(|(_, found)| found).take(MAX_FINDINGS).collect()
}

/// What an answer is about.
struct Source<'a> {
    conversation: &'a Conversation,
    /// The turns that the model was shown.
    turns: Range<usize>,
}

impl Source<'_> {
    /// The item, when its words were said.
    fn action_item(&self, item: &Item) -> Option<(Place, FoundActionItem)> {
        let turns = &self.conversation.turns;
        let place = quote::find(turns, &self.turns, (item.turn, &item.quote))?;
        let found = FoundActionItem {
            title: Some(line(&item.title, ITEM_TITLE)).filter(|title| !title.is_empty())?,
            description: Some(place.words(turns).to_owned()),
            assignee: item.assignee.as_deref().and_then(|name| person(self.conversation, &self.turns, name)),
            due_at: item.due.as_deref().and_then(|text| due(text, self.conversation.start_at)),
            span_ms: turns[place.turn].span_ms,
        };
        Some((place, found))
    }

    /// The signal, when its words were said. Who said it, and when, is known from the turn.
    fn signal(&self, sign: &Sign) -> Option<(Place, FoundSignal)> {
        let Conversation { turns, speakers, .. } = self.conversation;
        let place = quote::find(turns, &self.turns, (sign.turn, &sign.quote))?;
        let turn = &turns[place.turn];
        let found = FoundSignal {
            kind: sign.kind.parse().ok()?,
            title: Some(line(&sign.title, SIGNAL_TITLE)).filter(|title| !title.is_empty())?,
            quote: place.words(turns).to_owned(),
            speaker: (turn.speaker < speakers.len()).then_some(turn.speaker),
            span_ms: turn.span_ms,
            confidence: sign.confidence.clamp(0.0, 1.0),
        };
        Some((place, found))
    }
}
