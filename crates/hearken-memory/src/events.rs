//! Freezes events and notices into a line of plain text.

use bytes::Bytes;
use hearken_domain::{
    event::{Notice, Subject},
    ports::{EventEncoder, EventHead},
};

/// Writes `<event id> <kind> <subject id>`. **Not the JSON of the contract**: that is `hearken-wire`'s. Enough for a
/// test that asks which event a commit published, and about what.
#[derive(Clone, Copy, Debug, Default)]
pub struct TextEventEncoder;

impl EventEncoder for TextEventEncoder {
    fn encode(&self, head: EventHead, subject: Subject<'_>) -> Bytes {
        let about = match subject {
            Subject::ContactCreated(contact) => contact.id.to_string(),
            Subject::CompanyCreated(company) => company.id.to_string(),
            Subject::EngagementCreated(engagement)
            | Subject::EngagementUpdated { before: _, after: engagement }
            | Subject::TimelineCompleted(engagement)
            | Subject::ProcessingCompleted(engagement)
            | Subject::ProcessingFailed(engagement) => engagement.id.to_string(),
            Subject::TagCreated(tag) | Subject::TagUpdated { before: _, after: tag } | Subject::TagDeleted(tag) => {
                tag.id.to_string()
            }
        };
        line(head, subject.kind().as_str(), &about)
    }

    /// A triggered workflow is followed by the engagement that triggered it.
    fn encode_notice(&self, head: EventHead, notice: Notice<'_>) -> Bytes {
        let about = match notice {
            Notice::WorkflowTriggered { workflow, picture } => format!("{workflow} {}", picture.engagement.id),
            Notice::EndpointTest(endpoint) => endpoint.to_string(),
        };
        line(head, notice.event_type(), &about)
    }
}

fn line(head: EventHead, kind: &str, about: &str) -> Bytes {
    Bytes::from(format!("{} {kind} {about}", head.id))
}
