//! Workflows and their runs.

use futures_util::future::join_all;
use hearken_domain::{
    changeset::{Change, Changeset, CommitError},
    engagement::EngagementType,
    query::ListQuery,
    time::Timestamp,
    webhook::SigningSecret,
    workflow::{Action, ActionKind, Conditions, Recipient, Workflow, WorkflowRun},
};

use super::shown;
use crate::{
    Stores,
    fixture::{
        Tenant, a_receiver, a_run, a_workflow, a_workspace, an_engagement, at, commit, created, known_workflows,
        new_id, parsed,
    },
};

/// A workflow reads back with every condition and kind of action, without any condition, with empty ones, and at its
/// limits; an unknown one is not there.
pub async fn workflows_read_back(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let unmeetable = Conditions {
        engagement_types: Some(Vec::new()),
        tags: Some(Vec::new()),
        owners: Some(Vec::new()),
        is_internal: Some(false),
        title_contains: None,
    };
    let long = Workflow {
        actions: vec![Action::Email { to: (0..50).map(an_address).collect() }; 10],
        created_at: Timestamp::MIN,
        updated_at: Timestamp::MAX,
        ..a_workflow(tenant, &"😀".repeat(255))
    };
    let never = Workflow { conditions: unmeetable, ..a_workflow(tenant, "never") };
    for workflow in [a_full_workflow(tenant), a_workflow(tenant, "bare"), never, long] {
        known_workflows(stores, tenant, std::slice::from_ref(&workflow)).await;
        assert_reads_back(stores, tenant, &workflow).await;
    }
    let unknown = stores.workflows.by_id(tenant.workspace, new_id()).await.expect("the store answers");
    assert!(unknown.is_none());
}

/// A change reads back whole, with the next version whatever the row says; one whose version is not the stored one, or
/// whose row is not there, is [`CommitError::Stale`].
pub async fn a_stale_workflow_is_refused(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let full = a_full_workflow(tenant);
    known_workflows(stores, tenant, std::slice::from_ref(&full)).await;
    let bare = Workflow { id: full.id, updated_at: at(5), version: 77, ..a_workflow(tenant, "bare") };
    commit(stores, changing(tenant, bare.clone(), full.version)).await;
    let bare = Workflow { version: full.version + 1, ..bare };
    assert_reads_back(stores, tenant, &bare).await;
    for version in [full.version, full.version + 2] {
        let answer = stores.store.commit(changing(tenant, full.clone(), version)).await;
        assert_refused!(answer, CommitError::Stale);
    }
    assert_reads_back(stores, tenant, &bare).await;
    let unknown = a_workflow(tenant, "unknown");
    assert_refused!(stores.store.commit(changing(tenant, unknown, 1)).await, CommitError::Stale);
}

/// A deleted workflow is found nowhere and is not counted; its runs are found.
pub async fn a_deleted_workflow_is_found_nowhere_but_its_runs_are(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let (kept, gone) = (a_workflow(tenant, "kept"), a_workflow(tenant, "gone"));
    known_workflows(stores, tenant, &[kept.clone(), gone.clone()]).await;
    let Stores { workflows, .. } = stores;
    assert_eq!(workflows.count(tenant.workspace).await.expect("the store answers"), 2);
    let run = a_run(&gone, &created(stores, an_engagement(tenant, "e")).await);
    commit(stores, running(tenant, &run)).await;
    commit(stores, changing(tenant, Workflow { deleted_at: Some(at(1)), ..gone.clone() }, 1)).await;
    let found = workflows.by_id(tenant.workspace, gone.id).await.expect("the store answers");
    assert!(found.is_none(), "the deleted workflow is there");
    let page = workflows.list(tenant.workspace, &ListQuery::first(100)).await.expect("the store answers");
    assert_eq!(page.items.iter().map(|workflow| workflow.id).collect::<Vec<_>>(), [kept.id]);
    let enabled = workflows.enabled(tenant.workspace).await.expect("the store answers");
    assert_eq!(enabled.iter().map(|workflow| workflow.id).collect::<Vec<_>>(), [kept.id]);
    assert_eq!(workflows.count(tenant.workspace).await.expect("the store answers"), 1);
    let runs = workflows.runs(tenant.workspace, gone.id, &ListQuery::first(100)).await.expect("the store answers");
    assert_eq!(runs.items, [run]);
}

/// Every enabled workflow comes, oldest id first, and no other; each is counted, enabled or not.
pub async fn enabled_workflows_come_oldest_first(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let rows: Vec<Workflow> =
        (0..6).map(|n| Workflow { enabled: n % 2 == 0, updated_at: at(-n), ..a_workflow(tenant, "w") }).collect();
    let youngest_first: Vec<Workflow> = rows.iter().rev().cloned().collect();
    known_workflows(stores, tenant, &youngest_first).await;
    let enabled = stores.workflows.enabled(tenant.workspace).await.expect("the store answers");
    let expected: Vec<_> = rows.iter().filter(|row| row.enabled).map(shown::workflow).collect();
    assert_eq!(enabled.iter().map(shown::workflow).collect::<Vec<_>>(), expected);
    assert_eq!(stores.workflows.count(tenant.workspace).await.expect("the store answers"), 6);
}

