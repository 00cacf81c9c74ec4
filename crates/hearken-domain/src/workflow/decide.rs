//! The decisions about workflows: each is one write.

use std::time::Duration;

use super::{Action, Conditions, Recipient, Workflow};
use crate::{
    changeset::{Change, Changeset},
    engagement::Context,
    ids::WorkspaceId,
    text::Name,
    webhook::{ReceiverUrl, SigningSecret},
};

/// A workflow to make.
#[derive(Clone, Debug)]
pub struct NewWorkflow {
    /// What it is called.
    pub name: Name,
    /// Whether it runs.
    pub enabled: bool,
    /// All must hold.
    pub conditions: Conditions,
    /// At least one.
    pub actions: Vec<NewAction>,
}

/// An action to take up. Its secret is made here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewAction {
    /// The engagement with its insights is sent to a URL.
    Webhook(ReceiverUrl),
    /// The recap is sent by e-mail.
    Email(Vec<Recipient>),
}

/// What shall be different; `None` leaves a field.
#[derive(Clone, Debug, Default)]
pub struct WorkflowPatch {
    /// What it is called.
    pub name: Option<Name>,
    /// Whether it runs.
    pub enabled: Option<bool>,
    /// All must hold; instead of those it had.
    pub conditions: Option<Conditions>,
    /// At least one; instead of those it had. A webhook whose URL it had keeps its secret.
    pub actions: Option<Vec<NewAction>>,
}

/// Makes a workflow.
pub fn create(workspace: WorkspaceId, new: NewWorkflow, context: &Context<'_>) -> (Workflow, Changeset) {
    let NewWorkflow { name, enabled, conditions, actions } = new;
    let workflow = Workflow {
        id: context.id(),
        workspace,
        name,
        enabled,
        conditions,
        actions: actions.into_iter().map(|action| taken_up(action, &[], context)).collect(),
        created_at: context.now,
        updated_at: context.now,
        deleted_at: None,
        version: 1,
    };
    let mut changeset = Changeset::new(workspace);
    changeset.new_workflows.push(workflow.clone());
    (workflow, changeset)
}

/// Changes a workflow.
pub fn update(before: &Workflow, patch: WorkflowPatch, context: &Context<'_>) -> (Workflow, Changeset) {
    let mut after = before.clone();
    let WorkflowPatch { name, enabled, conditions, actions } = patch;
    after.name = name.unwrap_or(after.name);
    after.enabled = enabled.unwrap_or(after.enabled);
    after.conditions = conditions.unwrap_or(after.conditions);
    if let Some(actions) = actions {
        after.actions = actions.into_iter().map(|action| taken_up(action, &before.actions, context)).collect();
    }
    changed(before, after, context)
}

/// Deletes a workflow; its runs stay.
pub fn delete(workflow: &Workflow, context: &Context<'_>) -> Changeset {
    let gone = Workflow { deleted_at: Some(context.now), enabled: false, ..workflow.clone() };
    changed(workflow, gone, context).1
}

fn changed(before: &Workflow, mut after: Workflow, context: &Context<'_>) -> (Workflow, Changeset) {
    after.updated_at = context.now.max(before.updated_at.after(Duration::from_millis(1)));
    let mut changeset = Changeset::new(before.workspace);
    changeset.changed_workflows.push(Change { row: after.clone(), expected: before.version });
    (after, changeset)
}

fn taken_up(action: NewAction, known: &[Action], context: &Context<'_>) -> Action {
    match action {
        NewAction::Webhook(url) => {
            let kept = known.iter().find_map(|action| match action {
                Action::Webhook { url: theirs, secret } if *theirs == url => Some(secret.clone()),
                Action::Webhook { .. } | Action::Email { .. } => None,
            });
            let secret = kept.unwrap_or_else(|| SigningSecret::new(context.ids.secret()));
            Action::Webhook { url, secret }
        }
        NewAction::Email(to) => Action::Email { to },
    }
}
