//! The tables.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bytes::Bytes;
use hearken_domain::{
    access::ApiKey,
    changeset::{Changeset, CommitError},
    delivery::{Delivery, DeliveryLane},
    directory::{Company, Contact, User, Workspace},
    engagement::{Engagement, ResolvedParticipant},
    event::Event,
    ids::{
        ApiKeyId, CompanyId, ContactId, DeliveryId, EngagementId, EventId, JobId, LeaseToken, ProcessId, TagId,
        TimelineId, UploadId, UserId, WebhookEndpointId, WorkflowId, WorkflowRunId, WorkspaceId,
    },
    insight::Findings,
    job::{Job, JobLane, JobNote, JobState},
    order::Walk,
    ports::Installation,
    result::ResultHead,
    speech::MediaFacts,
    store_error::{StoreError, StoreErrorKind},
    tag::Tag,
    text::ExternalId,
    time::Timestamp,
    timeline::Transcripts,
    upload::Upload,
    webhook::WebhookEndpoint,
    workflow::{Workflow, WorkflowRun},
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
    /// The last moment of what each walk shows.
    pub(super) last_moments: BTreeMap<Walk, Timestamp>,
    pub(super) users: BTreeMap<UserId, User>,
    pub(super) keys: BTreeMap<ApiKeyId, ApiKey>,
    pub(super) companies: BTreeMap<CompanyId, Company>,
    pub(super) contacts: BTreeMap<ContactId, Contact>,
    pub(super) engagements: BTreeMap<EngagementId, StoredEngagement>,
    pub(super) by_external_id: HashMap<ExternalId, EngagementId>,
    pub(super) timelines: BTreeSet<TimelineId>,
    pub(super) claims: HashMap<ExternalId, Lease>,
    pub(super) uploads: BTreeMap<UploadId, Upload>,
    pub(super) tags: BTreeMap<TagId, Tag>,
    pub(super) engagement_tags: BTreeMap<EngagementId, BTreeSet<TagId>>,
    pub(super) endpoints: BTreeMap<WebhookEndpointId, WebhookEndpoint>,
    pub(super) workflows: BTreeMap<WorkflowId, Workflow>,
    pub(super) runs: BTreeMap<WorkflowRunId, WorkflowRun>,
    pub(super) results: BTreeMap<EngagementId, Vec<ResultHead>>,
    pub(super) media_facts: BTreeMap<EngagementId, MediaFacts>,
    pub(super) findings: BTreeMap<EngagementId, Findings>,
    pub(super) jobs: BTreeMap<JobId, StoredJob>,
    pub(super) events: BTreeMap<EventId, Event>,
    pub(super) deliveries: BTreeMap<DeliveryId, StoredDelivery>,
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

/// A job, and how far it is.
#[derive(Debug)]
pub(super) struct StoredJob {
    pub(super) job: Job,
    pub(super) state: JobState,
    pub(super) lane: JobLane,
    pub(super) attempt: u32,
    pub(super) crashes: u32,
    pub(super) note: Option<JobNote>,
    /// When a queued one may be had, and when a running one's lease ends; others have none.
    pub(super) due_at: Option<Timestamp>,
    pub(super) held: Option<Held>,
}

/// A delivery, and what no reader sees of it. It may be had at its next attempt's moment, which is the end of the lease
/// while somebody holds it.
#[derive(Debug)]
pub(super) struct StoredDelivery {
    pub(super) delivery: Delivery,
    pub(super) lane: DeliveryLane,
    pub(super) payload: Bytes,
    /// How many attempts of this round were begun and not given back.
    pub(super) attempt: u32,
    pub(super) held: Option<Held>,
}

/// Who holds a job or a delivery.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub(super) token: LeaseToken,
    pub(super) process: ProcessId,
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
            last_moments: BTreeMap::new(),
            users: BTreeMap::new(),
            keys: BTreeMap::new(),
            companies: BTreeMap::new(),
            contacts: BTreeMap::new(),
            engagements: BTreeMap::new(),
            by_external_id: HashMap::new(),
            timelines: BTreeSet::new(),
            claims: HashMap::new(),
            uploads: BTreeMap::new(),
            tags: BTreeMap::new(),
            engagement_tags: BTreeMap::new(),
            endpoints: BTreeMap::new(),
            workflows: BTreeMap::new(),
            runs: BTreeMap::new(),
            results: BTreeMap::new(),
            media_facts: BTreeMap::new(),
            findings: BTreeMap::new(),
            jobs: BTreeMap::new(),
            events: BTreeMap::new(),
            deliveries: BTreeMap::new(),
        }
    }

    /// The tags of an engagement that were not deleted, oldest id first.
    pub(super) fn tags_of(&self, engagement: EngagementId) -> impl Iterator<Item = &Tag> {
        let ids = self.engagement_tags.get(&engagement).into_iter().flatten();
        ids.filter_map(|id| self.tags.get(id)).filter(|tag| tag.deleted_at.is_none())
    }
}
