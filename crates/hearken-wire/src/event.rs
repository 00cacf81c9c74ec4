//! The envelope of an event, frozen into the bytes that every delivery sends.

use bytes::Bytes;
use hearken_domain::{
    event::{Notice, Picture, Subject},
    ids::{EventId, WebhookEndpointId, WorkflowId, WorkspaceId},
    ports::{EventEncoder, EventHead},
};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    company::{CompanyView, company},
    contact::{ContactView, contact},
    engagement::{EngagementView, Expansions, OrNull, engagement, plain},
    shown::Shown,
    tag::{TagView, tag},
    time::Rfc3339,
    to_bytes,
};

/// Writes events as JSON.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonEventEncoder;

impl EventEncoder for JsonEventEncoder {
    fn encode(&self, head: EventHead, subject: Subject<'_>) -> Bytes {
        let data = Data { object: object(subject), previous_attributes: previous_attributes(subject) };
        to_bytes(&Envelope::new(head, subject.kind().as_str(), data))
    }

    fn encode_notice(&self, head: EventHead, notice: Notice<'_>) -> Bytes {
        match notice {
            Notice::WorkflowTriggered { workflow, picture } => {
                let parts = parts(picture);
                let object = Box::new(engagement(&picture.engagement, &parts));
                to_bytes(&Envelope::new(head, notice.event_type(), Triggered { workflow_id: Shown(workflow), object }))
            }
            Notice::EndpointTest(endpoint) => {
                let object = Tested { object: "webhook_endpoint", id: Shown(endpoint) };
                let data = TestData { object };
                to_bytes(&Envelope::new(head, notice.event_type(), data))
            }
        }
    }
}

fn object(subject: Subject<'_>) -> Object<'_> {
    match subject {
        Subject::ContactCreated(row) => Object::Contact(contact(row)),
        Subject::CompanyCreated(row) => Object::Company(company(row)),
        Subject::EngagementCreated(row)
        | Subject::EngagementUpdated { after: row, .. }
        | Subject::TimelineCompleted(row)
        | Subject::ProcessingCompleted(row)
        | Subject::ProcessingFailed(row) => Object::Engagement(Box::new(plain(row))),
        Subject::TagCreated(row) | Subject::TagUpdated { after: row, .. } | Subject::TagDeleted(row) => {
            Object::Tag(tag(row))
        }
    }
}

/// What changed, as it was: only on updates. A field that was not there before is `null`.
fn previous_attributes(subject: Subject<'_>) -> Option<Map<String, Value>> {
    match subject {
        Subject::EngagementUpdated { before, after } => Some(changed(&plain(before), &plain(after))),
        Subject::TagUpdated { before, after } => Some(changed(&tag(before), &tag(after))),
        Subject::ContactCreated(_)
        | Subject::CompanyCreated(_)
        | Subject::EngagementCreated(_)
        | Subject::TimelineCompleted(_)
        | Subject::ProcessingCompleted(_)
        | Subject::ProcessingFailed(_)
        | Subject::TagCreated(_)
        | Subject::TagDeleted(_) => None,
    }
}

fn changed<T: Serialize>(before: &T, after: &T) -> Map<String, Value> {
    let (mut before, after) = (fields(before), fields(after));
    let mut changed = Map::new();
    for (name, value) in after {
        let was = before.remove(&name).unwrap_or(Value::Null);
        if was != value {
            changed.insert(name, was);
        }
    }
    // What is no longer there was there before.
    changed.extend(before);
    changed
}

fn fields<T: Serialize>(view: &T) -> Map<String, Value> {
    match serde_json::to_value(view) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// Everything of the engagement but the recording: a link would have expired before the receiver looks.
fn parts(picture: &Picture) -> Expansions {
    Expansions {
        transcript: Some(OrNull(picture.transcript.clone())),
        media_url: None,
        companies: Some(picture.companies.clone()),
        contacts: Some(picture.contacts.clone()),
        owner: Some(OrNull(picture.owner.clone())),
        action_items: Some(picture.action_items.clone()),
        signals: Some(picture.signals.clone()),
        tags: Some(picture.tags.clone()),
    }
}

#[derive(Serialize)]
struct Envelope<T> {
    id: Shown<EventId>,
    #[serde(rename = "type")]
    type_: &'static str,
    api_version: &'static str,
    created_at: Rfc3339,
    workspace_id: Shown<WorkspaceId>,
    data: T,
}

impl<T> Envelope<T> {
    fn new(head: EventHead, type_: &'static str, data: T) -> Self {
        Self {
            id: Shown(head.id),
            type_,
            api_version: "v1",
            created_at: Rfc3339(head.created_at),
            workspace_id: Shown(head.workspace),
            data,
        }
    }
}

#[derive(Serialize)]
struct Data<'a> {
    object: Object<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_attributes: Option<Map<String, Value>>,
}

#[derive(Serialize)]
struct Triggered<'a> {
    workflow_id: Shown<WorkflowId>,
    object: Box<EngagementView<'a>>,
}

