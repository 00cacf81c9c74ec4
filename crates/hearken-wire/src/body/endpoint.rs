//! The bodies that make and change a webhook endpoint.

use std::borrow::Cow;

use hearken_domain::{
    event::EventKind,
    rejection::ViolationCode,
    webhook::{
        ReceiverUrl,
        decide::{EndpointPatch, NewEndpoint},
    },
};

use super::{BodyError, Text, items, kept, optional_text, parsed, patched, read};
use crate::json::{Findings, Items, Loose, Path, fields};

/// More than there are kinds of events.
const MOST_TYPES: usize = 50;

type Types<'de> = Loose<Items<Cow<'de, str>, MOST_TYPES>>;

fields! {
    /// The whole body.
    EndpointBody<'de> {
        url = "url": Text<'de>,
        event_types = "event_types": Types<'de>,
        description = "description": Text<'de>,
        enabled = "enabled": Loose<bool>,
    }
}

/// Reads the body of `POST /v2/webhook_endpoints`.
pub fn parse_new(body: &[u8]) -> Result<NewEndpoint, BodyError> {
    read(body, |body: EndpointBody<'_>, findings| {
        let path = Path::Top("url");
        let url = findings.required(body.url, &path).and_then(|text| url(&text, &path, findings));
        let path = Path::Top("event_types");
        let given = findings.optional(body.event_types, &path);
        let event_types = given.map(|types| event_types(types, &path, findings)).unwrap_or_default();
        let description = optional_text(body.description, &Path::Top("description"), findings);
        Some(NewEndpoint { url: url?, event_types, description })
    })
}

/// Reads the body of `PATCH /v2/webhook_endpoints/{id}`.
pub fn parse_patch(body: &[u8]) -> Result<EndpointPatch, BodyError> {
    read(body, |body: EndpointBody<'_>, findings| {
        let path = Path::Top("url");
        let url = kept(body.url, &path, findings).and_then(|text| url(&text, &path, findings));
        let path = Path::Top("event_types");
        let given = kept(body.event_types, &path, findings);
        let event_types = given.map(|types| event_types(types, &path, findings));
        let description = patched(body.description, |text| optional_text(text, &Path::Top("description"), findings));
        let enabled = kept(body.enabled, &Path::Top("enabled"), findings);
        Some(EndpointPatch { url, event_types, description, enabled })
    })
}

/// The text of a receiver's URL; the egress guard judges what it means.
pub(super) fn url(text: &str, path: &Path<'_>, findings: &mut Findings) -> Option<ReceiverUrl> {
    parsed(ReceiverUrl::try_from(text.to_owned()), (path, ViolationCode::TooLong), findings)
}

fn event_types(given: Items<Cow<'_, str>, MOST_TYPES>, path: &Path<'_>, findings: &mut Findings) -> Vec<EventKind> {
    let mut kinds: Vec<EventKind> = items(given, path, findings, |text, path, findings| {
        let kind = text.parse::<EventKind>().map_err(|_| {
            let all: Vec<&str> = EventKind::ALL.iter().map(|kind| kind.as_str()).collect();
            format!("must be of {}", all.join(", "))
        });
        parsed(kind, (path, ViolationCode::InvalidEnumValue), findings)
    });
    let mut seen = Vec::new();
    kinds.retain(|kind| {
        let is_new = !seen.contains(kind);
        seen.push(*kind);
        is_new
    });
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_kind_of_event_is_named_by_its_place() {
        let body = br#"{"url": "https://a.example/", "event_types": ["v1.tag.created", "v1.tag.painted"]}"#;
        let Err(BodyError::Rejected(rejection)) = parse_new(body) else { panic!("it is wrong") };
        assert_eq!(rejection.violations[0].field, "event_types[1]");
        assert_eq!(rejection.violations[0].code, ViolationCode::InvalidEnumValue);
    }

    #[test]
    fn without_kinds_all_are_meant() {
        let new = parse_new(br#"{"url": "https://a.example/"}"#).unwrap();
        assert!(new.event_types.is_empty());
        assert!(parse_new(b"{}").is_err());
    }
}
