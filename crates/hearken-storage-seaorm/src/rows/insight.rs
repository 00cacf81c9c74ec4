//! Rows of what steps found.

use hearken_domain::{
    insight::{ActionItem, FoundActionItem, FoundSignal, Signal},
    result::ResultHead,
    speech::MediaFacts,
    time::Timestamp,
};

use crate::{
    columns::{Place, count, key, position},
    error::Misfit,
    schema::insight::{action_items, media_facts, signals, step_results},
};

/// The row of an engagement's facts. The waveform is read and written whole: one JSON text.
pub(crate) fn facts_to_row(workspace: &str, engagement: &str, facts: &MediaFacts) -> media_facts::Model {
    media_facts::Model {
        workspace_id: workspace.to_owned(),
        engagement_id: engagement.to_owned(),
        container: facts.container.clone(),
        codec: facts.codec.clone(),
        duration_ms: count(facts.duration_ms),
        channels: i64::from(facts.channels),
        sample_rate: i64::from(facts.sample_rate),
        peaks: serde_json::to_string(&facts.peaks).expect("lists of numbers always have a JSON form"),
    }
}

/// The facts of a row.
pub(crate) fn facts_from_row(row: media_facts::Model) -> Result<MediaFacts, Misfit> {
    let place = Place { table: "media_facts", row: &row.engagement_id };
    Ok(MediaFacts {
        duration_ms: place.number("duration_ms", row.duration_ms)?,
        channels: place.number("channels", row.channels)?,
        sample_rate: place.number("sample_rate", row.sample_rate)?,
        peaks: serde_json::from_str(&row.peaks).map_err(|_| place.misfit("peaks"))?,
        container: row.container,
        codec: row.codec,
    })
}

/// The row of the action item at an index.
pub(crate) fn action_item_to_row(workspace: &str, (index, item): (usize, &ActionItem)) -> action_items::Model {
    let FoundActionItem { title, description, assignee, due_at, span_ms } = &item.found;
    action_items::Model {
        workspace_id: workspace.to_owned(),
        id: key(item.id),
        engagement_id: key(item.engagement),
        position: position(index),
        title: title.clone(),
        description: description.clone(),
        assignee: assignee.clone(),
        due_at: due_at.map(Timestamp::unix_millis),
        status: item.status.as_str().to_owned(),
        start_ms: span_ms.map(|span| count(span.0)),
        end_ms: span_ms.map(|span| count(span.1)),
        made_by: item.made_by.clone(),
        created_at: item.created_at.unix_millis(),
    }
}

/// The action item of a row.
pub(crate) fn action_item_from_row(row: action_items::Model) -> Result<ActionItem, Misfit> {
    let place = Place { table: "action_items", row: &row.id };
    Ok(ActionItem {
        id: place.id("id", &row.id)?,
        engagement: place.id("engagement_id", &row.engagement_id)?,
        status: place.parsed("status", &row.status)?,
        created_at: place.time("created_at", row.created_at)?,
        found: FoundActionItem {
            due_at: place.maybe_time("due_at", row.due_at)?,
            span_ms: span(place, row.start_ms, row.end_ms)?,
            title: row.title,
            description: row.description,
            assignee: row.assignee,
        },
        made_by: row.made_by,
    })
}

/// The row of the signal at an index.
pub(crate) fn signal_to_row(workspace: &str, (index, signal): (usize, &Signal)) -> signals::Model {
    let FoundSignal { kind, title, quote, speaker, span_ms, confidence } = &signal.found;
    signals::Model {
        workspace_id: workspace.to_owned(),
        id: key(signal.id),
        engagement_id: key(signal.engagement),
        position: position(index),
        kind: kind.as_str().to_owned(),
        title: title.clone(),
        quote: quote.clone(),
        speaker: speaker.map(position),
        start_ms: span_ms.map(|span| count(span.0)),
        end_ms: span_ms.map(|span| count(span.1)),
        confidence: *confidence,
        made_by: signal.made_by.clone(),
        created_at: signal.created_at.unix_millis(),
    }
}

/// The signal of a row.
pub(crate) fn signal_from_row(row: signals::Model) -> Result<Signal, Misfit> {
    let place = Place { table: "signals", row: &row.id };
    Ok(Signal {
        id: place.id("id", &row.id)?,
        engagement: place.id("engagement_id", &row.engagement_id)?,
        created_at: place.time("created_at", row.created_at)?,
        found: FoundSignal {
            kind: place.parsed("kind", &row.kind)?,
            speaker: row.speaker.map(|speaker| place.number("speaker", speaker)).transpose()?,
            span_ms: span(place, row.start_ms, row.end_ms)?,
            title: row.title,
            quote: row.quote,
            confidence: row.confidence,
        },
        made_by: row.made_by,
    })
}

fn span(place: Place<'_>, start: Option<i64>, end: Option<i64>) -> Result<Option<(u64, u64)>, Misfit> {
    match (start, end) {
        (Some(start), Some(end)) => Ok(Some((place.number("start_ms", start)?, place.number("end_ms", end)?))),
        (None, None) => Ok(None),
        _ => Err(place.misfit("end_ms")),
    }
}

/// The head of a result.
pub(crate) fn head_from_row(row: step_results::Model) -> Result<ResultHead, Misfit> {
    let place = Place { table: "step_results", row: &row.engagement_id };
    Ok(ResultHead {
        step: place.parsed("step", &row.step)?,
        at: place.time("created_at", row.created_at)?,
        made_by: row.made_by,
    })
}
