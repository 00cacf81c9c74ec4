//! What the chat server makes of a conversation. Every quote stands in its turn.

use serde_json::{Value, json};

use super::Question;

/// What the summary of a conversation with so many turns begins with.
pub(super) fn summary_head(turns: usize) -> String {
    format!("A conversation of {turns} turns.")
}

/// An answer of the schema that the question names; none for a schema that it does not know.
pub(super) fn to(question: &Question) -> Option<Value> {
    match question.schema.as_str() {
        "conversation_summary" => Some(summary(question)),
        "fitting_tags" => Some(tags(question)),
        "findings" => Some(findings(question)),
        _ => None,
    }
}

/// Lines that have a field.
fn with<'a>(question: &'a Question, field: &str) -> impl Iterator<Item = &'a Value> {
    question.lines.iter().filter(move |line| line.get(field).is_some())
}

fn text(line: &Value) -> &str {
    line["text"].as_str().unwrap_or_default()
}

/// The first speaker is glad, and each further one less so.
fn summary(question: &Question) -> Value {
    let turns: Vec<&Value> = with(question, "turn").collect();
    let first = turns.first().map_or("", |turn| text(turn));
    let speakers = question.lines[0]["speakers"].as_array().map_or(0, Vec::len);
    let sentiments: Vec<Value> =
        (0..speakers).zip([0.75, -0.25, -0.5]).map(|(at, mood)| json!({"speaker": at, "sentiment": mood})).collect();
    json!({
        "summary": format!("{} It began with: {first}", summary_head(turns.len())),
        "overall_sentiment": 0.25,
        "speaker_sentiments": sentiments,
    })
}

/// A tag fits when somebody says its name.
fn tags(question: &Question) -> Value {
    let mut fitting = Vec::new();
    for tag in with(question, "tag") {
        let name = tag["name"].as_str().unwrap_or_default().to_lowercase();
        if let Some(turn) = with(question, "turn").find(|turn| text(turn).to_lowercase().contains(&name)) {
            fitting.push(json!({"tag": tag["tag"], "turn": turn["turn"], "quote": turn["text"]}));
        }
    }
    json!({"tags": fitting})
}

/// "I will …" is something to do, and some words are signals.
fn findings(question: &Question) -> Value {
    let speakers = &question.lines[0]["speakers"];
    let (mut items, mut signals) = (Vec::new(), Vec::new());
    for turn in with(question, "turn") {
        let said = text(turn);
        for sentence in said.split_inclusive(['.', '?', '!']).map(str::trim) {
            if let Some((_, what)) = sentence.split_once("I will ") {
                let who = turn["speaker"].as_u64().and_then(|at| usize::try_from(at).ok()).map(|at| &speakers[at]);
                items.push(json!({
                    "turn": turn["turn"], "quote": sentence, "title": what.trim_end_matches('.'),
                    "assignee": who, "due": sentence.contains("by Friday").then_some("2026-03-06"),
                }));
            }
            for (word, kind) in [("price", "PRICING"), ("worried", "RISK"), ("Globex", "COMPETITOR")] {
                if sentence.contains(word) {
                    signals.push(json!({
                        "turn": turn["turn"], "quote": sentence, "type": kind, "title": format!("About {word}"),
                        "confidence": 0.875,
                    }));
                }
            }
        }
    }
    json!({"action_items": items, "signals": signals})
}
