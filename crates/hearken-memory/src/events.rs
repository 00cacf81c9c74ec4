//! Freezes events into a line of plain text.

use bytes::Bytes;
use hearken_domain::{
    event::Subject,
    ports::{EventEncoder, EventHead},
};

/// Writes `<event id> <kind> <subject id>`. **Not the JSON of the contract**: that is `hearken-wire`'s. Enough for a
/// test that asks which event a commit published, and about what.
#[derive(Clone, Copy, Debug, Default)]
pub struct TextEventEncoder;

impl EventEncoder for TextEventEncoder {
    fn encode(&self, head: EventHead, subject: Subject<'_>) -> Bytes {
        let kind = subject.kind().as_str();
        let about = match subject {
            Subject::ContactCreated(contact) => contact.id.to_string(),
            Subject::CompanyCreated(company) => company.id.to_string(),
            Subject::EngagementCreated(engagement) => engagement.id.to_string(),
        };
        Bytes::from(format!("{} {kind} {about}", head.id))
    }
}
