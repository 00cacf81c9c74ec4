//! What subscribers hear of: something changed, and here is what it looks like now.

use bytes::Bytes;

use crate::{
    directory::{Company, Contact},
    engagement::Engagement,
    ids::{EventId, WorkspaceId},
    time::Timestamp,
};

/// The kind of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// A contact was made.
    ContactCreated,
    /// A company was made.
    CompanyCreated,
    /// An engagement was made.
    EngagementCreated,
}

impl EventKind {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::ContactCreated, Self::CompanyCreated, Self::EngagementCreated];

    /// The `type` of the envelope.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ContactCreated => "v1.contact.created",
            Self::CompanyCreated => "v1.company.created",
            Self::EngagementCreated => "v1.engagement.created",
        }
    }
}

/// What an event is about, before its bytes are frozen.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// A contact was made.
    ContactCreated(&'a Contact),
    /// A company was made.
    CompanyCreated(&'a Company),
    /// An engagement was made.
    EngagementCreated(&'a Engagement),
}

impl Subject<'_> {
    /// The kind of its event.
    pub fn kind(&self) -> EventKind {
        match self {
            Self::ContactCreated(_) => EventKind::ContactCreated,
            Self::CompanyCreated(_) => EventKind::CompanyCreated,
            Self::EngagementCreated(_) => EventKind::EngagementCreated,
        }
    }
}

/// An event. Its bytes were frozen when it happened: every delivery sends the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The id, also the deliveries' `webhook-id`.
    pub id: EventId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// The kind.
    pub kind: EventKind,
    /// The envelope, ready to send.
    pub payload: Bytes,
    /// When it happened.
    pub created_at: Timestamp,
}
