//! Every write of the service: one value, applied whole or not at all.

use crate::{
    access::ApiKey,
    claim::Settlement,
    delivery::{DeliveryMove, EndpointHealth, NewDelivery, Resend},
    directory::{Company, Contact, User, Workspace},
    engagement::{Engagement, ResolvedParticipant},
    event::Event,
    ids::{ApiKeyId, EngagementId, JobId, TagId, WorkspaceId},
    job::{Job, JobMove},
    order::Moments,
    result::StepResult,
    store_error::StoreError,
    tag::Tag,
    time::Timestamp,
    timeline::Timeline,
    upload::UploadMove,
    webhook::WebhookEndpoint,
    workflow::{Workflow, WorkflowRun},
};

/// A write. Everything in it belongs to one workspace and happens together.
///
/// Deliberately not `#[non_exhaustive]`, and adapters take it apart field by field: a new part must break every adapter
/// at compile time instead of being dropped silently.
#[derive(Clone, Debug)]
pub struct Changeset {
    /// The tenant of everything in it.
    pub workspace: WorkspaceId,
    /// What the store makes of the moments of what is made and changed.
    pub moments: Moments,
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
    /// Tags that must not exist; a name that another tag has is [`CommitError::Exists`].
    pub new_tags: Vec<Tag>,
    /// Tags that must still have the version they were read at; a name that another tag has is
    /// [`CommitError::Exists`].
    pub changed_tags: Vec<Change<Tag>>,
    /// The tags of engagements, instead of those they have. Tags that are gone meanwhile are left out.
    pub replaced_tags: Vec<ReplacedTags>,
    /// Endpoints that must not exist; one whose last twenty bits another one has is [`CommitError::Exists`].
    pub new_endpoints: Vec<WebhookEndpoint>,
    /// Endpoints that must still have the version they were read at. `failing_since` is left as it is, unless the change
    /// enables the endpoint, which clears it.
    pub changed_endpoints: Vec<Change<WebhookEndpoint>>,
    /// What the deliverer learned of endpoints; no version is named, and those that are gone are left out.
    pub endpoint_health: Vec<EndpointHealth>,
    /// Workflows that must not exist.
    pub new_workflows: Vec<Workflow>,
    /// Workflows that must still have the version they were read at.
    pub changed_workflows: Vec<Change<Workflow>>,
    /// Runs; one for a workflow and an engagement that have one is [`CommitError::Exists`].
    pub new_runs: Vec<WorkflowRun>,
    /// Results of steps; a step that has one is [`CommitError::Exists`].
    pub results: Vec<StepResult>,
    /// Attempts of jobs that end; one that is no longer the token's is [`CommitError::LeaseLost`].
    pub job_moves: Vec<JobMove>,
    /// Dead jobs to drive again, from a moment on; one that is not dead is [`CommitError::Stale`].
    pub revived_jobs: Vec<(JobId, Timestamp)>,
    /// Jobs to enqueue.
    pub jobs: Vec<Job>,
    /// Events to publish: each makes its deliveries, one for each endpoint that is enabled and wants its kind.
    pub events: Vec<Event>,
    /// Deliveries to make beside these. A second recap for one engagement and recipient is left out.
    pub new_deliveries: Vec<NewDelivery>,
    /// Attempts of deliveries that end; one that is no longer the token's is [`CommitError::LeaseLost`].
    pub delivery_moves: Vec<DeliveryMove>,
    /// Deliveries to send once more; one that is under way is [`CommitError::Stale`].
    pub resends: Vec<Resend>,
}

impl Changeset {
    /// A write that does nothing yet.
    pub fn new(workspace: WorkspaceId) -> Self {
        Self {
            workspace,
            moments: Moments::Ordered,
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
            new_tags: Vec::new(),
            changed_tags: Vec::new(),
            replaced_tags: Vec::new(),
            new_endpoints: Vec::new(),
            changed_endpoints: Vec::new(),
            endpoint_health: Vec::new(),
            new_workflows: Vec::new(),
            changed_workflows: Vec::new(),
            new_runs: Vec::new(),
            results: Vec::new(),
            job_moves: Vec::new(),
            revived_jobs: Vec::new(),
            jobs: Vec::new(),
            events: Vec::new(),
            new_deliveries: Vec::new(),
            delivery_moves: Vec::new(),
            resends: Vec::new(),
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

/// The tags that an engagement shall have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplacedTags {
    /// Whose.
    pub engagement: EngagementId,
    /// Which; in any order.
    pub tags: Vec<TagId>,
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
