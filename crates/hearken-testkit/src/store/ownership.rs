//! What follows a create belongs to its workspace: no read shows another's, no write touches it.

use hearken_domain::{
    changeset::{Change, Changeset, CommitError},
    delivery::{Delivery, DeliveryNext, EndpointHealth, LeasedDelivery, Resend},
    engagement::Engagement,
    ids::WorkspaceId,
    insight::Findings,
    job::{Job, JobNext, JobQuery, LeasedJob, Share, Step},
    query::{EngagementFilter, ListQuery},
    result::Output,
    tag::Tag,
    time::Timestamp,
    webhook::WebhookEndpoint,
    workflow::{Workflow, WorkflowRun},
};

use super::{filters::assert_found, shown};
use crate::{
    Stores,
    fixture::{
        Tenant, a_call, a_due_delivery, a_job, a_note, a_queued_job, a_result, a_run, a_signal, a_tag, a_workflow,
        a_workspace, an_action_item, an_attempt, an_endpoint, an_engagement, an_event, at, closing, commit, created,
        creating, delivery_of, ending, known_tags, leased, leased_one, leases_stay, new_id, record_of, resulting,
        sending, some_facts, tagging, terms,
    },
};

/// Tags, endpoints, workflows, runs and what steps found of another workspace are not found, by no read.
pub async fn rows_of_another_workspace_are_not_found(stores: &Stores) {
    let _stay = leases_stay().await;
    let theirs = Theirs::make(stores).await;
    let mine = a_workspace(stores).await;
    created(stores, an_engagement(mine, "mine")).await;
    let Stores { tags, webhooks, workflows, insights, .. } = stores;
    let all = |workspace: WorkspaceId| (workspace, theirs.engagement.id);
    for (workspace, engagement) in [all(mine.workspace), all(new_id())] {
        assert_eq!(tags.by_id(workspace, theirs.tag.id).await.expect("the store answers"), None);
        assert_eq!(tags.list(workspace, &ListQuery::first(100)).await.expect("the store answers").items, []);
        assert_eq!(tags.automatic(workspace).await.expect("the store answers"), []);
        let of_theirs = tags.of_engagements(workspace, &[engagement]).await.expect("the store answers");
        assert_eq!(of_theirs, [[]]);
        assert!(webhooks.by_id(workspace, theirs.endpoint.id).await.expect("the store answers").is_none());
        let endpoints = webhooks.list(workspace, &ListQuery::first(100)).await.expect("the store answers");
        assert!(endpoints.items.is_empty());
        assert_eq!(webhooks.count(workspace).await.expect("the store answers"), 0);
        assert!(workflows.by_id(workspace, theirs.workflow.id).await.expect("the store answers").is_none());
        let listed = workflows.list(workspace, &ListQuery::first(100)).await.expect("the store answers");
        assert!(listed.items.is_empty());
        assert!(workflows.enabled(workspace).await.expect("the store answers").is_empty());
        assert_eq!(workflows.count(workspace).await.expect("the store answers"), 0);
        let runs = workflows.runs(workspace, theirs.workflow.id, &ListQuery::first(100)).await;
        assert_eq!(runs.expect("the store answers").items, []);
        let findings = insights.findings(workspace, &[engagement]).await.expect("the store answers");
        assert_eq!(findings, [Findings::default()]);
        assert_eq!(insights.media_facts(workspace, engagement).await.expect("the store answers"), None);
        assert_eq!(insights.results(workspace, engagement).await.expect("the store answers"), []);
        assert_eq!(insights.text_sizes(workspace, &[engagement]).await.expect("the store answers"), [None]);
    }
    let by_tag = EngagementFilter { tags: Some(vec![theirs.tag.id]), ..EngagementFilter::default() };
    assert_found(stores, mine, by_tag, &[]).await;
}

