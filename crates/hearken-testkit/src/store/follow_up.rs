//! What the checks of atomicity add to a changeset of a create: something in every part that follows one.

use hearken_domain::{
    changeset::{Change, Changeset, CommitError, ReplacedTags},
    delivery::{DeliveryMove, DeliveryNext, DeliveryState, EndpointHealth, LeasedDelivery, Resend, delivery_id},
    engagement::Engagement,
    ids::{DeliveryId, Id, Ulid},
    job::{Job, JobMove, JobNext, LeasedJob, Step},
    query::ListQuery,
    result::Output,
    tag::Tag,
    webhook::WebhookEndpoint,
    workflow::{Workflow, WorkflowRun},
};

use crate::{
    Stores,
    fixture::{
        Tenant, a_call, a_due_delivery, a_job, a_note, a_result, a_run, a_tag, a_workflow, an_attempt, an_endpoint, at,
        closing, commit, delivery_of, ending, known_tags, leased, leased_one, new_id, parsed, record_of, resulting,
        some_facts, tagging, terms,
    },
};

/// What is there before the commit, one of each kind.
pub(super) struct FollowUp {
    tenant: Tenant,
    engagement: Engagement,
    tag: Tag,
    other_tag: Tag,
    endpoint: WebhookEndpoint,
    workflow: Workflow,
    run: WorkflowRun,
    running: LeasedJob,
    dead: Job,
    sending: LeasedDelivery,
    under_way: LeasedDelivery,
    delivered: DeliveryId,
}

/// Spoils one part of a good changeset, and says how that is refused.
type Spoil = fn(&FollowUp, &mut Changeset) -> CommitError;

/// One flaw for each way in which a part can be refused.
pub(super) const FLAWS: &[(&str, Spoil)] = &[
    ("a known tag", |there, changeset| {
        changeset.new_tags[0].id = there.tag.id;
        CommitError::Exists
    }),
    ("a new tag's known name", |there, changeset| {
        changeset.new_tags[0].name = there.other_tag.name.clone();
        CommitError::Exists
    }),
    ("a changed tag's known name", |there, changeset| {
        changeset.changed_tags[0].row.name = there.other_tag.name.clone();
        CommitError::Exists
    }),
    ("a stale tag", |_, changeset| {
        changeset.changed_tags[0].expected += 1;
        CommitError::Stale
    }),
    ("a known endpoint", |there, changeset| {
        changeset.new_endpoints[0].id = there.endpoint.id;
        CommitError::Exists
    }),
    ("an endpoint with known last bits", |there, changeset| {
        let (new, known) = (changeset.new_endpoints[0].id.ulid().0, there.endpoint.id.ulid().0);
        changeset.new_endpoints[0].id = Ulid::from((new >> 20 << 20) | (known & 0xf_ffff)).into();
        CommitError::Exists
    }),
    ("a stale endpoint", |_, changeset| {
        changeset.changed_endpoints[0].expected += 1;
        CommitError::Stale
    }),
    ("a known workflow", |there, changeset| {
        changeset.new_workflows[0].id = there.workflow.id;
        CommitError::Exists
    }),
    ("a stale workflow", |_, changeset| {
        changeset.changed_workflows[0].expected += 1;
        CommitError::Stale
    }),
    ("a known run", |there, changeset| {
        changeset.new_runs[0].id = there.run.id;
        CommitError::Exists
    }),
    ("a second run", |there, changeset| {
        changeset.new_runs[0].workflow = there.workflow.id;
        CommitError::Exists
    }),
    ("a second result", |_, changeset| {
        changeset.results[0].output = Output::Finished;
        CommitError::Exists
    }),
    ("a job that another token holds", |_, changeset| {
        changeset.job_moves[0].token = new_id();
        CommitError::LeaseLost
    }),
    ("another attempt of a job", |_, changeset| {
        changeset.job_moves[0].attempt += 1;
        CommitError::LeaseLost
    }),
    ("an unknown job to end", |_, changeset| {
        changeset.job_moves[0].id = new_id();
        CommitError::LeaseLost
    }),
    ("a job that is not dead", |there, changeset| {
        changeset.revived_jobs[0].0 = there.running.job.id;
        CommitError::Stale
    }),
    ("a second job for a step", |there, changeset| {
        changeset.jobs[0].engagement = there.engagement.id;
        changeset.jobs[0].step = there.dead.step;
        CommitError::Exists
    }),
    ("a known delivery", |there, changeset| {
        changeset.new_deliveries[0].id = there.delivered;
        CommitError::Exists
    }),
    ("a delivery that another token holds", |_, changeset| {
        changeset.delivery_moves[0].token = new_id();
        CommitError::LeaseLost
    }),
    ("an unknown delivery to end", |_, changeset| {
        changeset.delivery_moves[0].id = new_id();
        CommitError::LeaseLost
    }),
    ("a delivery under way to send again", |there, changeset| {
        changeset.resends[0].id = there.under_way.id;
        CommitError::Stale
    }),
    ("an unknown delivery to send again", |_, changeset| {
        changeset.resends[0].id = new_id();
        CommitError::Stale
    }),
];

