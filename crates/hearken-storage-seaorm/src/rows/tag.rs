//! Rows of tags.

use hearken_domain::{tag::Tag, time::Timestamp};

use crate::{
    columns::{Place, count, key},
    error::Misfit,
    schema::tag::tags,
};

/// The row of a tag. The workspace is the changeset's.
pub(crate) fn to_row(workspace: &str, tag: &Tag) -> tags::Model {
    tags::Model {
        workspace_id: workspace.to_owned(),
        id: key(tag.id),
        name: tag.name.as_str().to_owned(),
        description: tag.description.as_ref().map(|text| text.as_str().to_owned()),
        hex_color: tag.hex_color.as_ref().map(|color| color.as_str().to_owned()),
        auto_tagging_enabled: tag.auto_tagging_enabled,
        created_at: tag.created_at.unix_millis(),
        updated_at: tag.updated_at.unix_millis(),
        deleted_at: tag.deleted_at.map(Timestamp::unix_millis),
        version: count(tag.version),
    }
}

/// The tag of a row.
pub(crate) fn from_row(row: tags::Model) -> Result<Tag, Misfit> {
    let place = Place { table: "tags", row: &row.id };
    Ok(Tag {
        id: place.id("id", &row.id)?,
        workspace: place.id("workspace_id", &row.workspace_id)?,
        name: place.text("name", row.name)?,
        description: place.maybe_text("description", row.description)?,
        hex_color: row.hex_color.map(|color| color.try_into().map_err(|_| place.misfit("hex_color"))).transpose()?,
        auto_tagging_enabled: row.auto_tagging_enabled,
        created_at: place.time("created_at", row.created_at)?,
        updated_at: place.time("updated_at", row.updated_at)?,
        deleted_at: place.maybe_time("deleted_at", row.deleted_at)?,
        version: place.number("version", row.version)?,
    })
}
