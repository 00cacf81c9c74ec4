//! What must hold of every state, and what must be possible at all.

use stateright::{Model, Property};

use crate::{
    Creates, State,
    state::{Kind, Request, Row, Step},
};

/// The unique index on the external id is the judge of this.
pub const ONE_ENGAGEMENT: &str = "there is at most one engagement";
/// 201 and 200 are said only after everything is durable.
pub const ACKNOWLEDGED_IS_STORED: &str = "what was acknowledged is stored with its recording";
/// Whatever is removed, it is not that.
pub const LIVE_IS_KEPT: &str = "the recording of an engagement is never deleted";
/// The sweeper is driven by rows: bytes without one would stay for ever.
pub const NO_BLOB_WITHOUT_ROW: &str = "there is no recording without a row";
/// Once nothing can happen any more.
pub const NOTHING_IS_LEFT: &str = "in the end only the engagement's recording is left";

pub(crate) fn all() -> Vec<Property<Creates>> {
    vec![
        Property::always(ONE_ENGAGEMENT, |_, state: &State| state.engagements() <= 1),
        Property::always(ACKNOWLEDGED_IS_STORED, |_, state: &State| {
            let is_stored = state.requests.iter().any(is_stored);
            is_stored || !state.requests.iter().any(|request| request.acknowledged)
        }),
        Property::always(LIVE_IS_KEPT, |_, state: &State| {
            state.requests.iter().all(|request| !request.engaged || is_stored(request))
        }),
        Property::always(NO_BLOB_WITHOUT_ROW, |_, state: &State| {
            state.requests.iter().all(|request| !request.has_blob || request.row != Row::Absent)
        }),
        Property::always(NOTHING_IS_LEFT, |creates: &Creates, state: &State| {
            !is_at_rest(creates, state) || is_clean(state)
        }),
        Property::sometimes("an engagement is created", |_, state: &State| {
            state.requests.iter().any(|request| request.engaged && request.acknowledged)
        }),
        Property::sometimes("everybody is answered", |_, state: &State| {
            state.requests.iter().all(|request| request.acknowledged)
        }),
        Property::sometimes("a lost answer is found out", |_, state: &State| {
            let found_out = |request: &Request| request.engaged && request.acknowledged && !request.in_doubt;
            state.lost_answers_left == 0 && state.requests.iter().any(found_out)
        }),
        Property::sometimes("an engagement outlives its process", |_, state: &State| {
            let outlives = |request: &Request| request.engaged && !request.acknowledged && request.step == Step::Over;
            state.requests.iter().any(outlives)
        }),
        Property::sometimes("nothing comes of it", |creates: &Creates, state: &State| {
            is_at_rest(creates, state) && !state.has_engagement()
        }),
    ]
}

fn is_stored(request: &Request) -> bool {
    request.engaged && (request.kind == Kind::Timeline || (request.row == Row::Live && request.has_blob))
}

fn is_at_rest(creates: &Creates, state: &State) -> bool {
    // Most states have a request that goes on; the steps of the others are few.
    if state.requests.iter().any(|request| request.step != Step::Over) {
        return false;
    }
    let mut steps = Vec::new();
    creates.actions(state, &mut steps);
    steps.is_empty()
}

fn is_clean(state: &State) -> bool {
    state.requests.iter().all(|request| match request.row {
        Row::Live => request.engaged && request.has_blob,
        Row::Absent => !request.has_blob,
        Row::Pending | Row::Deleting => false,
    })
}
