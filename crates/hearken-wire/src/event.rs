//! The envelope of an event, frozen into the bytes that every delivery sends.

use bytes::Bytes;
use hearken_domain::{
    event::Subject,
    ids::{EventId, WorkspaceId},
    ports::{EventEncoder, EventHead},
};
use serde::Serialize;

use crate::{
    company::{CompanyView, company},
    contact::{ContactView, contact},
    engagement::{EngagementView, plain},
    shown::Shown,
    time::Rfc3339,
    to_bytes,
};

/// Writes events as JSON.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonEventEncoder;

impl EventEncoder for JsonEventEncoder {
    fn encode(&self, head: EventHead, subject: Subject<'_>) -> Bytes {
        to_bytes(&Envelope {
            id: Shown(head.id),
            type_: subject.kind().as_str(),
            api_version: "v1",
            created_at: Rfc3339(head.created_at),
            workspace_id: Shown(head.workspace),
            data: Data { object: object(subject) },
        })
    }
}

fn object(subject: Subject<'_>) -> Object<'_> {
    match subject {
        Subject::ContactCreated(row) => Object::Contact(contact(row)),
        Subject::CompanyCreated(row) => Object::Company(company(row)),
        Subject::EngagementCreated(row) => Object::Engagement(Box::new(plain(row))),
    }
}

#[derive(Serialize)]
struct Envelope<'a> {
    id: Shown<EventId>,
    #[serde(rename = "type")]
    type_: &'static str,
    api_version: &'static str,
    created_at: Rfc3339,
    workspace_id: Shown<WorkspaceId>,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    object: Object<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Object<'a> {
    Contact(ContactView<'a>),
    Company(CompanyView<'a>),
    Engagement(Box<EngagementView<'a>>),
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
}
