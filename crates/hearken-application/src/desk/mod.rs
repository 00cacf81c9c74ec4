//! What callers do with a workspace's tags, webhook endpoints and workflows: read, make, change, delete.
//!
//! A change is decided for the row as it was read and is decided again when the row changed meanwhile.

mod tags;
mod webhooks;
mod workflows;

use hearken_domain::{
    changeset::{Changeset, CommitError},
    engagement::Context,
    media::MediaUrl,
    ports::{Clock, EngagementStore, MediaFetcher, Ports},
    rejection::{Rejection, Violation, ViolationCode},
    store_error::StoreError,
    time::Timestamp,
    webhook::ReceiverUrl,
};

pub use self::{
    tags::ReplaceError,
    workflows::{ActionStatus, ChangedWorkflow, RunReport},
};

/// The desk.
#[derive(Clone)]
pub struct Desk {
    ports: Ports,
}

/// Why something was not done. Nothing was written, but for [`DeskError::Unknown`].
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// Not in the caller's workspace, or nowhere.
    #[error("there is no such resource")]
    NotFound,
    /// Something that is there is in the way; the text says what.
    #[error("{0}")]
    Conflict(&'static str),
    /// The request is wrong.
    #[error("the request was rejected: {0}")]
    Rejected(Rejection),
    /// The store could not.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// The store did not say whether it wrote.
    #[error("the store did not say whether it wrote")]
    Unknown,
}

impl Desk {
    /// Over these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    fn context(&self) -> Context<'_> {
        Context { now: self.ports.clock.now(), ids: &*self.ports.ids, events: &*self.ports.events }
    }

    /// Commits, and gives the moment that what was written bears at least; `None` when something changed since it was read.
    async fn commit(&self, changeset: Changeset, exists: &'static str) -> Result<Option<Timestamp>, DeskError> {
        match self.ports.store.commit(changeset).await {
            Ok(moment) => Ok(Some(moment)),
            Err(CommitError::Stale) => Ok(None),
            Err(CommitError::Exists | CommitError::KeyTaken(_) | CommitError::LeaseLost) => {
                Err(DeskError::Conflict(exists))
            }
            Err(CommitError::Store(error)) => Err(error.into()),
            Err(CommitError::Unknown) => Err(DeskError::Unknown),
        }
    }

    /// Judges the URL of a receiver by the rules for every URL that a caller chooses, without any I/O.
    fn judge(&self, field: &str, url: &ReceiverUrl) -> Result<(), Violation> {
        self.ports
            .media
            .judge(&MediaUrl::new(url.as_str()))
            .map_err(|error| Violation::new(field, ViolationCode::Media(error.code), error.message))
    }
}

/// What is in the way when nothing else can be.
const ID_TAKEN: &str = "an id that was thrown for this is taken; send the request again";

/// Says that a decision was overtaken each time.
fn overtaken() -> DeskError {
    DeskError::Conflict("the resource was changed at the same time, several times; read it and decide again")
}