/// Jobs and deliveries of another workspace are neither read nor leased.
pub async fn queues_of_another_workspace_are_not_read(stores: &Stores) {
    let _stay = leases_stay().await;
    let theirs = Theirs::make(stores).await;
    let mine = a_workspace(stores).await;
    let Stores { queue, deliveries, .. } = stores;
    let jobs = queue.of_engagement(mine.workspace, theirs.queued.engagement).await.expect("the store answers");
    assert_eq!(jobs, []);
    let query = JobQuery { workspace: Some(mine.workspace), limit: 100, ..JobQuery::default() };
    assert_eq!(queue.records(&query).await.expect("the store answers"), []);
    let late = terms(Timestamp::MAX, Timestamp::MAX);
    let taken = queue.lease(theirs.queued.step.lane(), &[Share::of(mine.workspace, 100)], late).await;
    assert_eq!(taken.expect("the store answers"), []);
    assert!(deliveries.by_id(mine.workspace, theirs.failed.id).await.expect("the store answers").is_none());
    let page = deliveries.of_endpoint(mine.workspace, theirs.endpoint.id, &ListQuery::first(100)).await;
    assert!(page.expect("the store answers").items.is_empty());
    assert!(deliveries.of_runs(mine.workspace, &[theirs.run.id]).await.expect("the store answers").is_empty());
    let failed = deliveries.failed_since(mine.workspace, theirs.endpoint.id, Timestamp::MIN, 100).await;
    assert_eq!(failed.expect("the store answers"), []);
    theirs.assert_untouched(stores).await;
}

/// A change of another workspace's tag, endpoint or workflow is refused, and does nothing.
pub async fn a_change_of_another_workspaces_settings_is_refused(stores: &Stores) {
    let _stay = leases_stay().await;
    let theirs = Theirs::make(stores).await;
    let mine = a_workspace(stores).await;
    let empty = || Changeset::new(mine.workspace);
    for workspace in [mine.workspace, theirs.tenant.workspace] {
        let tag = Tag { workspace, deleted_at: Some(at(1)), ..theirs.tag.clone() };
        let endpoint = WebhookEndpoint { workspace, deleted_at: Some(at(1)), ..theirs.endpoint.clone() };
        let workflow = Workflow { workspace, deleted_at: Some(at(1)), ..theirs.workflow.clone() };
        let changes = [
            Changeset { changed_tags: vec![Change { row: tag, expected: 1 }], ..empty() },
            Changeset { changed_endpoints: vec![Change { row: endpoint, expected: 1 }], ..empty() },
            Changeset { changed_workflows: vec![Change { row: workflow, expected: 1 }], ..empty() },
        ];
        for changeset in changes {
            assert_refused!(stores.store.commit(changeset).await, CommitError::Stale);
        }
    }
    let learned = EndpointHealth { endpoint: theirs.endpoint.id, failing_since: Some(at(5)) };
    commit(stores, Changeset { endpoint_health: vec![learned], ..empty() }).await;
    theirs.assert_untouched(stores).await;
}

/// The end of another workspace's attempt, its renewal, revival or resending is refused, whatever the token.
pub async fn work_of_another_workspace_is_not_settled(stores: &Stores) {
    let _stay = leases_stay().await;
    let theirs = Theirs::make(stores).await;
    let mine = a_workspace(stores).await;
    let as_mine = |changeset| Changeset { workspace: mine.workspace, ..changeset };
    let job = as_mine(ending(&theirs.running, JobNext::Done));
    assert_refused!(stores.store.commit(job).await, CommitError::LeaseLost);
    let delivered = closing(&theirs.sending, Some(an_attempt(1)), DeliveryNext::Delivered { at: at(1) });
    assert_refused!(stores.store.commit(as_mine(delivered)).await, CommitError::LeaseLost);
    let back = closing(&theirs.sending, None, DeliveryNext::Again { at: at(1) });
    assert_refused!(stores.store.commit(as_mine(back)).await, CommitError::LeaseLost);
    let revived = vec![(theirs.dead.id, at(1))];
    let changeset = Changeset { revived_jobs: revived, ..Changeset::new(mine.workspace) };
    assert_refused!(stores.store.commit(changeset).await, CommitError::Stale);
    let resends = vec![Resend { id: theirs.failed.id, at: at(1) }];
    let changeset = Changeset { resends, ..Changeset::new(mine.workspace) };
    assert_refused!(stores.store.commit(changeset).await, CommitError::Stale);
    let held = (theirs.running.job.id, theirs.running.token);
    let renewed = stores.queue.renew(mine.workspace, held, Timestamp::MAX).await.expect("the store answers");
    assert!(!renewed, "the store renewed another workspace's lease");
    theirs.assert_untouched(stores).await;
}

