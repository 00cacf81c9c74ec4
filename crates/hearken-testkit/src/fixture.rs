//! Rows for tests: good ones, with ids that no other check has.

use std::{
    fmt::Debug,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use hearken_domain::{
    access::{ApiKey, Scope, SecretDigest},
    changeset::{Change, Changeset, NewEngagement},
    claim::{Claim, ClaimOutcome, Settlement},
    directory::{Company, Contact, Role, User, Workspace},
    engagement::{Engagement, EngagementType, ProcessingStatus, ResolvedParticipant, Who},
    event::{Event, EventKind},
    ids::{ApiKeyId, ContactId, EngagementId, Id, ProcessId, Ulid, UploadId, UserId, WorkspaceId},
    job::{Job, Step},
    time::Timestamp,
    timeline::{Entry, Speaker, Timeline, TimelineSource},
    upload::{UploadMove, UploadState},
};
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::Stores;

/// Claims are the one thing of a database that a call can drop in every workspace at once.
static CLAIMS: RwLock<()> = RwLock::const_new(());

/// A workspace to test in, with somebody who owns what is made.
#[derive(Clone, Copy, Debug)]
pub struct Tenant {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Its first user.
    pub user: UserId,
    /// The user's key.
    pub key: ApiKeyId,
}

/// Holds off [`claims_vanish`] for as long as the guard lives. Every check that relies on a claim begins with it.
pub async fn claims_stay() -> RwLockReadGuard<'static, ()> {
    CLAIMS.read().await
}

/// Waits until no check relies on a claim, and keeps others from beginning.
pub async fn claims_vanish() -> RwLockWriteGuard<'static, ()> {
    CLAIMS.write().await
}

/// An id that nobody has, later in order than those given before it in this process.
pub fn new_id<T: Id>() -> T {
    static START: OnceLock<u64> = OnceLock::new();
    static GIVEN: AtomicU64 = AtomicU64::new(0);
    let since_epoch = || SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
    let start = *START.get_or_init(|| u64::try_from(since_epoch().as_millis()).expect("milliseconds of our age fit"));
    let given = u128::from(GIVEN.fetch_add(1, Ordering::Relaxed));
    T::from(Ulid::from_parts(start, (given << 40) | u128::from(std::process::id())))
}

/// The moment that tests happen at, and so many milliseconds.
pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_714_564_800_000 + millis).expect("a moment of our age is in range")
}

/// A text as the type that it is meant to be.
pub fn parsed<'a, T>(text: &'a str) -> T
where
    T: TryFrom<&'a str>,
    T::Error: Debug,
{
    T::try_from(text).expect("the test's text is within the type's limits")
}

/// Commits what must succeed.
pub async fn commit(stores: &Stores, changeset: Changeset) {
    stores.store.commit(changeset).await.expect("nothing is wrong with the changeset");
}

/// Makes a workspace with a user and a key.
pub async fn a_workspace(stores: &Stores) -> Tenant {
    let user = a_user("owner@hearken.test");
    let tenant = Tenant { workspace: new_id(), user: user.id, key: new_id() };
    let new_workspace =
        Workspace { id: tenant.workspace, name: parsed("Initech"), private_by_default: false, created_at: at(0) };
    let key = ApiKey { id: tenant.key, ..a_key(tenant) };
    commit(
        stores,
        Changeset {
            new_workspace: Some(new_workspace),
            new_users: vec![user],
            new_keys: vec![key],
            ..Changeset::new(tenant.workspace)
        },
    )
    .await;
    tenant
}

/// A user with this address, not yet committed.
pub fn a_user(email: &str) -> User {
    User {
        id: new_id(),
        role: Role::User,
        first_name: Some(parsed("Ada")),
        last_name: None,
        job_title: None,
        time_zone: None,
        emails: vec![parsed(email)],
        phones: Vec::new(),
        created_at: at(0),
        updated_at: at(0),
        version: 1,
    }
}

/// A key of the tenant's user, not yet committed.
pub fn a_key(tenant: Tenant) -> ApiKey {
    ApiKey {
        id: new_id(),
        workspace: tenant.workspace,
        user: tenant.user,
        name: None,
        scopes: [Scope::EngagementsWrite].into_iter().collect(),
        secret_digest: SecretDigest([7; 32]),
        created_at: at(0),
        expires_at: None,
        revoked_at: None,
    }
}

/// A contact with this address, not yet committed.
pub fn a_contact(email: &str) -> Contact {
    Contact {
        id: new_id(),
        first_name: None,
        last_name: None,
        description: None,
        company: None,
        emails: vec![parsed(email)],
        phones: Vec::new(),
        time_zone: None,
        created_at: at(0),
        updated_at: at(0),
    }
}

/// A company with this domain, not yet committed.
pub fn a_company(domain: &str) -> Company {
    Company {
        id: new_id(),
        name: None,
        description: None,
        domains: vec![parsed(domain)],
        created_at: at(0),
        updated_at: at(0),
    }
}

