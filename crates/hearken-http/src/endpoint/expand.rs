//! Engagements with the parts that a request asked for.

use bytes::Bytes;
use hearken_application::{
    parts::{self, Part},
    read::Surroundings,
};
use hearken_domain::{access::Caller, engagement::Engagement, ports::Clock};
use hearken_wire::{
    engagement::{Expansions, OrNull},
    expand::Expand,
};

use crate::{error::ApiError, state::State};

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
) -> Result<Bytes, ApiError> {
    let expansions = all(state, caller, std::slice::from_ref(engagement), wanted).await?;
    let shown = expansions.first().map(|expansions| hearken_wire::engagement::engagement(engagement, expansions));
    Ok(shown.map_or_else(Bytes::new, |shown| hearken_wire::to_bytes(&shown)))
}

/// The parts of many engagements, with few questions to the store and within the caller's rights.
pub(crate) async fn all(
    state: &State,
    caller: &Caller,
    engagements: &[Engagement],
    wanted: &[Expand],
) -> Result<Vec<Expansions>, ApiError> {
    let surroundings = state.reader.surroundings(caller, engagements, &parts(wanted)).await?;
    Ok(engagements
        .iter()
        .zip(surroundings)
        .map(|(engagement, found)| expansions(state, engagement, found, wanted))
        .collect())
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

fn expansions(state: &State, engagement: &Engagement, found: Surroundings, wanted: &[Expand]) -> Expansions {
    let asked = |part: Expand| wanted.contains(&part);
    Expansions {
        transcript: asked(Expand::Transcript).then(|| OrNull(found.transcripts.text())),
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
