//! What subscribers hear of: something changed, and here is what it looks like now.

use bytes::Bytes;

use crate::{
    directory::{Company, Contact, User},
    engagement::Engagement,
    ids::{EventId, Id, Ulid, WebhookEndpointId, WorkflowId, WorkspaceId},
    insight::{ActionItem, Signal},
    tag::Tag,
    time::Timestamp,
    words::texts_of,
};

texts_of! {
    /// The kind of an event, the `type` of its envelope.
    EventKind, UnknownEventKind {
        /// A contact was made.
        ContactCreated = "v1.contact.created",
        /// A contact changed.
        ContactUpdated = "v1.contact.updated",
        /// A contact was deleted.
        ContactDeleted = "v1.contact.deleted",
        /// A company was made.
        CompanyCreated = "v1.company.created",
        /// A company changed.
        CompanyUpdated = "v1.company.updated",
        /// A company was deleted.
        CompanyDeleted = "v1.company.deleted",
        /// An engagement was made.
        EngagementCreated = "v1.engagement.created",
        /// An engagement changed.
        EngagementUpdated = "v1.engagement.updated",
        /// An engagement was deleted.
        EngagementDeleted = "v1.engagement.deleted",
        /// A tag was made.
        TagCreated = "v1.tag.created",
        /// A tag changed.
        TagUpdated = "v1.tag.updated",
        /// A tag was deleted.
        TagDeleted = "v1.tag.deleted",
        /// An engagement's transcript is stored and readable.
        TimelineCompleted = "v1.engagement.transcript_timeline.completed",
        /// Every step of an engagement is done.
        ProcessingCompleted = "v1.engagement.processing.completed",
        /// A step of an engagement gave up.
        ProcessingFailed = "v1.engagement.processing.failed",
    }
}

/// What kind of resource an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceKind {
    /// A contact.
    Contact,
    /// A company.
    Company,
    /// An engagement.
    Engagement,
    /// A tag.
    Tag,
}

impl EventKind {
    /// What it tells of.
    pub fn resource(self) -> ResourceKind {
        match self {
            Self::ContactCreated | Self::ContactUpdated | Self::ContactDeleted => ResourceKind::Contact,
            Self::CompanyCreated | Self::CompanyUpdated | Self::CompanyDeleted => ResourceKind::Company,
            Self::EngagementCreated
            | Self::EngagementUpdated
            | Self::EngagementDeleted
            | Self::TimelineCompleted
            | Self::ProcessingCompleted
            | Self::ProcessingFailed => ResourceKind::Engagement,
            Self::TagCreated | Self::TagUpdated | Self::TagDeleted => ResourceKind::Tag,
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
    /// An engagement changed.
    EngagementUpdated {
        /// As it was.
        before: &'a Engagement,
        /// As it is.
        after: &'a Engagement,
    },
    /// Its transcript is readable.
    TimelineCompleted(&'a Engagement),
    /// Every step is done.
    ProcessingCompleted(&'a Engagement),
    /// A step gave up.
    ProcessingFailed(&'a Engagement),
    /// A tag was made.
    TagCreated(&'a Tag),
    /// A tag changed.
    TagUpdated {
        /// As it was.
        before: &'a Tag,
        /// As it is.
        after: &'a Tag,
    },
    /// A tag was deleted.
    TagDeleted(&'a Tag),
}

impl Subject<'_> {
    /// The kind of its event.
    pub fn kind(&self) -> EventKind {
        match self {
            Self::ContactCreated(_) => EventKind::ContactCreated,
            Self::CompanyCreated(_) => EventKind::CompanyCreated,
            Self::EngagementCreated(_) => EventKind::EngagementCreated,
            Self::EngagementUpdated { .. } => EventKind::EngagementUpdated,
            Self::TimelineCompleted(_) => EventKind::TimelineCompleted,
            Self::ProcessingCompleted(_) => EventKind::ProcessingCompleted,
            Self::ProcessingFailed(_) => EventKind::ProcessingFailed,
            Self::TagCreated(_) => EventKind::TagCreated,
            Self::TagUpdated { .. } => EventKind::TagUpdated,
            Self::TagDeleted(_) => EventKind::TagDeleted,
        }
    }

    /// The id of what it is about.
    pub fn about(&self) -> Ulid {
        match self {
            Self::ContactCreated(contact) => contact.id.ulid(),
            Self::CompanyCreated(company) => company.id.ulid(),
            Self::EngagementCreated(engagement)
            | Self::EngagementUpdated { after: engagement, .. }
            | Self::TimelineCompleted(engagement)
            | Self::ProcessingCompleted(engagement)
            | Self::ProcessingFailed(engagement) => engagement.id.ulid(),
            Self::TagCreated(tag) | Self::TagUpdated { after: tag, .. } | Self::TagDeleted(tag) => tag.id.ulid(),
        }
    }
}

/// What is sent beside events: to one receiver, and to no subscriber.
#[derive(Clone, Copy, Debug)]
pub enum Notice<'a> {
    /// A workflow's webhook action.
    WorkflowTriggered {
        /// Which.
        workflow: WorkflowId,
        /// What with.
        picture: &'a Picture,
    },
    /// An endpoint's owner wants to see whether it works.
    EndpointTest(WebhookEndpointId),
}

impl Notice<'_> {
    /// The `type` of the envelope.
    pub fn event_type(&self) -> &'static str {
        match self {
            Self::WorkflowTriggered { .. } => "v1.workflow.triggered",
            Self::EndpointTest(_) => "v1.webhook_endpoint.test",
        }
    }
}

/// An engagement with everything that a workflow's receiver gets of it.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The engagement; its summary is part of it.
    pub engagement: Engagement,
    /// The full text.
    pub transcript: Option<String>,
    /// The participants' companies.
    pub companies: Vec<Company>,
    /// The participants who are contacts.
    pub contacts: Vec<Contact>,
    /// The owner.
    pub owner: Option<User>,
    /// The tags.
    pub tags: Vec<Tag>,
    /// The action items.
    pub action_items: Vec<ActionItem>,
    /// The signals.
    pub signals: Vec<Signal>,
}

/// An event to publish. Its bytes were frozen when it happened: every delivery sends the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The id, also the deliveries' `webhook-id`.
    pub id: EventId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// The kind.
    pub kind: EventKind,
    /// The id of what it is about; the kind tells what that is.
    pub about: Ulid,
    /// The envelope, ready to send.
    pub payload: Bytes,
    /// When it happened.
    pub created_at: Timestamp,
}

impl Event {
    /// When its deliveries may begin: at its decision, whose moment is in its id. `created_at` is later where the order of
    /// changes wanted it so.
    pub fn due_at(&self) -> Timestamp {
        let decided = i64::try_from(self.id.ulid().timestamp_ms()).ok().and_then(Timestamp::from_unix_millis);
        decided.map_or(self.created_at, |decided| decided.min(self.created_at))
    }
}

/// An event as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptEvent {
    /// The id.
    pub id: EventId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// The kind.
    pub kind: EventKind,
    /// The id of what it is about; `None` for events of earlier releases.
    pub about: Option<Ulid>,
    /// The envelope, where an endpoint was subscribed when it happened, as long as a delivery needs it.
    pub payload: Option<Bytes>,
    /// When it happened.
    pub created_at: Timestamp,
}
