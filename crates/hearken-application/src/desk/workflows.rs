//! Workflows and their runs.

use hearken_domain::{
    access::Caller,
    delivery::{Delivery, DeliveryState, Destination},
    ids::{WorkflowId, WorkflowRunId},
    order::Dated,
    ports::{Deliveries, Directory, Tags, Workflows},
    query::{ListQuery, Page},
    rejection::{Rejection, Violation, ViolationCode},
    time::Timestamp,
    workflow::{
        ActionKind, Conditions, MAX_WORKFLOWS, RunStatus, Workflow, WorkflowRun, built_in_recap_id,
        decide::{self, NewAction, NewWorkflow, WorkflowPatch},
    },
};

use super::{Desk, DeskError, ID_TAKEN, overtaken};
use crate::writing::DECISIONS;

/// A run, and how its actions went.
#[derive(Clone, Debug)]
pub struct RunReport {
    /// The run.
    pub run: WorkflowRun,
    /// As a whole.
    pub status: RunStatus,
    /// In the workflow's order.
    pub actions: Vec<ActionStatus>,
    /// When the last of it was done or given up.
    pub finished_at: Option<Timestamp>,
}

/// How an action went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionStatus {
    /// Its kind.
    pub kind: ActionKind,
    /// How far it is.
    pub status: RunStatus,
    /// Why it was given up.
    pub error: Option<String>,
}

/// A workflow before and after a change: what was not there before is new to the caller.
#[derive(Clone, Debug)]
pub struct ChangedWorkflow {
    /// As it was.
    pub before: Workflow,
    /// As it is.
    pub after: Workflow,
}

impl Desk {
    /// One page of the workspace's workflows.
    pub async fn workflows(&self, caller: &Caller, query: &ListQuery<WorkflowId>) -> Result<Page<Workflow>, DeskError> {
        Ok(self.ports.workflows.list(caller.workspace, query).await?)
    }

    /// One workflow.
    pub async fn workflow(&self, caller: &Caller, id: WorkflowId) -> Result<Workflow, DeskError> {
        self.ports.workflows.by_id(caller.workspace, id).await?.ok_or(DeskError::NotFound)
    }

    /// Makes a workflow. What it names must be there.
    pub async fn create_workflow(&self, caller: &Caller, new: NewWorkflow) -> Result<Workflow, DeskError> {
        self.check(caller, Some(&new.conditions), &new.actions).await?;
        let count = self.ports.workflows.count(caller.workspace).await?;
        if usize::try_from(count).is_ok_and(|count| count >= MAX_WORKFLOWS) {
            return Err(DeskError::Conflict("the workspace has as many workflows as it may have"));
        }
        let (workflow, changeset) = decide::create(caller.workspace, new, &self.context());
        self.commit(changeset, ID_TAKEN).await?.map(|moment| workflow.made_at(moment)).ok_or_else(overtaken)
    }

    /// Changes a workflow. What it names must be there.
    pub async fn update_workflow(
        &self,
        caller: &Caller,
        id: WorkflowId,
        patch: WorkflowPatch,
    ) -> Result<ChangedWorkflow, DeskError> {
        let actions = patch.actions.as_deref().unwrap_or_default();
        self.check(caller, patch.conditions.as_ref(), actions).await?;
        for _ in 0..DECISIONS {
            let before = self.workflow(caller, id).await?;
            let (after, changeset) = decide::update(&before, patch.clone(), &self.context());
            if let Some(moment) = self.commit(changeset, ID_TAKEN).await? {
                return Ok(ChangedWorkflow { before, after: after.changed_at(moment) });
            }
        }
        Err(overtaken())
    }

    /// Deletes a workflow; its runs stay. The built-in recap can only be switched off.
    pub async fn delete_workflow(&self, caller: &Caller, id: WorkflowId) -> Result<(), DeskError> {
        for _ in 0..DECISIONS {
            let workflow = self.workflow(caller, id).await?;
            if id == built_in_recap_id(caller.workspace) {
                return Err(DeskError::Conflict("the built-in recap cannot be deleted; set enabled to false"));
            }
            if self.commit(decide::delete(&workflow, &self.context()), ID_TAKEN).await?.is_some() {
                return Ok(());
            }
        }
        Err(overtaken())
    }

