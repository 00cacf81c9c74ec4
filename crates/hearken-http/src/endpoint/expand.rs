//! Engagements with the parts that a request asked for.

use bytes::Bytes;
use hearken_application::read::{Part, Surroundings};
use hearken_domain::{access::Caller, engagement::Engagement, ports::Clock};
use hearken_wire::{
    engagement::{Expansions, OrNull},
    expand::Expand,
};

use crate::{error::ApiError, state::State};

/// Reads `expand` where it is the only parameter, and checks the scopes it needs.
pub(crate) fn parse(query: &str, caller: &Caller) -> Result<Vec<Expand>, ApiError> {
    let wanted = hearken_wire::query::parse_expand_only(query).map_err(ApiError::BadParameters)?;
    authorise(&wanted, caller)?;
    Ok(wanted)
}

/// Each part must be within the caller's rights.
pub(crate) fn authorise(wanted: &[Expand], caller: &Caller) -> Result<(), ApiError> {
    match wanted.iter().filter_map(|part| part.scope()).find(|scope| !caller.scopes.allow(*scope)) {
        Some(scope) => Err(ApiError::Forbidden(scope)),
        None => Ok(()),
    }
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

/// The parts of many engagements, with few questions to the store.
pub(crate) async fn all(
    state: &State,
    caller: &Caller,
    engagements: &[Engagement],
    wanted: &[Expand],
) -> Result<Vec<Expansions>, ApiError> {
    let gathered: Vec<Part> = wanted.iter().filter_map(|part| gathered(*part)).collect();
    let surroundings = if gathered.is_empty() {
        vec![Surroundings::default(); engagements.len()]
    } else {
        state.reader.surroundings(caller.workspace, engagements, &gathered).await?
    };
    Ok(engagements
        .iter()
        .zip(surroundings)
        .map(|(engagement, found)| expansions(state, engagement, found, wanted))
        .collect())
}

/// What the store has to be asked for.
fn gathered(part: Expand) -> Option<Part> {
    match part {
        Expand::Transcript => Some(Part::Transcripts),
        Expand::Companies => Some(Part::Companies),
        Expand::Contacts => Some(Part::Contacts),
        Expand::Owner => Some(Part::Owner),
        Expand::Tags => Some(Part::Tags),
        Expand::ActionItems | Expand::Signals => Some(Part::Findings),
        Expand::MediaUrl => None,
    }
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
