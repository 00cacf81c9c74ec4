//! Tags: what a workspace sorts its engagements by, and what the tagger may give by itself.

pub mod decide;

use std::fmt;

use crate::{
    ids::{TagId, WorkspaceId},
    text::{Description, Name},
    time::Timestamp,
};

/// A tag of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The id.
    pub id: TagId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// Unique among the workspace's tags, compared byte for byte.
    pub name: Name,
    /// What it means; also the instruction for the tagger.
    pub description: Option<Description>,
    /// How it is shown.
    pub hex_color: Option<HexColor>,
    /// Whether the tagger may give it.
    pub auto_tagging_enabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// From then on it is nowhere to be seen, and its name is free.
    pub deleted_at: Option<Timestamp>,
    /// Grows by one with every change; a change names the one it saw.
    pub version: u64,
}

/// A colour: `#` and six hexadecimal digits, in the case in which they were sent.
#[derive(Clone, PartialEq, Eq)]
pub struct HexColor(String);

/// A text that is no colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be # and six hexadecimal digits, such as #1A2B3C")]
pub struct HexColorError;

impl HexColor {
    /// As shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for HexColor {
    type Error = HexColorError;

    fn try_from(text: String) -> Result<Self, HexColorError> {
        let digits = text.strip_prefix('#').ok_or(HexColorError)?;
        let good = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if good { Ok(Self(text)) } else { Err(HexColorError) }
    }
}

impl fmt::Debug for HexColor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_shown_as_it_was_sent() {
        for good in ["#1a2b3c", "#1A2B3C", "#1a2B3c"] {
            assert_eq!(HexColor::try_from(good.to_owned()).unwrap().as_str(), good);
        }
        for bad in ["", "#", "1a2b3c", "#12345", "#1234567", "#12345g", "#é1234", "red"] {
            assert!(HexColor::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
