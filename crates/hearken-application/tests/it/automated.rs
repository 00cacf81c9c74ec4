//! Workflows and recaps: only when the request allowed them, each once, and to nobody whom a workflow does not mean.

use futures_executor::block_on;
use hearken_application::desk::Desk;
use hearken_domain::{
    engagement::{CreateEngagement, Engagement, Participant, ProcessingStatus},
    handle::EmailAddress,
    job::Step,
    ports::{Address, Outcome},
    query::ListQuery,
    workflow::{
        Conditions, Recipient, RunStatus, built_in_recap_id,
        decide::{NewAction, NewWorkflow, WorkflowPatch},
    },
};

use crate::harness::{House, email, made, name, timeline_only};

fn participant(address: &str) -> Participant {
    Participant { name: None, email: Some(email(address)), phone: None, is_owner: false, channel: None }
}

fn with_people(command: CreateEngagement) -> CreateEngagement {
    let participants = vec![participant("ada@initech.test"), participant("sam@globex.test")];
    CreateEngagement { participants, run_workflows: true, ..command }
}

async fn switch_recap_on(house: &House) {
    let patch = WorkflowPatch { enabled: Some(true), ..WorkflowPatch::default() };
    let id = built_in_recap_id(house.workspace.id);
    Desk::new(house.ports()).update_workflow(&house.caller, id, patch).await.unwrap();
}

async fn a_workflow(house: &House, actions: Vec<NewAction>, conditions: Conditions) {
    let new = NewWorkflow { name: name("Mine"), enabled: true, conditions, actions };
    Desk::new(house.ports()).create_workflow(&house.caller, new).await.unwrap();
}

fn webhook() -> NewAction {
    NewAction::Webhook("https://receiver.example.com/x".to_owned().try_into().unwrap())
}

async fn completed(house: &House, external_id: &str, command: CreateEngagement) -> Engagement {
    let created = made(house.create(external_id, command).await);
    house.work().await;
    house.deliver().await;
    let done = house.engagement(created.id).await;
    assert_eq!(done.status, ProcessingStatus::Completed);
    done
}

fn mailed(house: &House) -> Vec<EmailAddress> {
    let mut to: Vec<EmailAddress> = house
        .memory
        .mailboxes
        .brought()
        .into_iter()
        .filter_map(|parcel| match parcel.address {
            Address::Mailbox(address) => Some(address),
            Address::Receiver { .. } => None,
        })
        .collect();
    to.sort();
    to
}

#[test]
fn nothing_is_automated_that_the_request_did_not_allow() {
    block_on(async {
        let house = House::new().await;
        switch_recap_on(&house).await;
        a_workflow(&house, vec![webhook()], Conditions::default()).await;
        let quiet = CreateEngagement { run_workflows: false, ..with_people(timeline_only()) };
        let done = completed(&house, "call-1", quiet).await;
        assert!(done.summary.is_some());
        assert_eq!(house.job(done.id, Step::Automate).await, None);
        assert!(mailed(&house).is_empty() && house.memory.receivers.brought().is_empty());
    });
}

#[test]
fn a_recap_goes_once_to_each_recipient_however_many_workflows_name_them() {
    block_on(async {
        let house = House::new().await;
        switch_recap_on(&house).await;
        let to = vec![Recipient::Owner, Recipient::External, Recipient::Address(email("boss@initech.test"))];
        a_workflow(&house, vec![NewAction::Email(to), webhook()], Conditions::default()).await;
        completed(&house, "call-1", with_people(timeline_only())).await;
        let everybody = ["ada@initech.test", "boss@initech.test", "sam@globex.test"].map(email);
        assert_eq!(mailed(&house), everybody);
        assert_eq!(house.memory.receivers.brought().len(), 1);
        house.deliver().await;
        assert_eq!(mailed(&house).len(), 3);
    });
}

#[test]
fn of_a_private_engagement_nobody_outside_hears_unless_the_workflow_says_so() {
    block_on(async {
        let house = House::new().await;
        switch_recap_on(&house).await;
        let private = CreateEngagement { is_private: Some(true), ..with_people(timeline_only()) };
        completed(&house, "call-1", private.clone()).await;
        assert_eq!(mailed(&house), [email("ada@initech.test")]);
        a_workflow(&house, vec![NewAction::Email(vec![Recipient::External])], Conditions::default()).await;
        completed(&house, "call-2", private).await;
        assert!(mailed(&house).contains(&email("sam@globex.test")));
    });
}

#[test]
fn a_workflow_runs_when_its_conditions_hold() {
    block_on(async {
        let house = House::new().await;
        let conditions = Conditions { title_contains: Some("DEMO".try_into().unwrap()), ..Conditions::default() };
        a_workflow(&house, vec![webhook()], conditions).await;
        completed(&house, "call-1", with_people(timeline_only())).await;
        assert!(house.memory.receivers.brought().is_empty());
        let titled = CreateEngagement { title: "A demo".try_into().unwrap(), ..with_people(timeline_only()) };
        completed(&house, "call-2", titled).await;
        assert_eq!(house.memory.receivers.brought().len(), 1);
    });
}

#[test]
fn a_run_tells_how_its_actions_went() {
    block_on(async {
        let house = House::new().await;
        let desk = Desk::new(house.ports());
        a_workflow(&house, vec![webhook(), NewAction::Email(vec![Recipient::Owner])], Conditions::default()).await;
        let workflows = desk.workflows(&house.caller, &ListQuery::first(10)).await.unwrap();
        let mine = workflows.items.iter().find(|one| one.name.as_str() == "Mine").unwrap().id;
        house.memory.receivers.answers(Outcome::Refused);
        completed(&house, "call-1", with_people(timeline_only())).await;
        let runs = desk.runs(&house.caller, mine, &ListQuery::first(10)).await.unwrap();
        let report = &runs.items[0];
        assert_eq!(report.status, RunStatus::Failed);
        let statuses: Vec<RunStatus> = report.actions.iter().map(|action| action.status).collect();
        assert_eq!(statuses, [RunStatus::Failed, RunStatus::Completed]);
        assert!(report.finished_at.is_some());
    });
}
