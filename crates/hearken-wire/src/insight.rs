//! Action items and signals as the API shows them.

use hearken_domain::{
    ids::{ActionItemId, SignalId},
    insight::{ActionItem, Signal},
};
use serde::Serialize;

use crate::{shown::Shown, time::Rfc3339};

/// The JSON of an action item; made by [`action_item`].
#[derive(Debug, Serialize)]
pub struct ActionItemView<'a> {
    object: &'static str,
    id: Shown<ActionItemId>,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assignee: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<Rfc3339>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_ms: Option<u64>,
    made_by: &'a str,
    created_at: Rfc3339,
}

/// An action item's JSON.
pub fn action_item(item: &ActionItem) -> ActionItemView<'_> {
    ActionItemView {
        object: "action_item",
        id: Shown(item.id),
        title: &item.found.title,
        description: item.found.description.as_deref(),
        assignee: item.found.assignee.as_deref(),
        due_at: item.found.due_at.map(Rfc3339),
        status: item.status.as_str(),
        start_ms: item.found.span_ms.map(|span| span.0),
        end_ms: item.found.span_ms.map(|span| span.1),
        made_by: &item.made_by,
        created_at: Rfc3339(item.created_at),
    }
}

/// The JSON of a signal; made by [`signal`].
#[derive(Debug, Serialize)]
pub struct SignalView<'a> {
    object: &'static str,
    id: Shown<SignalId>,
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'a str,
    quote: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    speaker_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_ms: Option<u64>,
    confidence: f64,
    made_by: &'a str,
    created_at: Rfc3339,
}

/// A signal's JSON.
pub fn signal(signal: &Signal) -> SignalView<'_> {
    SignalView {
        object: "signal",
        id: Shown(signal.id),
        kind: signal.found.kind.as_str(),
        title: &signal.found.title,
        quote: &signal.found.quote,
        speaker_index: signal.found.speaker,
        start_ms: signal.found.span_ms.map(|span| span.0),
        end_ms: signal.found.span_ms.map(|span| span.1),
        confidence: signal.found.confidence,
        made_by: &signal.made_by,
        created_at: Rfc3339(signal.created_at),
    }
}