/// Runs read back, each with its workflow's others and no other's.
pub async fn runs_read_back(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let (one, other) = (a_workflow(tenant, "one"), a_workflow(tenant, "other"));
    known_workflows(stores, tenant, &[one.clone(), other.clone()]).await;
    let engagement = created(stores, an_engagement(tenant, "e")).await;
    let full = WorkflowRun {
        actions: vec![ActionKind::Email, ActionKind::Webhook, ActionKind::Email],
        created_at: at(9),
        ..a_run(&one, &engagement)
    };
    let bare = WorkflowRun { actions: Vec::new(), ..a_run(&other, &engagement) };
    for (workflow, run) in [(&one, full), (&other, bare)] {
        commit(stores, running(tenant, &run)).await;
        let read = stores.workflows.runs(tenant.workspace, workflow.id, &ListQuery::first(100)).await;
        assert_eq!(read.expect("the store answers").items, [run]);
    }
    let none = stores.workflows.runs(tenant.workspace, new_id(), &ListQuery::first(100)).await;
    assert_eq!(none.expect("the store answers").items, []);
}

/// A workflow runs once for an engagement: a second run is [`CommitError::Exists`].
pub async fn a_second_run_for_an_engagement_exists(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let (one, other) = (a_workflow(tenant, "one"), a_workflow(tenant, "other"));
    known_workflows(stores, tenant, &[one.clone(), other.clone()]).await;
    let first = created(stores, an_engagement(tenant, "first")).await;
    let second = created(stores, an_engagement(tenant, "second")).await;
    let run = a_run(&one, &first);
    for run in [run.clone(), a_run(&one, &second), a_run(&other, &first)] {
        commit(stores, running(tenant, &run)).await;
    }
    assert_refused!(stores.store.commit(running(tenant, &a_run(&one, &first))).await, CommitError::Exists);
    let read = stores.workflows.runs(tenant.workspace, one.id, &ListQuery::first(100)).await;
    assert!(read.expect("the store answers").items.contains(&run));
}

/// Of 16 runs of a workflow for one engagement at one time exactly one is made; for the others it exists.
pub async fn of_many_runs_for_one_engagement_exactly_one_is_made(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let workflow = a_workflow(tenant, "contended");
    known_workflows(stores, tenant, std::slice::from_ref(&workflow)).await;
    let engagement = created(stores, an_engagement(tenant, "e")).await;
    let rivals: Vec<WorkflowRun> = (0..16).map(|_| a_run(&workflow, &engagement)).collect();
    let answers = join_all(rivals.iter().map(|rival| stores.store.commit(running(tenant, rival)))).await;
    let made: Vec<WorkflowRun> =
        rivals.into_iter().zip(&answers).filter(|(_, answer)| answer.is_ok()).map(|(rival, _)| rival).collect();
    assert_eq!(made.len(), 1, "{answers:?}");
    let read = stores.workflows.runs(tenant.workspace, workflow.id, &ListQuery::first(100)).await;
    assert_eq!(read.expect("the store answers").items, made);
    for answer in answers.into_iter().filter(Result::is_err) {
        assert_refused!(answer, CommitError::Exists);
    }
}

fn a_full_workflow(tenant: Tenant) -> Workflow {
    let call =
        |url: &str, secret: Vec<u8>| Action::Webhook { url: a_receiver(url), secret: SigningSecret::new(secret) };
    let to = vec![
        Recipient::Participants,
        Recipient::Owner,
        Recipient::Internal,
        Recipient::External,
        Recipient::Address(parsed("o'neil+recap@example.com")),
    ];
    Workflow {
        enabled: false,
        conditions: Conditions {
            engagement_types: Some(EngagementType::ALL.to_vec()),
            tags: Some(vec![new_id(), new_id()]),
            owners: Some(vec![new_id(), tenant.user]),
            is_internal: Some(true),
            title_contains: Some(parsed("100% 'sure' \"☃\" \\ 😀")),
        },
        actions: vec![
            call("https://hooks.example.com/?x=%20", (0..=63).collect()),
            Action::Email { to },
            call("https://[2001:db8::1]:8443/", vec![255; 24]),
        ],
        created_at: at(1),
        updated_at: at(2),
        ..a_workflow(tenant, "Über 'quotes' \"and\" \\ 😀")
    }
}

fn an_address(n: usize) -> Recipient {
    Recipient::Address(parsed(&format!("recipient-{n}@example.com")))
}

fn running(tenant: Tenant, run: &WorkflowRun) -> Changeset {
    Changeset { new_runs: vec![run.clone()], ..Changeset::new(tenant.workspace) }
}

fn changing(tenant: Tenant, row: Workflow, expected: u64) -> Changeset {
    Changeset { changed_workflows: vec![Change { row, expected }], ..Changeset::new(tenant.workspace) }
}

async fn assert_reads_back(stores: &Stores, tenant: Tenant, expected: &Workflow) {
    let read = stores.workflows.by_id(tenant.workspace, expected.id).await.expect("the store answers");
    assert_eq!(shown::workflow(&read.expect("the workflow is there")), shown::workflow(expected));
    let page = stores.workflows.list(tenant.workspace, &ListQuery::first(100)).await.expect("the store answers");
    let listed = page.items.iter().find(|workflow| workflow.id == expected.id).expect("the workflow is listed");
    assert_eq!(shown::workflow(listed), shown::workflow(expected));
}
