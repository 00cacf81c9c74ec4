//! The tables.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use hearken_domain::{
    access::ApiKey,
    changeset::{Changeset, CommitError},
    directory::{Company, Contact, User, Workspace},
    engagement::{Engagement, ResolvedParticipant},
    event::Event,
    ids::{
        ApiKeyId, CompanyId, ContactId, EngagementId, EventId, JobId, LeaseToken, ProcessId, TimelineId, UploadId,
        UserId, WorkspaceId,
    },
    job::Job,
    ports::Installation,
    store_error::{StoreError, StoreErrorKind},
    text::ExternalId,
    time::Timestamp,
    timeline::Transcripts,
    upload::Upload,
};

/// Everything there is.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) installation: Option<Installation>,
    pub(super) tenants: BTreeMap<WorkspaceId, Tenant>,
}

/// One workspace's rows, each table in the order of its ids.
#[derive(Debug)]
pub(super) struct Tenant {
    pub(super) workspace: Workspace,
    pub(super) users: BTreeMap<UserId, User>,
    pub(super) keys: BTreeMap<ApiKeyId, ApiKey>,
    pub(super) companies: BTreeMap<CompanyId, Company>,
    pub(super) contacts: BTreeMap<ContactId, Contact>,
    pub(super) engagements: BTreeMap<EngagementId, StoredEngagement>,
    pub(super) by_external_id: HashMap<ExternalId, EngagementId>,
    pub(super) timelines: BTreeSet<TimelineId>,
    pub(super) claims: HashMap<ExternalId, Lease>,
    pub(super) uploads: BTreeMap<UploadId, Upload>,
    pub(super) jobs: BTreeMap<JobId, Job>,
    pub(super) events: BTreeMap<EventId, Event>,
}

/// An engagement and what was made with it.
#[derive(Debug)]
pub(super) struct StoredEngagement {
    pub(super) engagement: Engagement,
    pub(super) participants: Vec<ResolvedParticipant>,
    pub(super) transcripts: Transcripts,
}

/// Who may create an engagement under an external id, and until when.
#[derive(Debug)]
pub(super) struct Lease {
    pub(super) token: LeaseToken,
    pub(super) process: ProcessId,
    pub(super) until: Timestamp,
    pub(super) upload: UploadId,
}

impl State {
    /// The empty tables of a workspace that this changeset makes; they are not part of the state yet.
    pub(super) fn new_tenant(&self, changeset: &Changeset, made: &Workspace) -> Result<Tenant, CommitError> {
        if made.id != changeset.workspace {
            return Err(StoreError::new(StoreErrorKind::Broken, "the new workspace is not the changeset's").into());
        }
        if self.tenants.contains_key(&made.id) {
            return Err(CommitError::Exists);
        }
        Ok(Tenant::new(made.clone()))
    }
}

impl Tenant {
    fn new(workspace: Workspace) -> Self {
        Self {
            workspace,
            users: BTreeMap::new(),
            keys: BTreeMap::new(),
            companies: BTreeMap::new(),
            contacts: BTreeMap::new(),
            engagements: BTreeMap::new(),
            by_external_id: HashMap::new(),
            timelines: BTreeSet::new(),
            claims: HashMap::new(),
            uploads: BTreeMap::new(),
            jobs: BTreeMap::new(),
            events: BTreeMap::new(),
        }
    }
}
