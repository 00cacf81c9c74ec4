//! Brings findings and labels together.

use std::collections::BTreeSet;

use hearken_domain::{
    engine::EngineError,
    insight::{FoundActionItem, FoundSignal, SignalKind, Summary},
    ports::{Extractor, Summariser, Tagger},
};

use super::{
    labels::{ExpectedItem, Labelled},
    tally::{Measure, Scores},
};

/// Turns between where an item is labelled and where it may be found: a request and its answer are one item.
const NEAR: usize = 2;

/// Asks the analyser for everything and compares that with the labels.
pub async fn evaluate<A>(analyser: &A, set: &[Labelled]) -> Result<Scores, EngineError>
where
    A: Summariser + Tagger + Extractor,
{
    let mut scores = Scores::default();
    for labelled in set {
        let tags: Vec<_> = labelled.tags.iter().map(|(tag, _)| tag.clone()).collect();
        let given = analyser.tag(&labelled.conversation, &tags).await?.value;
        for (tag, fits) in &labelled.tags {
            let named = || format!("{}: {}", labelled.name, tag.name);
            match (given.contains(&tag.id), fits) {
                (true, true) => scores.right(Measure::Tags),
                (true, false) => scores.wrong(Measure::Tags, named()),
                (false, true) => scores.missed(Measure::Tags, named()),
                (false, false) => {}
            }
        }
        let found = analyser.extract(&labelled.conversation).await?.value;
        signals(labelled, &found.signals, &mut scores);
        items(labelled, &found.action_items, &mut scores);
        let summary = analyser.summarise(&labelled.conversation).await?.value;
        quotes(labelled, &summary, &mut scores);
        sentiments(labelled, &summary, &mut scores);
    }
    Ok(scores)
}

fn turn_at(labelled: &Labelled, span: Option<(u64, u64)>) -> Option<usize> {
    let (start, _) = span?;
    let within = |(from, to): (u64, u64)| from <= start && start < to;
    labelled.conversation.turns.iter().position(|turn| turn.span_ms.is_some_and(within))
}

fn signals(labelled: &Labelled, found: &[FoundSignal], scores: &mut Scores) {
    for kind in SignalKind::ALL {
        let turns: BTreeSet<Option<usize>> = found
            .iter()
            .filter(|signal| signal.kind == *kind)
            .map(|signal| turn_at(labelled, signal.span_ms))
            .collect();
        scores.uncounted(Measure::of_kind(*kind));
        for (turn, labels) in labelled.turns.iter().enumerate() {
            let is_found = turns.contains(&Some(turn));
            let told =
                || format!("{} in {} {turn}: {}", kind.as_str(), labelled.name, labelled.conversation.turns[turn].text);
            for measure in [Measure::of_kind(*kind), Measure::AllSignals] {
                match (is_found, labels.signals.contains(kind), labels.arguable.contains(kind)) {
                    (true, true, _) => scores.right(measure),
                    (true, false, false) => scores.wrong(measure, told()),
                    (false, true, _) => scores.missed(measure, told()),
                    _ => {}
                }
            }
        }
    }
}

fn items(labelled: &Labelled, found: &[FoundActionItem], scores: &mut Scores) {
    let mut open: Vec<(usize, &ExpectedItem)> = Vec::new();
    for (turn, labels) in labelled.turns.iter().enumerate() {
        open.extend(labels.items.iter().map(|item| (turn, item)));
    }
    for item in found {
        let turn = turn_at(labelled, item.span_ms);
        let is_same = |(at, expected): &(usize, &ExpectedItem)| {
            turn.is_some_and(|turn| turn.abs_diff(*at) <= NEAR) && mentions(item, &expected.about)
        };
        let Some(position) = open.iter().position(is_same) else {
            scores.wrong(Measure::ActionItems, format!("{}: {item:?}", labelled.name));
            continue;
        };
        let (_, expected) = open.remove(position);
        scores.right(Measure::ActionItems);
        let told = |what: &str| format!("{}: {what} of {item:?} is {expected:?}", labelled.name);
        if item.assignee == expected.assignee {
            scores.right(Measure::Assignees);
        } else {
            scores.wrong(Measure::Assignees, told("assignee"));
        }
        if item.due_at == expected.due_at {
            scores.right(Measure::DueDates);
        } else {
            scores.wrong(Measure::DueDates, told("due date"));
        }
    }
    for (turn, expected) in open {
        scores.missed(Measure::ActionItems, format!("{} {turn}: {expected:?}", labelled.name));
    }
}

fn mentions(item: &FoundActionItem, about: &str) -> bool {
    let description = item.description.as_deref().unwrap_or_default();
    item.title.to_lowercase().contains(about) || description.to_lowercase().contains(about)
}

fn quotes(labelled: &Labelled, summary: &Summary, scores: &mut Scores) {
    let turns = &labelled.conversation.turns;
    let mut quoted = BTreeSet::new();
    for quote in summary.text.split('“').skip(1).filter_map(|rest| rest.split('”').next()) {
        let quote = quote.trim_end_matches('…');
        quoted.extend(turns.iter().position(|turn| turn.text.contains(quote)));
    }
    for (turn, labels) in labelled.turns.iter().enumerate() {
        let told = || format!("{} {turn}: {}", labelled.name, turns[turn].text);
        match (quoted.contains(&turn), labels.is_key) {
            (true, true) => scores.right(Measure::Summary),
            (true, false) => scores.wrong(Measure::Summary, told()),
            (false, true) => scores.missed(Measure::Summary, told()),
            (false, false) => {}
        }
    }
}

fn sentiments(labelled: &Labelled, summary: &Summary, scores: &mut Scores) {
    for (speaker, feeling) in labelled.feelings.iter().enumerate() {
        let Some(feeling) = feeling else { continue };
        let found = summary.speaker_sentiments.get(speaker).copied().flatten();
        let sign = match found {
            Some(value) if value > 0.1 => Some(1),
            Some(value) if value < -0.1 => Some(-1),
            Some(_) => Some(0),
            None => None,
        };
        if sign == Some(*feeling) {
            scores.right(Measure::Sentiment);
        } else {
            let who = &labelled.conversation.speakers[speaker].name;
            scores.wrong(Measure::Sentiment, format!("{}: {who} is {feeling}, not {found:?}", labelled.name));
        }
    }
}