/// Nothing that is made in one workspace belongs to a row of another, even when it names it.
pub async fn nothing_is_made_for_another_workspaces_rows(stores: &Stores) {
    let _stay = leases_stay().await;
    let theirs = Theirs::make(stores).await;
    let mine = a_workspace(stores).await;
    let tag = a_tag(mine, "mine");
    known_tags(stores, mine, std::slice::from_ref(&tag)).await;
    let own = created(stores, an_engagement(mine, "mine")).await;
    let empty = || Changeset::new(mine.workspace);
    // Whether the store refuses such writes or keeps them in their own workspace is its own affair.
    let engagement = theirs.engagement.id;
    let smuggled = vec![
        Changeset { workspace: mine.workspace, ..tagging(&theirs.engagement, &[tag.id]) },
        tagging(&own, &[theirs.tag.id]),
        resulting(mine, a_result(engagement, Output::Tagged(vec![tag.id]))),
        resulting(mine, a_result(engagement, Output::Finished)),
        resulting(mine, a_result(engagement, Output::Extracted(Findings::default()))),
        Changeset { new_runs: vec![a_run(&theirs.workflow, &own)], ..empty() },
        Changeset { new_runs: vec![a_run(&a_workflow(mine, "mine"), &theirs.engagement)], ..empty() },
        sending(mine, &[a_call(&theirs.run)]),
        Changeset { new_tags: vec![a_tag(theirs.tenant, "smuggled")], ..empty() },
        Changeset { new_endpoints: vec![an_endpoint(theirs.tenant)], ..empty() },
        Changeset { new_workflows: vec![a_workflow(theirs.tenant, "smuggled")], ..empty() },
        Changeset { new_tags: vec![Tag { id: theirs.tag.id, ..a_tag(mine, "same id") }], ..empty() },
        Changeset { events: vec![an_event(mine, b"mine")], ..empty() },
    ];
    for changeset in smuggled {
        drop(stores.store.commit(changeset).await);
    }
    theirs.assert_untouched(stores).await;
    let of_mine = stores.tags.of_engagements(mine.workspace, &[own.id]).await.expect("the store answers");
    assert_eq!(of_mine, [[]], "an engagement has another workspace's tag");
}

/// A workspace with work under way that nobody else may see or touch.
struct Theirs {
    tenant: Tenant,
    engagement: Engagement,
    tag: Tag,
    endpoint: WebhookEndpoint,
    workflow: Workflow,
    run: WorkflowRun,
    findings: Findings,
    queued: Job,
    running: LeasedJob,
    dead: Job,
    sending: LeasedDelivery,
    failed: Delivery,
}

