//! What a list asks for, and a page of its answer.

use crate::{
    access::Visibility,
    engagement::{EngagementType, ProcessingStatus},
    event::{EventKind, KeptEvent},
    ids::{CompanyId, ContactId, EngagementId, EventId, TagId, UserId},
    text::{ExternalId, SearchTerm, SourceSystem},
    time::Timestamp,
};

/// Bounds on a moment; all that are set must hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeRange {
    /// Later than.
    pub gt: Option<Timestamp>,
    /// Not before.
    pub gte: Option<Timestamp>,
    /// Earlier than.
    pub lt: Option<Timestamp>,
    /// Not after.
    pub lte: Option<Timestamp>,
}

impl TimeRange {
    /// Whether a moment is within all bounds.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.gt.is_none_or(|bound| at > bound)
            && self.gte.is_none_or(|bound| at >= bound)
            && self.lt.is_none_or(|bound| at < bound)
            && self.lte.is_none_or(|bound| at <= bound)
    }
}

/// What an engagement must meet; what is not set does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EngagementFilter {
    /// A part of the title, whatever the case.
    pub search: Option<SearchTerm>,
    /// One of these.
    pub types: Option<Vec<EngagementType>>,
    /// One of these.
    pub statuses: Option<Vec<ProcessingStatus>>,
    /// A participant is one of these contacts.
    pub contacts: Option<Vec<ContactId>>,
    /// A participant belongs to one of these companies.
    pub companies: Option<Vec<CompanyId>>,
    /// Has one of these tags.
    pub tags: Option<Vec<TagId>>,
    /// Whose it is.
    pub owner: Option<UserId>,
    /// One of these, byte for byte.
    pub external_ids: Option<Vec<ExternalId>>,
    /// Byte for byte.
    pub source_system: Option<SourceSystem>,
    /// When it began.
    pub start_at: TimeRange,
    /// When it last changed.
    pub updated_at: TimeRange,
}

/// The moment that a list is sorted by; the id decides between equal ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrderBy {
    /// The last change.
    #[default]
    UpdatedAt,
    /// The beginning.
    StartAt,
}

/// Which end comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Oldest first.
    Ascending,
    /// Newest first.
    #[default]
    Descending,
}

/// A place in a list: after this row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position<I = EngagementId> {
    /// The row's moment.
    pub at: Timestamp,
    /// The row.
    pub id: I,
}

/// A list of engagements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngagementQuery {
    /// What the caller may see: part of the question, never a look at the answer.
    pub visibility: Visibility,
    /// What rows must meet.
    pub filter: EngagementFilter,
    /// Sorted by.
    pub order_by: OrderBy,
    /// Which end first.
    pub direction: Direction,
    /// Where to go on.
    pub after: Option<Position>,
    /// The most rows, 1 to 100.
    pub limit: u16,
}

/// A list of anything else: sorted by its last change, or by when it was made where nothing changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListQuery<I> {
    /// When it last changed.
    pub updated_at: TimeRange,
    /// Which end first.
    pub direction: Direction,
    /// Where to go on.
    pub after: Option<Position<I>>,
    /// The most rows, 1 to 100.
    pub limit: u16,
}

impl<I> ListQuery<I> {
    /// The first rows, the newest first.
    pub fn first(limit: u16) -> Self {
        Self { updated_at: TimeRange::default(), direction: Direction::default(), after: None, limit }
    }
}

/// One page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// At most the limit.
    pub items: Vec<T>,
    /// More rows follow the last one.
    pub has_more: bool,
}

/// Which events a caller may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audience {
    /// Of these kinds.
    pub kinds: Vec<EventKind>,
    /// Of engagements, those that they may see.
    pub visibility: Visibility,
}

/// A page of the events of a workspace, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventQuery {
    /// What the reader may see: part of the question, never a look at the answer.
    pub audience: Audience,
    /// When they happened.
    pub created_at: TimeRange,
    /// Where to go on.
    pub after: Option<Position<EventId>>,
    /// The most events, 1 to 100.
    pub limit: u16,
}

/// A page of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventPage {
    /// At most the limit.
    pub events: Vec<KeptEvent>,
    /// More of them follow the last one.
    pub has_more: bool,
    /// Where the next page goes on; `None` in a workspace without any event so far.
    pub end: Option<Position<EventId>>,
}
