//! Addresses, domains and ids belong to one row of a workspace.

use hearken_domain::{
    changeset::{Change, Changeset, CommitError},
    directory::{Company, Contact, User, Workspace},
    engagement::Engagement,
    event::Event,
    insight::{ActionItem, Findings, Signal},
    job::{Job, Step},
    result::Output,
    tag::Tag,
    timeline::Timeline,
    workflow::{Workflow, WorkflowRun},
};

use crate::{
    Stores,
    fixture::{
        Tenant, a_company, a_contact, a_job, a_key, a_result, a_run, a_signal, a_tag, a_timeline, a_user, a_workflow,
        a_workspace, an_action_item, an_endpoint, an_engagement, an_event, at, commit, created, creating,
        known_companies, known_contacts, known_users, parsed, resulting,
    },
};

/// A contact's e-mail that another one has is [`CommitError::Stale`], also when it is not the primary one.
pub async fn a_contacts_address_of_another_contact_is_stale(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let known =
        Contact { emails: vec![parsed("ada@example.com"), parsed("ada@example.org")], ..a_contact("x@example.com") };
    known_contacts(stores, tenant, &[known]).await;
    let late =
        Contact { emails: vec![parsed("new@example.com"), parsed("ada@example.org")], ..a_contact("x@example.com") };
    let id = late.id;
    let changeset = Changeset { new_contacts: vec![late], ..Changeset::new(tenant.workspace) };
    assert_refused!(stores.store.commit(changeset).await, CommitError::Stale);
    assert_eq!(stores.directory.contacts(tenant.workspace, &[id]).await.expect("the store answers"), []);
}

/// Contacts may share a phone number, and may have no address at all.
pub async fn contacts_may_share_a_phone_number(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let by_phone =
        || Contact { emails: Vec::new(), phones: vec![parsed("+15550100123")], ..a_contact("x@example.com") };
    known_contacts(stores, tenant, &[by_phone(), by_phone()]).await;
    known_contacts(stores, tenant, &[by_phone()]).await;
}

/// A company's domain that another one has is [`CommitError::Stale`].
pub async fn a_companys_domain_of_another_company_is_stale(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    known_companies(stores, tenant, &[a_company("example.com")]).await;
    let late = Company { domains: vec![parsed("example.net"), parsed("example.com")], ..a_company("example.net") };
    let id = late.id;
    let changeset = Changeset { new_companies: vec![late], ..Changeset::new(tenant.workspace) };
    assert_refused!(stores.store.commit(changeset).await, CommitError::Stale);
    assert_eq!(stores.directory.companies(tenant.workspace, &[id]).await.expect("the store answers"), []);
}

/// A user's e-mail that another one has is [`CommitError::Exists`], whether the user is new or changed.
pub async fn a_users_address_of_another_user_exists(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let (ada, bob) = (a_user("ada@hearken.test"), a_user("bob@hearken.test"));
    known_users(stores, tenant, &[ada.clone(), bob.clone()]).await;
    let new = Changeset { new_users: vec![a_user("ada@hearken.test")], ..Changeset::new(tenant.workspace) };
    assert_refused!(stores.store.commit(new).await, CommitError::Exists);
    let row = User { emails: vec![parsed("bob@hearken.test"), parsed("ada@hearken.test")], ..bob.clone() };
    let change = Change { expected: bob.version, row };
    let changed = Changeset { changed_users: vec![change], ..Changeset::new(tenant.workspace) };
    assert_refused!(stores.store.commit(changed).await, CommitError::Exists);
    let stored = stores.directory.users(tenant.workspace, &[ada.id, bob.id]).await.expect("the store answers");
    assert_eq!(stored, [ada, bob]);
}

/// A user and a contact may have the same address, and so may people of different workspaces.
pub async fn addresses_are_taken_only_among_their_kind_and_workspace(stores: &Stores) {
    for tenant in [a_workspace(stores).await, a_workspace(stores).await] {
        known_users(stores, tenant, &[a_user("ada@example.com")]).await;
        known_contacts(stores, tenant, &[a_contact("ada@example.com")]).await;
        known_companies(stores, tenant, &[a_company("example.com")]).await;
    }
}

/// Any id that is known is [`CommitError::Exists`], and the known row stays as it is.
pub async fn a_known_id_exists(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let known = Known::make(stores, tenant).await;
    for (kind, changeset) in known.repeated(tenant) {
        let answer = stores.store.commit(changeset).await;
        assert!(matches!(answer, Err(CommitError::Exists)), "{kind}: the store answered {answer:?}");
    }
    let stored = stores.store.by_id(tenant.workspace, known.engagement.id).await.expect("the store answers");
    assert_eq!(stored, Some(known.engagement));
    let stored = stores.directory.contacts(tenant.workspace, &[known.contact.id]).await.expect("the store answers");
    assert_eq!(stored, [known.contact]);
}

