//! The bodies that make and change a tag.

use hearken_domain::{
    rejection::ViolationCode,
    tag::{
        HexColor,
        decide::{NewTag, TagPatch},
    },
};

use super::{BodyError, Text, kept, optional_text, parsed, patched, read, required_text};
use crate::json::{Findings, Loose, Path, fields};

fields! {
    /// The whole body.
    TagBody<'de> {
        name = "name": Text<'de>,
        description = "description": Text<'de>,
        hex_color = "hex_color": Text<'de>,
        auto_tagging_enabled = "auto_tagging_enabled": Loose<bool>,
    }
}

/// Reads the body of `POST /v2/tags`.
pub fn parse_new(body: &[u8]) -> Result<NewTag, BodyError> {
    read(body, |body: TagBody<'_>, findings| {
        let name = required_text(body.name, &Path::Top("name"), findings);
        let description = optional_text(body.description, &Path::Top("description"), findings);
        let hex_color = hex_color(body.hex_color, findings);
        let auto = findings.optional(body.auto_tagging_enabled, &Path::Top("auto_tagging_enabled"));
        Some(NewTag { name: name?, description, hex_color, auto_tagging_enabled: auto.unwrap_or(false) })
    })
}

/// Reads the body of `PATCH /v2/tags/{id}`.
pub fn parse_patch(body: &[u8]) -> Result<TagPatch, BodyError> {
    read(body, |body: TagBody<'_>, findings| {
        let path = Path::Top("name");
        let name = kept(body.name, &path, findings).and_then(|text| findings.text(text, &path));
        let description = patched(body.description, |text| optional_text(text, &Path::Top("description"), findings));
        let hex_color = patched(body.hex_color, |text| hex_color(text, findings));
        let auto = kept(body.auto_tagging_enabled, &Path::Top("auto_tagging_enabled"), findings);
        Some(TagPatch { name, description, hex_color, auto_tagging_enabled: auto })
    })
}

fn hex_color(value: Text<'_>, findings: &mut Findings) -> Option<HexColor> {
    let path = Path::Top("hex_color");
    let text = findings.optional(value, &path)?;
    parsed(HexColor::try_from(text.into_owned()), (&path, ViolationCode::InvalidFormat), findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_leaves_clears_and_replaces() {
        let patch = parse_patch(br##"{"description": null, "hex_color": "#abcdef"}"##).unwrap();
        assert_eq!((patch.name, patch.description), (None, Some(None)));
        assert_eq!(patch.hex_color.unwrap().unwrap().as_str(), "#abcdef");
        assert_eq!(parse_patch(b"{}").unwrap(), TagPatch::default());
    }

    #[test]
    fn every_wrong_field_is_named_in_one_answer() {
        let body = br#"{"name": "", "description": 7, "hex_color": "red", "auto_tagging_enabled": "yes"}"#;
        let Err(BodyError::Rejected(rejection)) = parse_new(body) else { panic!("it is wrong") };
        let fields: Vec<&str> = rejection.violations.iter().map(|violation| violation.field.as_str()).collect();
        assert_eq!(fields, ["name", "description", "hex_color", "auto_tagging_enabled"]);
        assert!(matches!(parse_patch(br#"{"name": null}"#), Err(BodyError::Rejected(_))));
        assert!(matches!(parse_new(b"[]"), Err(BodyError::NotAnObject(_))));
    }
}