/// An engagement with nothing that can be missing, not yet committed.
pub fn an_engagement(tenant: Tenant, external_id: &str) -> Engagement {
    Engagement {
        id: new_id(),
        workspace: tenant.workspace,
        external_id: parsed(external_id),
        source_system: parsed("dialer"),
        title: parsed("A call"),
        engagement_type: EngagementType::Call,
        status: ProcessingStatus::Pending,
        processing_error: None,
        is_private: false,
        is_internal: false,
        run_workflows: false,
        owner: tenant.user,
        host: None,
        created_by: tenant.key,
        start_at: at(0),
        end_at: None,
        duration_seconds: None,
        description: None,
        external_url: None,
        summary: None,
        media: None,
        created_at: at(0),
        updated_at: at(0),
        version: 1,
    }
}

/// A participant who is this contact, known by nothing else.
pub fn a_participant(contact: ContactId) -> ResolvedParticipant {
    ResolvedParticipant {
        name: None,
        email: None,
        phone: None,
        who: Who::Contact(contact),
        company: None,
        is_owner: false,
    }
}

/// A timeline of one turn, not yet committed.
pub fn a_timeline(engagement: EngagementId) -> Timeline {
    let speaker = Speaker { name: parsed("Ada"), contact: None, user: None, sentiment: None };
    Timeline {
        id: new_id(),
        engagement,
        speakers: vec![speaker],
        entries: vec![Entry { speaker: 0, start_ms: 0, end_ms: 900, text: "Hello".to_owned(), words: Vec::new() }],
        overall_sentiment: None,
        language: None,
        source: TimelineSource::Supplied,
        created_at: at(0),
    }
}

/// A step of an engagement to take, not yet committed.
pub fn a_job(engagement: &Engagement, step: Step) -> Job {
    Job { id: new_id(), workspace: engagement.workspace, engagement: engagement.id, step, run_at: at(0) }
}

/// An event with these bytes, not yet committed.
pub fn an_event(tenant: Tenant, payload: &'static [u8]) -> Event {
    Event {
        id: new_id(),
        workspace: tenant.workspace,
        kind: EventKind::EngagementCreated,
        payload: Bytes::from_static(payload),
        created_at: at(0),
    }
}

/// The write that makes an engagement and nothing else.
pub fn creating(engagement: Engagement) -> Changeset {
    creating_with(engagement, Vec::new())
}

/// The write that makes an engagement with participants.
pub fn creating_with(engagement: Engagement, participants: Vec<ResolvedParticipant>) -> Changeset {
    let workspace = engagement.workspace;
    let new = NewEngagement { engagement, participants, timeline: None, transcript: None };
    Changeset { new_engagement: Some(new), ..Changeset::new(workspace) }
}

/// The write that changes an engagement, whose version is the one that was read.
pub fn changing(row: Engagement) -> Changeset {
    let (workspace, expected) = (row.workspace, row.version);
    Changeset { changed_engagements: vec![Change { row, expected }], ..Changeset::new(workspace) }
}

/// Makes an engagement and gives it back.
pub async fn created(stores: &Stores, engagement: Engagement) -> Engagement {
    commit(stores, creating(engagement.clone())).await;
    engagement
}

/// A claim on an external id, for a minute, by a process of its own.
pub fn a_claim(external_id: &str) -> Claim {
    Claim {
        external_id: parsed(external_id),
        token: new_id(),
        process: new_id::<ProcessId>(),
        until: at(60_000),
        upload: new_id(),
        upload_expires_at: at(3_600_000),
    }
}

/// What settles a claim.
pub fn settling(claim: &Claim) -> Settlement {
    Settlement { external_id: claim.external_id.clone(), token: claim.token }
}

/// Makes a claim that must be granted.
pub async fn claimed(stores: &Stores, tenant: Tenant, claim: Claim) -> Claim {
    let answer = stores.claims.claim(tenant.workspace, &claim, at(0)).await.expect("the store answers");
    assert_eq!(answer, ClaimOutcome::Held, "nobody holds the claim");
    claim
}

/// Makes an upload that is live.
pub async fn a_live_upload(stores: &Stores, tenant: Tenant) -> UploadId {
    let id: UploadId = new_id();
    let claim = Claim { upload: id, ..a_claim(&format!("for the upload {id}")) };
    let claim = claimed(stores, tenant, claim).await;
    let go_live = UploadMove { id, from: UploadState::Pending, to: Some(UploadState::Live) };
    let settlement = Some(settling(&claim));
    commit(stores, Changeset { upload_moves: vec![go_live], settlement, ..Changeset::new(tenant.workspace) }).await;
    id
}

/// Makes these contacts.
pub async fn known_contacts(stores: &Stores, tenant: Tenant, contacts: &[Contact]) {
    commit(stores, Changeset { new_contacts: contacts.to_vec(), ..Changeset::new(tenant.workspace) }).await;
}

/// Makes these companies.
pub async fn known_companies(stores: &Stores, tenant: Tenant, companies: &[Company]) {
    commit(stores, Changeset { new_companies: companies.to_vec(), ..Changeset::new(tenant.workspace) }).await;
}

/// Makes these users.
pub async fn known_users(stores: &Stores, tenant: Tenant, users: &[User]) {
    commit(stores, Changeset { new_users: users.to_vec(), ..Changeset::new(tenant.workspace) }).await;
}
