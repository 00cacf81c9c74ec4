//! Engagements with the parts that a request asked for.

use hearken_application::{
    parts::{self, Part},
    read::Surroundings,
};
use hearken_domain::{access::Caller, engagement::Engagement, ports::Clock};
use hearken_wire::{
    engagement::{Expansions, OrNull},
    expand::Expand,
};

use super::texts::{self, Texts};
use crate::{error::ApiError, respond::Shown, shares::Share, state::State};

/// The parts of engagements, in their order.
pub(crate) struct Expanded {
    /// Fewer than there are engagements, but at least one, where their texts are too much for one answer.
    pub(crate) expansions: Vec<Expansions>,
    /// What the texts take.
    pub(crate) buffer: Option<Share>,
}

/// Reads `expand` where it is the only parameter, and refuses what the caller may see of no engagement.
pub(crate) fn parse(query: &str, caller: &Caller) -> Result<Vec<Expand>, ApiError> {
    let wanted = hearken_wire::query::parse_expand_only(query).map_err(ApiError::BadParameters)?;
    authorise(&wanted, caller)?;
    Ok(wanted)
}

/// Refuses what the caller may see of no engagement.
pub(crate) fn authorise(wanted: &[Expand], caller: &Caller) -> Result<(), ApiError> {
    Ok(parts::authorise(caller, &parts(wanted))?)
}

/// One engagement's JSON.
pub(crate) async fn one(
    state: &State,
    caller: &Caller,
    engagement: &Engagement,
    wanted: &[Expand],
) -> Result<Shown, ApiError> {
    let Expanded { expansions, buffer } = all(state, caller, std::slice::from_ref(engagement), wanted).await?;
    let shown = expansions.first().map(|expansions| hearken_wire::engagement::engagement(engagement, expansions));
    let bytes = shown.map(|shown| hearken_wire::to_bytes(&shown)).unwrap_or_default();
    Ok(Shown::new(bytes, buffer))
}

/// The parts of many engagements, or of the first of them, with few questions to the store and within the caller's
/// rights.
pub(crate) async fn all(
    state: &State,
    caller: &Caller,
    engagements: &[Engagement],
    wanted: &[Expand],
) -> Result<Expanded, ApiError> {
    let texts = if wanted.contains(&Expand::Transcript) {
        texts::gather(state, caller, engagements).await?
    } else {
        Texts::of_none(engagements.len())
    };
    let engagements = &engagements[..texts.texts.len()];
    let surroundings = state.reader.surroundings(caller, engagements, &parts(wanted)).await?;
    let expansions = engagements
        .iter()
        .zip(surroundings.into_iter().zip(texts.texts))
        .map(|(engagement, found)| expansions(state, engagement, found, wanted))
        .collect();
    Ok(Expanded { expansions, buffer: texts.buffer })
}

/// What is asked of the application.
pub(crate) fn parts(wanted: &[Expand]) -> Vec<Part> {
    let part = |part: &Expand| match part {
        Expand::Transcript => Part::Transcripts,
        Expand::MediaUrl => Part::MediaLink,
        Expand::Companies => Part::Companies,
        Expand::Contacts => Part::Contacts,
        Expand::Owner => Part::Owner,
        Expand::Tags => Part::Tags,
        Expand::ActionItems | Expand::Signals => Part::Findings,
    };
    wanted.iter().map(part).collect()
}

fn expansions(
    state: &State,
    engagement: &Engagement,
    (found, text): (Surroundings, Option<String>),
    wanted: &[Expand],
) -> Expansions {
    let asked = |part: Expand| wanted.contains(&part);
    Expansions {
        transcript: asked(Expand::Transcript).then_some(OrNull(text)),
        media_url: asked(Expand::MediaUrl)
            .then(|| OrNull(engagement.media.as_ref().map(|_| media_url(state, engagement)))),
        companies: asked(Expand::Companies).then_some(found.companies),
        contacts: asked(Expand::Contacts).then_some(found.contacts),
        owner: asked(Expand::Owner).then_some(OrNull(found.owner)),
        action_items: asked(Expand::ActionItems).then_some(found.findings.action_items),
        signals: asked(Expand::Signals).then_some(found.findings.signals),
        tags: asked(Expand::Tags).then_some(found.tags),
    }
}

fn media_url(state: &State, engagement: &Engagement) -> String {
    let token = state.links.sign(engagement.workspace, engagement.id, state.ports.clock.now());
    format!("{}/media/{token}", state.settings.public_url)
}
