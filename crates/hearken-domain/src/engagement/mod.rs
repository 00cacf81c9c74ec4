//! An engagement: a call or a meeting, and everything known about it.

mod command;
mod create;
mod participants;

use std::time::Duration;

use mime::Mime;

pub use command::{
    CreateEngagement, MAX_PARTICIPANTS, MAX_TRANSCRIPT_BYTES, MAX_TRANSCRIPT_CHARS, Material, Participant,
    SuppliedText, TextExcess,
};
pub use create::{Context, Created, Surroundings, check_create, company_lookup_for, decide_create, lookup_for};

use crate::{
    access::{Caller, Visibility},
    handle::{EmailAddress, PhoneNumber},
    ids::{ApiKeyId, CompanyId, ContactId, EngagementId, UploadId, UserId, WorkspaceId},
    link::ExternalUrl,
    text::{Description, ExternalId, Name, SourceSystem, Title},
    time::Timestamp,
    words::texts_of,
};

texts_of! {
    /// What kind of engagement it is. Only calls and meetings can be created through the API.
    EngagementType, UnknownEngagementType {
        /// A meeting.
        Meeting = "MEETING",
        /// A call.
        Call = "CALL",
        /// An e-mail.
        Email = "EMAIL",
        /// A task.
        Task = "TASK",
        /// A note.
        Note = "NOTE",
        /// A calendar event.
        CalendarEvent = "CALENDAR_EVENT",
        /// A document.
        Document = "DOCUMENT",
    }
}

texts_of! {
    /// How far the pipeline is.
    ProcessingStatus, UnknownProcessingStatus {
        /// Stored; nothing has begun.
        Pending = "PENDING",
        /// A step runs or waits.
        Processing = "PROCESSING",
        /// Every step is done.
        Completed = "COMPLETED",
        /// A step gave up.
        Failed = "FAILED",
    }
}

/// Why the pipeline gave up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessingError {
    /// The step.
    pub step: String,
    /// Stable, for programs.
    pub code: String,
    /// For people.
    pub message: String,
}

/// A stored recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Its place in the blob store.
    pub upload: UploadId,
    /// As its host declared it, without parameters.
    pub media_type: Mime,
    /// Its length.
    pub bytes: u64,
    /// Of all its bytes.
    pub sha256: [u8; 32],
}

/// A call or a meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engagement {
    /// The id.
    pub id: EngagementId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// The idempotency key.
    pub external_id: ExternalId,
    /// Where it came from.
    pub source_system: SourceSystem,
    /// The title.
    pub title: Title,
    /// Call, meeting, …
    pub engagement_type: EngagementType,
    /// How far the pipeline is.
    pub status: ProcessingStatus,
    /// Set when the status is failed.
    pub processing_error: Option<ProcessingError>,
    /// Hidden from callers without the private scope.
    pub is_private: bool,
    /// There are participants, and each is a user of the workspace.
    pub is_internal: bool,
    /// Whether workflows and recap e-mails may fire.
    pub run_workflows: bool,
    /// Whose it is.
    pub owner: UserId,
    /// The participant who was named owner.
    pub host: Option<UserId>,
    /// The key that created it: it may always see its own replay.
    pub created_by: ApiKeyId,
    /// When it began.
    pub start_at: Timestamp,
    /// When it ended, once known.
    pub end_at: Option<Timestamp>,
    /// Whole seconds, once known.
    pub duration_seconds: Option<u32>,
    /// Free text.
    pub description: Option<Description>,
    /// Where it lives in the source system.
    pub external_url: Option<ExternalUrl>,
    /// Once the pipeline wrote one.
    pub summary: Option<String>,
    /// How many steps must end before it is complete.
    pub steps_left: u8,
    /// The recording, when there is one.
    pub media: Option<Media>,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When a client could last see a change.
    pub updated_at: Timestamp,
    /// Grows by one with every change; a change names the one it saw.
    pub version: u64,
}

impl Engagement {
    /// Whether a direct read may show it.
    pub fn is_visible_to(&self, caller: &Caller) -> bool {
        !self.is_private || caller.visibility() == Visibility::All
    }

    /// Whether a repeated create may show it: also to the key that created it and to its owner.
    pub fn is_replayable_to(&self, caller: &Caller) -> bool {
        self.is_visible_to(caller) || self.created_by == caller.key || self.owner == caller.user
    }

    /// The moment of a change: now, but always after the last one, so that a client sees that it moved.
    pub fn next_update(&self, now: Timestamp) -> Timestamp {
        now.max(self.updated_at.after(Duration::from_millis(1)))
    }

    /// Its length is known, and so is its end. A length or an end that has no number in the API stays unknown: another
    /// number would be wrong.
    pub(crate) fn lasts(&mut self, length: Duration) {
        self.end_at = self.start_at.checked_after(length);
        self.duration_seconds = u32::try_from(length.as_millis().div_ceil(1000)).ok();
    }
}

/// Somebody who took part, once it is known who that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedParticipant {
    /// As the request named them.
    pub name: Option<Name>,
    /// As the request gave it.
    pub email: Option<EmailAddress>,
    /// As the request gave it.
    pub phone: Option<PhoneNumber>,
    /// Who it is.
    pub who: Who,
    /// The contact's company.
    pub company: Option<CompanyId>,
    /// The request named them owner.
    pub is_owner: bool,
    /// The recording's channel on which they speak, from 0.
    pub channel: Option<u16>,
}

/// Inside or outside the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// A user of the workspace.
    User(UserId),
    /// Anybody else.
    Contact(ContactId),
}
