//! Every write of the service: one value, applied whole or not at all.

use crate::{
    access::ApiKey,
    claim::Settlement,
    directory::{Company, Contact, User, Workspace},
    engagement::{Engagement, ResolvedParticipant},
    event::Event,
    ids::{ApiKeyId, EngagementId, WorkspaceId},
    job::Job,
    store_error::StoreError,
    time::Timestamp,
    timeline::Timeline,
    upload::UploadMove,
};

/// A write. Everything in it belongs to one workspace and happens together.
///
/// Deliberately not `#[non_exhaustive]`, and adapters take it apart field by field: a new part must break every adapter
/// at compile time instead of being dropped silently.
#[derive(Clone, Debug)]
pub struct Changeset {
    /// The tenant of everything in it.
    pub workspace: WorkspaceId,
    /// The tenant itself, when it is made.
    pub new_workspace: Option<Workspace>,
    /// Users that must not exist; an e-mail address that another user has is [`CommitError::Exists`].
    pub new_users: Vec<User>,
    /// Users that must still have the version they were read at.
    pub changed_users: Vec<Change<User>>,
    /// Keys that must not exist.
    pub new_keys: Vec<ApiKey>,
    /// Keys that must exist and not be revoked yet.
    pub revoked_keys: Vec<Revocation>,
    /// Companies that must not exist; a domain that another company has is [`CommitError::Stale`].
    pub new_companies: Vec<Company>,
    /// Contacts that must not exist; an e-mail address that another contact has is [`CommitError::Stale`].
    pub new_contacts: Vec<Contact>,
    /// An engagement whose external id must be free.
    pub new_engagement: Option<NewEngagement>,
    /// Engagements that must still have the version they were read at.
    pub changed_engagements: Vec<Change<Engagement>>,
    /// Uploads that must be in the state named; one that is not is [`CommitError::LeaseLost`].
    pub upload_moves: Vec<UploadMove>,
    /// The claim to drop; when its token is no longer the holder's it is [`CommitError::LeaseLost`].
    pub settlement: Option<Settlement>,
    /// Jobs to enqueue.
    pub jobs: Vec<Job>,
    /// Events to publish.
    pub events: Vec<Event>,
}

impl Changeset {
    /// A write that does nothing yet.
    pub fn new(workspace: WorkspaceId) -> Self {
        Self {
            workspace,
            new_workspace: None,
            new_users: Vec::new(),
            changed_users: Vec::new(),
            new_keys: Vec::new(),
            revoked_keys: Vec::new(),
            new_companies: Vec::new(),
            new_contacts: Vec::new(),
            new_engagement: None,
            changed_engagements: Vec::new(),
            upload_moves: Vec::new(),
            settlement: None,
            jobs: Vec::new(),
            events: Vec::new(),
        }
    }
}

/// A row as it shall be, and the version it must still have.
#[derive(Clone, Debug)]
pub struct Change<T> {
    /// The row. The store writes `expected + 1` as its version, whatever the row says.
    pub row: T,
    /// The version that was read.
    pub expected: u64,
}

/// A key to revoke.
#[derive(Clone, Copy, Debug)]
pub struct Revocation {
    /// Which.
    pub key: ApiKeyId,
    /// Since when.
    pub at: Timestamp,
}

/// An engagement with all that is made with it.
#[derive(Clone, Debug)]
pub struct NewEngagement {
    /// The engagement.
    pub engagement: Engagement,
    /// Who took part, in the request's order.
    pub participants: Vec<ResolvedParticipant>,
    /// The supplied timeline.
    pub timeline: Option<Timeline>,
    /// The supplied plain transcript.
    pub transcript: Option<String>,
}

/// Why a commit did not happen, or may not have. Closed: each variant is something else to do next.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The external id has an engagement already; nothing was written.
    #[error("the external id has an engagement already: {0}")]
    KeyTaken(EngagementId),
    /// Something that must not exist does; nothing was written.
    #[error("something that was to be made exists already")]
    Exists,
    /// Something changed since it was read; nothing was written. Load again and decide again.
    #[error("something changed since it was read")]
    Stale,
    /// The lease or the upload is somebody else's now; nothing was written.
    #[error("the lease was lost")]
    LeaseLost,
    /// The answer to the commit was lost: it may have happened. Read back by your own id.
    #[error("the commit's outcome is unknown")]
    Unknown,
    /// The store could not; nothing was written.
    #[error("the store could not commit")]
    Store(#[from] StoreError),
}
