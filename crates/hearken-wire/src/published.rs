//! Published events as the API lists them: thin, and with the data of those whose bytes are kept.

use bytes::Bytes;
use hearken_domain::{
    event::{KeptEvent, ResourceKind},
    ids::{CompanyId, ContactId, EngagementId, EventId, TagId, Ulid},
    query::{Direction, EventPage, ListQuery, Position},
    rejection::{Violation, ViolationCode},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use url::form_urlencoded;

use crate::{
    query::collection::{self, SortedBy},
    shown::Shown,
    time::Rfc3339,
};

/// Reads the query string of the list of events, without its question mark. There is one order: the oldest first.
pub fn parse(query: &str) -> Result<ListQuery<EventId>, Vec<Violation>> {
    let list = collection::parse_list(query, SortedBy::CreatedAt)?;
    let is_newest_first = |(name, value): (_, _)| name == "order_by" && value == "created_at:desc";
    if form_urlencoded::parse(query.as_bytes()).any(is_newest_first) {
        let message = "must be created_at:asc: events come in the order in which they were published";
        return Err(vec![Violation::new("order_by", ViolationCode::InvalidEnumValue, message)]);
    }
    Ok(ListQuery { direction: Direction::Ascending, ..list })
}

/// A page's JSON. Its cursor is always there, since more events will follow the last one.
#[derive(Debug, Serialize)]
pub struct EventsView<'a> {
    object: &'static str,
    data: Vec<EventView<'a>>,
    has_more: bool,
    next_cursor: String,
}

#[derive(Debug, Serialize)]
struct EventView<'a> {
    object: &'static str,
    id: Shown<EventId>,
    #[serde(rename = "type")]
    type_: &'static str,
    created_at: Rfc3339,
    related_object: Option<RelatedObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a RawValue>,
}

#[derive(Debug, Serialize)]
struct RelatedObject {
    id: String,
    object: &'static str,
    url: String,
}

/// What of the frozen bytes is shown.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    data: &'a RawValue,
}

/// The page that answers this query, for an installation with this public URL.
pub fn page<'a>(query: &ListQuery<EventId>, page: &'a EventPage, public_url: &str) -> EventsView<'a> {
    let beginning = Position { at: Timestamp::MIN, id: EventId::from(Ulid::from(0)) };
    let after = Some(page.end.or(query.after).unwrap_or(beginning));
    EventsView {
        object: "list",
        data: page.events.iter().map(|event| view(event, public_url)).collect(),
        has_more: page.has_more,
        next_cursor: collection::encode(&ListQuery { after, ..query.clone() }),
    }
}

fn view<'a>(event: &'a KeptEvent, public_url: &str) -> EventView<'a> {
    EventView {
        object: "event",
        id: Shown(event.id),
        type_: event.kind.as_str(),
        created_at: Rfc3339(event.created_at),
        related_object: event.about.map(|about| related(event.kind.resource(), about, public_url)),
        data: event.payload.as_ref().and_then(data),
    }
}

fn data(payload: &Bytes) -> Option<&RawValue> {
    serde_json::from_slice::<Envelope<'_>>(payload).ok().map(|envelope| envelope.data)
}

fn related(kind: ResourceKind, about: Ulid, public_url: &str) -> RelatedObject {
    let (object, collection, id) = match kind {
        ResourceKind::Contact => ("contact", "contacts", ContactId::from(about).to_string()),
        ResourceKind::Company => ("company", "companies", CompanyId::from(about).to_string()),
        ResourceKind::Engagement => ("engagement", "engagements", EngagementId::from(about).to_string()),
        ResourceKind::Tag => ("tag", "tags", TagId::from(about).to_string()),
    };
    let url = format!("{public_url}/api/v2/{collection}/{id}");
    RelatedObject { id, object, url }
}

#[cfg(test)]
mod tests {
    use hearken_domain::{event::EventKind, query::TimeRange};

    use super::*;

    fn event(payload: Option<&'static str>) -> KeptEvent {
        KeptEvent {
            id: Ulid::from_parts(0, 1).into(),
            workspace: Ulid::from_parts(0, 2).into(),
            kind: EventKind::TagUpdated,
            about: Some(Ulid::from_parts(0, 3)),
            payload: payload.map(|text| Bytes::from_static(text.as_bytes())),
            created_at: Timestamp::from_unix_millis(1).unwrap(),
        }
    }

    fn shown(page: &EventPage) -> String {
        let query = parse("").unwrap();
        String::from_utf8(crate::to_bytes(&super::page(&query, page, "https://hearken.test")).to_vec()).unwrap()
    }

    #[test]
    fn an_event_is_thin_and_shows_the_data_that_is_kept() {
        let envelope = r#"{"id":"evt_1","data":{"object":{"id":"tag_1"},"previous_attributes":{}}}"#;
        let events = vec![event(None), event(Some(envelope)), event(Some("no JSON"))];
        let json = shown(&EventPage { events, has_more: false, end: None });
        let thin = concat!(
            r#"{"object":"event","id":"evt_00000000000000000000000001","type":"v1.tag.updated","#,
            r#""created_at":"1970-01-01T00:00:00.001Z","related_object":{"id":"tag_00000000000000000000000003","#,
            r#""object":"tag","url":"https://hearken.test/api/v2/tags/tag_00000000000000000000000003"}"#,
        );
        let data = r#","data":{"object":{"id":"tag_1"},"previous_attributes":{}}"#;
        let expected = format!(r#"{{"object":"list","data":[{thin}}},{thin}{data}}},{thin}}}],"has_more":false,"#);
        assert!(json.starts_with(&expected), "{json}");
    }

    #[test]
    fn the_cursor_is_always_there_and_goes_on_where_the_page_ended() {
        let cursor = |page: &EventPage| {
            let json: serde_json::Value = serde_json::from_str(&shown(page)).unwrap();
            parse(&format!("cursor={}", json["next_cursor"].as_str().unwrap())).unwrap()
        };
        let nothing = EventPage { events: Vec::new(), has_more: false, end: None };
        let place = cursor(&nothing).after.unwrap();
        assert!(place.at == Timestamp::MIN && place.id == EventId::from(Ulid::from(0)));
        let end = Some(Position { at: Timestamp::from_unix_millis(7).unwrap(), id: Ulid::from(u128::MAX).into() });
        assert_eq!(cursor(&EventPage { end, ..nothing }).after, end);
    }

    #[test]
    fn events_are_asked_for_in_their_one_order() {
        assert_eq!(parse("").unwrap().direction, Direction::Ascending);
        assert!(parse("order_by=created_at:asc&limit=100").is_ok());
        let since = parse("filter[created_at][gte]=2026-03-01T12:00:00Z").unwrap().updated_at;
        assert!(since.gte.is_some() && since != TimeRange::default());
        for wrong in ["order_by=created_at:desc", "order_by=updated_at:asc", "limit=101", "expand=tags"] {
            assert_eq!(parse(wrong).unwrap_err().len(), 1, "{wrong}");
        }
    }
}
