//! A tag as the API shows it.

use hearken_domain::{
    ids::TagId,
    tag::{HexColor, Tag},
    text::Description,
};
use serde::Serialize;

use crate::{shown::Shown, time::Rfc3339};

/// The JSON of a tag; made by [`tag`].
#[derive(Debug, Serialize)]
pub struct TagView<'a> {
    object: &'static str,
    id: Shown<TagId>,
    name: &'a str,
    created_at: Rfc3339,
    updated_at: Rfc3339,
    hex_color: Option<&'a str>,
    description: Option<&'a str>,
    auto_tagging_enabled: bool,
}

/// A tag's JSON.
pub fn tag(tag: &Tag) -> TagView<'_> {
    TagView {
        object: "tag",
        id: Shown(tag.id),
        name: tag.name.as_str(),
        created_at: Rfc3339(tag.created_at),
        updated_at: Rfc3339(tag.updated_at),
        hex_color: tag.hex_color.as_ref().map(HexColor::as_str),
        description: tag.description.as_ref().map(Description::as_str),
        auto_tagging_enabled: tag.auto_tagging_enabled,
    }
}
