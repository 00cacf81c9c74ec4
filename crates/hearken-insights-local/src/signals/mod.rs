//! Signals: what a sentence is a sign of.
//!
//! Each kind has a file with its cues. A sentence may be a sign of several things; of each kind a turn keeps its surest.

mod commitment;
mod competitor;
mod next_step;
mod objection;
mod pricing;
mod question;
mod risk;

use hearken_domain::insight::SignalKind;

pub(crate) use self::competitor::Rivals;
use crate::{actions::Lead, people::People, said::Said};

/// A sign: of what, how sure, and its title where that is not the sentence.
pub(crate) struct Sign {
    pub(crate) kind: SignalKind,
    pub(crate) confidence: f64,
    pub(crate) title: Option<String>,
}

/// What the sentence is a sign of.
pub(crate) fn signs(said: &Said<'_>, people: &People<'_>, rivals: &Rivals, leads: &[Lead]) -> Vec<Sign> {
    let text = said.text();
    let next_step = next_step::sureness(said);
    let rival = rivals.named_in(said);
    let objection = if people.may_object(said.speaker) { objection::sureness(text) } else { None };
    let question = if next_step.is_some() { None } else { question::sureness(said, leads) };
    let plain = [
        (SignalKind::Objection, objection),
        (SignalKind::Pricing, pricing::sureness(said)),
        (SignalKind::Risk, risk::sureness(text)),
        (SignalKind::NextStep, next_step),
        (SignalKind::Question, question),
        (SignalKind::Commitment, commitment::sureness(said, leads)),
    ];
    let mut signs: Vec<Sign> = plain
        .into_iter()
        .filter_map(|(kind, sureness)| sureness.map(|confidence| Sign { kind, confidence, title: None }))
        .collect();
    if let Some((title, confidence)) = rival {
        signs.push(Sign { kind: SignalKind::Competitor, confidence, title });
    }
    signs
}