impl FollowUp {
    /// Makes it all for an engagement that is there.
    pub(super) async fn set(stores: &Stores, tenant: Tenant, engagement: &Engagement) -> Self {
        let (tag, other_tag) = (a_tag(tenant, "before"), a_tag(tenant, "other"));
        known_tags(stores, tenant, &[tag.clone(), other_tag.clone()]).await;
        commit(stores, tagging(engagement, &[tag.id])).await;
        commit(stores, resulting(tenant, a_result(engagement.id, Output::Finished))).await;
        let workflow = a_workflow(tenant, "before");
        let run = a_run(&workflow, engagement);
        let (running, dead) = (a_job(engagement, Step::Tag), a_job(engagement, Step::Transcribe));
        let changeset = Changeset {
            new_workflows: vec![workflow.clone()],
            new_runs: vec![run.clone()],
            jobs: vec![running.clone(), dead.clone()],
            ..Changeset::new(tenant.workspace)
        };
        commit(stores, changeset).await;
        let dying = leased(stores, &dead, terms(at(0), at(100))).await;
        commit(stores, ending(&dying, JobNext::Dead { note: a_note("given up") })).await;
        let delivered = delivered(stores, tenant).await;
        let (_, under_way) = being_sent(stores, tenant).await;
        let (endpoint, sending) = being_sent(stores, tenant).await;
        let running = leased(stores, &running, terms(at(0), at(100))).await;
        let engagement = engagement.clone();
        Self {
            tenant,
            engagement,
            tag,
            other_tag,
            endpoint,
            workflow,
            run,
            running,
            dead,
            sending,
            under_way,
            delivered,
        }
    }

    /// Adds something to every part that follows a create.
    pub(super) fn add_to(&self, changeset: &mut Changeset) {
        let (tag, workflow) = (a_tag(self.tenant, "new"), a_workflow(self.tenant, "new"));
        let renamed = Tag { name: parsed("renamed"), ..self.tag.clone() };
        changeset.changed_tags = vec![Change { row: renamed, expected: 1 }];
        changeset.replaced_tags = vec![ReplacedTags { engagement: self.engagement.id, tags: vec![tag.id] }];
        changeset.new_tags = vec![tag];
        changeset.new_endpoints = vec![an_endpoint(self.tenant)];
        let described = WebhookEndpoint { description: Some(parsed("described")), ..self.endpoint.clone() };
        changeset.changed_endpoints = vec![Change { row: described, expected: 1 }];
        changeset.endpoint_health = vec![EndpointHealth { endpoint: self.endpoint.id, failing_since: Some(at(3)) }];
        let renamed = Workflow { name: parsed("renamed"), ..self.workflow.clone() };
        changeset.changed_workflows = vec![Change { row: renamed, expected: 1 }];
        changeset.new_runs = vec![a_run(&workflow, &self.engagement)];
        changeset.new_workflows = vec![workflow];
        changeset.results = vec![a_result(self.engagement.id, Output::Probed(some_facts()))];
        let LeasedJob { job, token, attempt, .. } = &self.running;
        changeset.job_moves = vec![JobMove { id: job.id, token: *token, attempt: *attempt, to: JobNext::Done }];
        changeset.revived_jobs = vec![(self.dead.id, at(4))];
        changeset.new_deliveries = vec![a_call(&self.run)];
        changeset.delivery_moves = vec![DeliveryMove {
            id: self.sending.id,
            token: self.sending.token,
            attempt: Some(an_attempt(5)),
            to: DeliveryNext::Delivered { at: at(6) },
        }];
        changeset.resends = vec![Resend { id: self.delivered, at: at(7) }];
    }