/// Any id of what follows a create that is known is [`CommitError::Exists`] too.
pub async fn a_known_id_of_what_follows_exists(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let (one, other) = (an_engagement(tenant, "one"), an_engagement(tenant, "other"));
    let (tag, workflow, endpoint) = (a_tag(tenant, "one"), a_workflow(tenant, "one"), an_endpoint(tenant));
    let (run, timeline) = (a_run(&workflow, &one), a_timeline(one.id));
    let (item, signal) = (an_action_item(one.id, "x"), a_signal(one.id, "y"));
    let found = Findings { action_items: vec![item.clone()], signals: vec![signal.clone()] };
    let known = Changeset {
        new_tags: vec![tag.clone()],
        new_endpoints: vec![endpoint.clone()],
        new_workflows: vec![workflow.clone()],
        new_runs: vec![run.clone()],
        results: vec![
            a_result(one.id, Output::Extracted(found)),
            a_result(one.id, Output::Transcribed(Some(Box::new(timeline.clone())))),
        ],
        ..creating(one.clone())
    };
    commit(stores, known).await;
    commit(stores, creating(other.clone())).await;
    let empty = || Changeset::new(tenant.workspace);
    let extracted = |findings| resulting(tenant, a_result(other.id, Output::Extracted(findings)));
    let item = ActionItem { id: item.id, ..an_action_item(other.id, "x") };
    let signal = Signal { id: signal.id, ..a_signal(other.id, "y") };
    let timeline = Timeline { id: timeline.id, ..a_timeline(other.id) };
    for (kind, changeset) in [
        ("a tag", Changeset { new_tags: vec![Tag { id: tag.id, ..a_tag(tenant, "other") }], ..empty() }),
        ("an endpoint", Changeset { new_endpoints: vec![endpoint], ..empty() }),
        (
            "a workflow",
            Changeset { new_workflows: vec![Workflow { id: workflow.id, ..a_workflow(tenant, "x") }], ..empty() },
        ),
        ("a run", Changeset { new_runs: vec![WorkflowRun { id: run.id, ..a_run(&workflow, &other) }], ..empty() }),
        ("an action item", extracted(Findings { action_items: vec![item], signals: Vec::new() })),
        ("a signal", extracted(Findings { action_items: Vec::new(), signals: vec![signal] })),
        ("a timeline", resulting(tenant, a_result(other.id, Output::Transcribed(Some(Box::new(timeline)))))),
    ] {
        let answer = stores.store.commit(changeset).await;
        assert!(matches!(answer, Err(CommitError::Exists)), "{kind}: the store answered {answer:?}");
    }
    assert_eq!(stores.insights.results(tenant.workspace, other.id).await.expect("the store answers"), []);
}

/// At most one job exists for an engagement and a step.
pub async fn a_second_job_for_a_step_exists(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let engagement = created(stores, an_engagement(tenant, "e")).await;
    let job = |step| Changeset { jobs: vec![a_job(&engagement, step)], ..Changeset::new(tenant.workspace) };
    commit(stores, job(Step::Probe)).await;
    assert_refused!(stores.store.commit(job(Step::Probe)).await, CommitError::Exists);
    commit(stores, job(Step::Tag)).await;
    assert_eq!(stores.outbox.jobs(tenant.workspace, engagement.id).await.expect("the store answers").len(), 2);
}

/// A workspace is made once.
pub async fn a_workspace_is_made_once(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let known = stores.registry.workspace(tenant.workspace).await.expect("the store answers").expect("it was made");
    let again = Workspace { name: parsed("Initrode"), created_at: at(1), ..known.clone() };
    let changeset = Changeset { new_workspace: Some(again), ..Changeset::new(tenant.workspace) };
    assert_refused!(stores.store.commit(changeset).await, CommitError::Exists);
    assert_eq!(stores.registry.workspace(tenant.workspace).await.expect("the store answers"), Some(known));
}

/// A row of each kind.
struct Known {
    user: User,
    contact: Contact,
    company: Company,
    engagement: Engagement,
    job: Job,
    event: Event,
}

impl Known {
    async fn make(stores: &Stores, tenant: Tenant) -> Self {
        let engagement = an_engagement(tenant, "known");
        let known = Self {
            user: a_user("known@hearken.test"),
            contact: a_contact("known@example.com"),
            company: a_company("example.com"),
            job: a_job(&engagement, Step::Probe),
            event: an_event(tenant, b"known"),
            engagement,
        };
        let changeset = Changeset {
            new_users: vec![known.user.clone()],
            new_contacts: vec![known.contact.clone()],
            new_companies: vec![known.company.clone()],
            jobs: vec![known.job.clone()],
            events: vec![known.event.clone()],
            ..creating(known.engagement.clone())
        };
        commit(stores, changeset).await;
        known
    }

    /// For each kind a write of another row with the known id.
    fn repeated(&self, tenant: Tenant) -> [(&'static str, Changeset); 7] {
        let empty = || Changeset::new(tenant.workspace);
        let user = User { id: self.user.id, ..a_user("new@hearken.test") };
        let mut key = a_key(tenant);
        key.id = tenant.key;
        let contact = Contact { id: self.contact.id, ..a_contact("new@example.com") };
        let company = Company { id: self.company.id, ..a_company("example.net") };
        let engagement = Engagement { id: self.engagement.id, ..an_engagement(tenant, "new") };
        let job = Job { step: Step::Tag, ..self.job.clone() };
        let event = Event { id: self.event.id, ..an_event(tenant, b"new") };
        [
            ("a user", Changeset { new_users: vec![user], ..empty() }),
            ("a key", Changeset { new_keys: vec![key], ..empty() }),
            ("a contact", Changeset { new_contacts: vec![contact], ..empty() }),
            ("a company", Changeset { new_companies: vec![company], ..empty() }),
            ("an engagement", creating(engagement)),
            ("a job", Changeset { jobs: vec![job], ..empty() }),
            ("an event", Changeset { events: vec![event], ..empty() }),
        ]
    }
}