impl Theirs {
    async fn make(stores: &Stores) -> Self {
        let tenant = a_workspace(stores).await;
        let engagement = an_engagement(tenant, "secret");
        let workflow = a_workflow(tenant, "secret");
        let run = a_run(&workflow, &engagement);
        let tag = Tag { auto_tagging_enabled: true, ..a_tag(tenant, "secret") };
        let findings = Findings {
            action_items: vec![an_action_item(engagement.id, "secret")],
            signals: vec![a_signal(engagement.id, "secret")],
        };
        let found = [Output::Probed(some_facts()), Output::Extracted(findings.clone())];
        let changeset = Changeset {
            new_tags: vec![tag.clone()],
            new_workflows: vec![workflow.clone()],
            new_runs: vec![run.clone()],
            new_deliveries: vec![a_call(&run)],
            results: found.map(|output| a_result(engagement.id, output)).to_vec(),
            ..creating(engagement.clone())
        };
        commit(stores, changeset).await;
        commit(stores, tagging(&engagement, &[tag.id])).await;
        let (running, dead) = (a_job(&engagement, Step::Tag), a_job(&engagement, Step::Summarise));
        commit(stores, Changeset { jobs: vec![running.clone()], ..Changeset::new(tenant.workspace) }).await;
        let running = leased(stores, &running, terms(at(0), at(100))).await;
        commit(stores, Changeset { jobs: vec![dead.clone()], ..Changeset::new(tenant.workspace) }).await;
        let dying = leased(stores, &dead, terms(at(0), at(100))).await;
        commit(stores, ending(&dying, JobNext::Dead { note: a_note("given up") })).await;
        let (failing, failed) = a_due_delivery(stores, tenant).await;
        let held = leased_one(stores, &failing, terms(at(0), at(100))).await;
        commit(stores, closing(&held, Some(an_attempt(1)), DeliveryNext::Failed { at: at(1) })).await;
        let (endpoint, _) = a_due_delivery(stores, tenant).await;
        Self {
            sending: leased_one(stores, &endpoint, terms(at(0), at(100))).await,
            failed: delivery_of(stores, tenant, failed).await,
            queued: a_queued_job(stores, tenant, Step::Probe, at(0)).await,
            tenant,
            engagement,
            tag,
            endpoint,
            workflow,
            run,
            findings,
            running,
            dead,
        }
    }

    /// Every row that can change is as it was.
    async fn assert_untouched(&self, stores: &Stores) {
        let Stores { tags, webhooks, workflows, deliveries, insights, queue, .. } = stores;
        let (workspace, engagement) = (self.tenant.workspace, self.engagement.id);
        assert_eq!(tags.by_id(workspace, self.tag.id).await.expect("the store answers"), Some(self.tag.clone()));
        let of_it = tags.of_engagements(workspace, &[engagement]).await.expect("the store answers");
        assert_eq!(of_it, [[self.tag.clone()]]);
        let listed = tags.list(workspace, &ListQuery::first(100)).await.expect("the store answers");
        assert_eq!(listed.items.len(), 1, "a tag was added");
        let endpoint = webhooks.by_id(workspace, self.endpoint.id).await.expect("the store answers");
        assert_eq!(endpoint.as_ref().map(shown::endpoint), Some(shown::endpoint(&self.endpoint)));
        assert_eq!(webhooks.count(workspace).await.expect("the store answers"), 2, "an endpoint was added");
        let workflow = workflows.by_id(workspace, self.workflow.id).await.expect("the store answers");
        assert_eq!(workflow.as_ref().map(shown::workflow), Some(shown::workflow(&self.workflow)));
        assert_eq!(workflows.count(workspace).await.expect("the store answers"), 1, "a workflow was added");
        let runs = workflows.runs(workspace, self.workflow.id, &ListQuery::first(100)).await;
        assert_eq!(runs.expect("the store answers").items, std::slice::from_ref(&self.run));
        let results = insights.results(workspace, engagement).await.expect("the store answers");
        assert_eq!(results.len(), 2, "a result was added");
        let findings = insights.findings(workspace, &[engagement]).await.expect("the store answers");
        assert_eq!(findings, std::slice::from_ref(&self.findings));
        for (job, before) in [(&self.queued, "queued"), (&self.running.job, "running"), (&self.dead, "dead")] {
            assert_eq!(record_of(stores, job).await.state.as_str(), before);
        }
        let failed = delivery_of(stores, self.tenant, self.failed.id).await;
        assert_eq!(shown::delivery(&failed), shown::delivery(&self.failed));
        let of_run = deliveries.of_runs(workspace, &[self.run.id]).await.expect("the store answers");
        assert_eq!(of_run.len(), 1, "a delivery was added");
        let held = (self.running.job.id, self.running.token);
        assert!(queue.renew(workspace, held, at(100)).await.expect("the store answers"), "the job is not held");
        let sending = delivery_of(stores, self.tenant, self.sending.id).await;
        assert_eq!((sending.attempts.len(), sending.settled_at), (0, None), "the delivery moved");
    }
}
