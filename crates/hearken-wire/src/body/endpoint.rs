//! The bodies that make and change a webhook endpoint.

use std::borrow::Cow;

use hearken_domain::{
    event::EventKind,
    rejection::ViolationCode,
    webhook::decide::{EndpointPatch, NewEndpoint},
};

use super::{BodyError, Text, UrlJudge, items, kept, optional_text, parsed, patched, read, receiver_url};
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
pub fn parse_new(body: &[u8], judge: &UrlJudge<'_>) -> Result<NewEndpoint, BodyError> {
    read(body, |body: EndpointBody<'_>, findings| {
        let path = Path::Top("url");
        let url = findings.required(body.url, &path);
        let url = url.and_then(|text| receiver_url(&text, &path, findings, judge));
        let path = Path::Top("event_types");
        let given = findings.optional(body.event_types, &path);
        let event_types = given.map(|types| event_types(types, &path, findings)).unwrap_or_default();
        let description = optional_text(body.description, &Path::Top("description"), findings);
        Some(NewEndpoint { url: url?, event_types, description })
    })
}

/// Reads the body of `PATCH /v2/webhook_endpoints/{id}`.
pub fn parse_patch(body: &[u8], judge: &UrlJudge<'_>) -> Result<EndpointPatch, BodyError> {
    read(body, |body: EndpointBody<'_>, findings| {
        let path = Path::Top("url");
        let url = kept(body.url, &path, findings);
        let url = url.and_then(|text| receiver_url(&text, &path, findings, judge));
        let path = Path::Top("event_types");
        let given = kept(body.event_types, &path, findings);
        let event_types = given.map(|types| event_types(types, &path, findings));
        let description = patched(body.description, |text| optional_text(text, &Path::Top("description"), findings));
        let enabled = kept(body.enabled, &Path::Top("enabled"), findings);
        Some(EndpointPatch { url, event_types, description, enabled })
    })
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
    use hearken_domain::{
        media::{FetchCode, FetchError},
        webhook::ReceiverUrl,
    };

    use super::*;

    fn found(result: Result<NewEndpoint, BodyError>) -> Vec<(String, &'static str)> {
        let Err(BodyError::Rejected(rejection)) = result else { panic!("it is wrong") };
        rejection.violations.into_iter().map(|violation| (violation.field, violation.code.as_str())).collect()
    }

    #[test]
    fn the_verdict_on_the_url_and_an_unknown_kind_of_event_come_in_one_answer() {
        let body = br#"{"url": "http://a.example/", "event_types": ["v1.tag.created", "v1.tag.painted"]}"#;
        let refuse = |_: &ReceiverUrl| Err(FetchError::new(FetchCode::InvalidUrl, "must be https"));
        let expected = [("url".to_owned(), "invalid_url"), ("event_types[1]".to_owned(), "invalid_enum_value")];
        assert_eq!(found(parse_new(body, &refuse)), expected);
        assert!(parse_patch(body, &refuse).is_err());
        let empty = found(parse_new(br#"{"url": ""}"#, &|_| panic!("there is nothing to judge")));
        assert_eq!(empty, [("url".to_owned(), "too_short")]);
    }

    #[test]
    fn without_kinds_all_are_meant_and_each_is_kept_once() {
        let read = |body: &[u8]| parse_new(body, &|_| Ok(()));
        assert!(read(br#"{"url": "https://a.example/"}"#).unwrap().event_types.is_empty());
        let twice = br#"{"url": "https://a.example/", "event_types": ["v1.tag.created", "v1.tag.created"]}"#;
        assert_eq!(read(twice).unwrap().event_types, [EventKind::TagCreated]);
        assert!(read(b"{}").is_err());
    }

    #[test]
    fn a_patch_leaves_what_it_does_not_name() {
        let patch = parse_patch(br#"{"description": null, "enabled": false}"#, &|_| Ok(())).unwrap();
        let expected = EndpointPatch { description: Some(None), enabled: Some(false), ..EndpointPatch::default() };
        assert_eq!(patch, expected);
        assert!(parse_patch(br#"{"url": null}"#, &|_| Ok(())).is_err());
    }
}