    /// One page of a workflow's runs, and how they went.
    pub async fn runs(
        &self,
        caller: &Caller,
        id: WorkflowId,
        query: &ListQuery<WorkflowRunId>,
    ) -> Result<Page<RunReport>, DeskError> {
        self.workflow(caller, id).await?;
        let Page { items, has_more } = self.ports.workflows.runs(caller.workspace, id, query).await?;
        let ids: Vec<WorkflowRunId> = items.iter().map(|run| run.id).collect();
        let deliveries = self.ports.deliveries.of_runs(caller.workspace, &ids).await?;
        Ok(Page { items: items.into_iter().map(|run| report(run, &deliveries)).collect(), has_more })
    }

    async fn check(
        &self,
        caller: &Caller,
        conditions: Option<&Conditions>,
        actions: &[NewAction],
    ) -> Result<(), DeskError> {
        let mut violations = Vec::new();
        for (index, action) in actions.iter().enumerate() {
            if let NewAction::Webhook(url) = action {
                violations.extend(self.judge(&format!("actions[{index}].url"), url).err());
            }
        }
        if let Some(conditions) = conditions {
            let missing = |field: &str, index: usize, what: &str| {
                Violation::new(format!("conditions.{field}[{index}]"), ViolationCode::NotFound, what)
            };
            for (index, id) in conditions.tags.iter().flatten().enumerate() {
                if self.ports.tags.by_id(caller.workspace, *id).await?.is_none() {
                    violations.push(missing("tag_ids", index, "there is no such tag"));
                }
            }
            let owners = conditions.owners.as_deref().unwrap_or_default();
            let users = self.ports.directory.users(caller.workspace, owners).await?;
            for (index, id) in owners.iter().enumerate() {
                if !users.iter().any(|user| user.id == *id) {
                    violations.push(missing("owner_user_ids", index, "there is no such user"));
                }
            }
        }
        if violations.is_empty() { Ok(()) } else { Err(DeskError::Rejected(Rejection::from(violations))) }
    }
}

/// A run is told by its deliveries; an action without any, such as a mail to nobody, is done.
fn report(run: WorkflowRun, deliveries: &[Delivery]) -> RunReport {
    let of_run: Vec<(u16, &Delivery)> = deliveries
        .iter()
        .filter_map(|delivery| match delivery.destination {
            Destination::Workflow { run: theirs, action, .. } | Destination::Email { run: theirs, action, .. } => {
                (theirs == run.id).then_some((action, delivery))
            }
            Destination::Endpoint(_) => None,
        })
        .collect();
    let actions: Vec<ActionStatus> = run
        .actions
        .iter()
        .zip(0_u16..)
        .map(|(kind, position)| {
            let own = of_run.iter().filter(|(action, _)| *action == position).map(|(_, delivery)| *delivery);
            action_status(*kind, own.collect())
        })
        .collect();
    let status = worst(actions.iter().map(|action| action.status));
    let last = of_run.iter().filter_map(|(_, delivery)| delivery.settled_at).max().unwrap_or(run.created_at);
    let finished_at = (status != RunStatus::Pending).then_some(last);
    RunReport { run, status, actions, finished_at }
}

fn action_status(kind: ActionKind, deliveries: Vec<&Delivery>) -> ActionStatus {
    let status = worst(deliveries.iter().map(|delivery| match delivery.state {
        DeliveryState::Pending => RunStatus::Pending,
        DeliveryState::Delivered => RunStatus::Completed,
        DeliveryState::Failed => RunStatus::Failed,
    }));
    let failed = deliveries.iter().find(|delivery| delivery.state == DeliveryState::Failed);
    let error = failed.and_then(|delivery| delivery.attempts.last().and_then(|attempt| attempt.error.clone()));
    ActionStatus { kind, status, error }
}

/// What is still to come outweighs what failed, and that what is done.
fn worst(all: impl Iterator<Item = RunStatus>) -> RunStatus {
    let weight = |status: &RunStatus| match status {
        RunStatus::Completed => 0,
        RunStatus::Failed => 1,
        RunStatus::Pending => 2,
    };
    all.max_by_key(weight).unwrap_or(RunStatus::Completed)
}