#[derive(Serialize)]
struct TestData {
    object: Tested,
}

#[derive(Serialize)]
struct Tested {
    object: &'static str,
    id: Shown<WebhookEndpointId>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Object<'a> {
    Contact(ContactView<'a>),
    Company(CompanyView<'a>),
    Engagement(Box<EngagementView<'a>>),
    Tag(TagView<'a>),
}

#[cfg(test)]
mod tests {
    use hearken_domain::{directory::Company, ids::Ulid, time::Timestamp};

    use super::*;

    #[test]
    fn the_envelope_carries_the_rest_representation() {
        let at = Timestamp::from_unix_millis(1).unwrap();
        let row = Company {
            id: Ulid::from_parts(0, 3).into(),
            name: None,
            description: None,
            domains: Vec::new(),
            created_at: at,
            updated_at: at,
        };
        let head =
            EventHead { id: Ulid::from_parts(0, 1).into(), workspace: Ulid::from_parts(0, 2).into(), created_at: at };
        let json = JsonEventEncoder.encode(head, Subject::CompanyCreated(&row));
        let json = std::str::from_utf8(&json).unwrap();
        let company = concat!(
            r#"{"object":"company","id":"cmp_00000000000000000000000003","created_at":"1970-01-01T00:00:00.001Z","#,
            r#""updated_at":"1970-01-01T00:00:00.001Z","name":null,"domains":[]}"#,
        );
        let head = concat!(
            r#"{"id":"evt_00000000000000000000000001","type":"v1.company.created","api_version":"v1","#,
            r#""created_at":"1970-01-01T00:00:00.001Z","workspace_id":"wrks_00000000000000000000000002","#,
        );
        assert_eq!(json, format!(r#"{head}"data":{{"object":{company}}}}}"#));
    }

    #[test]
    fn an_update_says_what_changed_as_it_was() {
        let at = |millis| Timestamp::from_unix_millis(millis).unwrap();
        let before = hearken_domain::tag::Tag {
            id: Ulid::from_parts(0, 3).into(),
            workspace: Ulid::from_parts(0, 2).into(),
            name: "Old".try_into().unwrap(),
            description: None,
            hex_color: None,
            auto_tagging_enabled: false,
            created_at: at(1),
            updated_at: at(1),
            deleted_at: None,
            version: 1,
        };
        let after = hearken_domain::tag::Tag {
            name: "New".try_into().unwrap(),
            description: Some("calls about money".try_into().unwrap()),
            updated_at: at(2),
            ..before.clone()
        };
        let head = EventHead {
            id: Ulid::from_parts(0, 1).into(),
            workspace: Ulid::from_parts(0, 2).into(),
            created_at: at(2),
        };
        let json = JsonEventEncoder.encode(head, Subject::TagUpdated { before: &before, after: &after });
        let json: Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(json["type"], "v1.tag.updated");
        assert_eq!(json["data"]["object"]["name"], "New");
        assert_eq!(
            json["data"]["previous_attributes"],
            serde_json::json!({"name": "Old", "description": null, "updated_at": "1970-01-01T00:00:00.001Z"})
        );
    }
}
