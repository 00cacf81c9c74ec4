//! Texts for an answer. They can be long, so they are read one after the other, within the memory that all bodies share,
//! and no more of them than the answer shows.

use hearken_domain::{
    access::Caller,
    engagement::Engagement,
    ids::{EngagementId, WorkspaceId},
};

use crate::{error::ApiError, intake::PATIENCE, shares::Share, state::State};

/// A page of a list ends with the engagement by whose text its texts have more bytes than this.
const PAGE: usize = 8 * 1024 * 1024;

/// How many times its stored bytes a text takes while it is read: the row, and the values made of it.
const READING: usize = 2;
/// How many times its bytes a text takes in an answer: the text, and the JSON that it becomes a part of.
const SHOWING: usize = 2;

/// Texts of engagements, in their order.
#[derive(Default)]
pub(crate) struct Texts {
    /// Fewer than there are engagements, but at least one, where all would be too much for one answer.
    pub(crate) texts: Vec<Option<String>>,
    /// What they take.
    pub(crate) buffer: Option<Share>,
    bytes: usize,
}

/// The texts of the first of these engagements, as many as one answer shows.
pub(crate) async fn gather(state: &State, caller: &Caller, engagements: &[Engagement]) -> Result<Texts, ApiError> {
    let ids: Vec<EngagementId> = engagements.iter().map(|engagement| engagement.id).collect();
    let sizes = state.reader.text_sizes(caller.workspace, &ids).await?;
    let mut gathered = Texts::default();
    for (engagement, size) in engagements.iter().zip(sizes) {
        if gathered.bytes > PAGE {
            break;
        }
        let Some(size) = size else {
            gathered.texts.push(None);
            continue;
        };
        if !gathered.add(state, (caller, engagement), size).await? {
            break;
        }
    }
    Ok(gathered)
}

/// The memory for a timeline that is read and shown as a whole; none for an engagement that has no text.
pub(crate) async fn room_for(
    state: &State,
    workspace: WorkspaceId,
    id: EngagementId,
) -> Result<Option<Share>, ApiError> {
    let sizes = state.reader.text_sizes(workspace, &[id]).await?;
    let Some(size) = sizes.into_iter().flatten().next() else { return Ok(None) };
    let amount = (READING + 1).saturating_mul(stored(size));
    let share = state.buffers.take(workspace, amount, PATIENCE).await;
    share.map(Some).ok_or_else(ApiError::overloaded)
}

impl Texts {
    /// For so many engagements whose texts are not wanted.
    pub(crate) fn of_none(engagements: usize) -> Self {
        Self { texts: vec![None; engagements], ..Self::default() }
    }

    /// Adds a text; false when there is no room for it beside those that are there.
    async fn add(
        &mut self,
        state: &State,
        (caller, engagement): (&Caller, &Engagement),
        size: u64,
    ) -> Result<bool, ApiError> {
        let workspace = caller.workspace;
        let reading = READING.saturating_mul(stored(size));
        if !self.reserve(state, workspace, reading).await? {
            return Ok(false);
        }
        let found = state.reader.texts(caller, engagement).await?;
        // A speaker's name stands before each turn: the text can be many times what is stored.
        let length = found.text_bytes();
        if !self.reserve(state, workspace, (SHOWING * length).max(stored(size).saturating_add(length))).await? {
            return Ok(false);
        }
        self.texts.push(found.text());
        drop(found);
        self.bytes += length;
        if let Some(buffer) = &mut self.buffer {
            buffer.shrink(SHOWING * self.bytes);
        }
        Ok(true)
    }

    /// Makes room for this much beside the texts that are there. Only the first one waits for it: a page that is
    /// shorter is better than one that holds memory and waits for more.
    async fn reserve(&mut self, state: &State, workspace: WorkspaceId, more: usize) -> Result<bool, ApiError> {
        let amount = more.saturating_add(SHOWING * self.bytes);
        let is_first = self.texts.iter().all(Option::is_none);
        let has_room = match &mut self.buffer {
            Some(buffer) if is_first => buffer.grow(amount, PATIENCE).await,
            Some(buffer) => buffer.try_grow(amount),
            None => {
                self.buffer = state.buffers.take(workspace, amount, PATIENCE).await;
                self.buffer.is_some()
            }
        };
        if has_room || !self.texts.is_empty() { Ok(has_room) } else { Err(ApiError::overloaded()) }
    }
}

fn stored(size: u64) -> usize {
    usize::try_from(size).unwrap_or(usize::MAX)
}