    /// Everything that the changeset could have touched: each thing by its name, as the ports show it.
    pub(super) async fn look(&self, stores: &Stores, changeset: &Changeset) -> Vec<(&'static str, String)> {
        let Stores { tags, webhooks, workflows, insights, deliveries, .. } = stores;
        let workspace = self.tenant.workspace;
        let new_tag = tags.by_id(workspace, changeset.new_tags[0].id).await.expect("the store answers");
        let tag = tags.by_id(workspace, self.tag.id).await.expect("the store answers");
        let given = tags.of_engagements(workspace, &[self.engagement.id]).await.expect("the store answers");
        let given: Vec<_> = given.concat().into_iter().map(|tag| tag.id).collect();
        let new_endpoint = webhooks.by_id(workspace, changeset.new_endpoints[0].id).await.expect("the store answers");
        let endpoint = webhooks.by_id(workspace, self.endpoint.id).await.expect("the store answers");
        let endpoint = endpoint.expect("the endpoint is there");
        let new_workflow = workflows.by_id(workspace, changeset.new_workflows[0].id).await.expect("the store answers");
        let workflow = workflows.by_id(workspace, self.workflow.id).await.expect("the store answers");
        let runs = workflows.runs(workspace, changeset.new_workflows[0].id, &ListQuery::first(9)).await;
        let facts = insights.media_facts(workspace, self.engagement.id).await.expect("the store answers");
        let results = insights.results(workspace, self.engagement.id).await.expect("the store answers");
        let new_delivery = deliveries.by_id(workspace, changeset.new_deliveries[0].id).await;
        let of_event = delivery_id(changeset.events[0].id, self.endpoint.id);
        let of_event = deliveries.by_id(workspace, of_event).await.expect("the store answers");
        vec![
            ("the new tag", format!("{new_tag:?}")),
            ("the tag", format!("{tag:?}")),
            ("the engagement's tags", format!("{given:?}")),
            ("the new endpoint", format!("{new_endpoint:?}")),
            ("the endpoint", format!("{:?}", endpoint.description)),
            ("the endpoint's health", format!("{:?}", endpoint.failing_since)),
            ("the new workflow", format!("{new_workflow:?}")),
            ("the workflow", format!("{workflow:?}")),
            ("the new run", format!("{runs:?}")),
            ("what the step found", format!("{facts:?}")),
            ("the step's result", format!("{results:?}")),
            ("the running job", format!("{:?}", record_of(stores, &self.running.job).await)),
            ("the dead job", format!("{:?}", record_of(stores, &self.dead).await)),
            ("the new delivery", format!("{new_delivery:?}")),
            ("the event's delivery", format!("{of_event:?}")),
            ("the delivery that ends", format!("{:?}", delivery_of(stores, self.tenant, self.sending.id).await)),
            ("the delivery to send again", format!("{:?}", delivery_of(stores, self.tenant, self.delivered).await)),
        ]
    }
}

async fn being_sent(stores: &Stores, tenant: Tenant) -> (WebhookEndpoint, LeasedDelivery) {
    let (endpoint, _) = a_due_delivery(stores, tenant).await;
    let leased = leased_one(stores, &endpoint, terms(at(0), at(100))).await;
    (endpoint, leased)
}

async fn delivered(stores: &Stores, tenant: Tenant) -> DeliveryId {
    let (_, held) = being_sent(stores, tenant).await;
    commit(stores, closing(&held, Some(an_attempt(1)), DeliveryNext::Delivered { at: at(1) })).await;
    assert_eq!(delivery_of(stores, tenant, held.id).await.state, DeliveryState::Delivered);
    held.id
}
