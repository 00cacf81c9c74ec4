//! The decisions about tags: each is one write, with the event that tells of it.

use std::time::Duration;

use super::{HexColor, Tag};
use crate::{
    changeset::{Change, Changeset},
    engagement::Context,
    event::Subject,
    ids::WorkspaceId,
    text::{Description, Name},
};

/// A tag to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTag {
    /// What it is called.
    pub name: Name,
    /// What it means.
    pub description: Option<Description>,
    /// How it is shown.
    pub hex_color: Option<HexColor>,
    /// Whether the tagger may give it.
    pub auto_tagging_enabled: bool,
}

/// What shall be different; `None` leaves a field, `Some(None)` clears it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagPatch {
    /// What it is called.
    pub name: Option<Name>,
    /// What it means.
    pub description: Option<Option<Description>>,
    /// How it is shown.
    pub hex_color: Option<Option<HexColor>>,
    /// Whether the tagger may give it.
    pub auto_tagging_enabled: Option<bool>,
}

/// Makes a tag.
pub fn create(workspace: WorkspaceId, new: NewTag, context: &Context<'_>) -> (Tag, Changeset) {
    let NewTag { name, description, hex_color, auto_tagging_enabled } = new;
    let tag = Tag {
        id: context.id(),
        workspace,
        name,
        description,
        hex_color,
        auto_tagging_enabled,
        created_at: context.now,
        updated_at: context.now,
        deleted_at: None,
        version: 1,
    };
    let mut changeset = Changeset::new(workspace);
    changeset.new_tags.push(tag.clone());
    changeset.events.push(context.event(workspace, Subject::TagCreated(&tag)));
    (tag, changeset)
}

/// Changes a tag; `None` when nothing would be different.
pub fn update(before: &Tag, patch: TagPatch, context: &Context<'_>) -> Option<(Tag, Changeset)> {
    let mut after = before.clone();
    let TagPatch { name, description, hex_color, auto_tagging_enabled } = patch;
    after.name = name.unwrap_or(after.name);
    after.description = description.unwrap_or(after.description);
    after.hex_color = hex_color.unwrap_or(after.hex_color);
    after.auto_tagging_enabled = auto_tagging_enabled.unwrap_or(after.auto_tagging_enabled);
    if after == *before {
        return None;
    }
    after.updated_at = moved(before, context);
    let mut changeset = Changeset::new(before.workspace);
    changeset.events.push(context.event(before.workspace, Subject::TagUpdated { before, after: &after }));
    changeset.changed_tags.push(Change { row: after.clone(), expected: before.version });
    Some((after, changeset))
}

/// Deletes a tag: engagements no longer show it, and its name is free.
pub fn delete(tag: &Tag, context: &Context<'_>) -> Changeset {
    let mut changeset = Changeset::new(tag.workspace);
    changeset.events.push(context.event(tag.workspace, Subject::TagDeleted(tag)));
    let updated_at = moved(tag, context);
    let gone = Tag { deleted_at: Some(context.now), updated_at, ..tag.clone() };
    changeset.changed_tags.push(Change { row: gone, expected: tag.version });
    changeset
}

/// Now, but always after the last change, so that a client sees that it moved.
fn moved(tag: &Tag, context: &Context<'_>) -> crate::time::Timestamp {
    context.now.max(tag.updated_at.after(Duration::from_millis(1)))
}
