//! Workflows and their runs as the API shows them.

use hearken_domain::{
    engagement::EngagementType,
    ids::{EngagementId, TagId, UserId, WorkflowId, WorkflowRunId},
    text::SearchTerm,
    time::Timestamp,
    workflow::{Action, ActionKind, Conditions, Recipient, RunStatus, Workflow, WorkflowRun},
};
use serde::Serialize;

use crate::{
    shown::Shown,
    time::Rfc3339,
    webhook::{ShowSecret, secret_text},
};

/// The JSON of a workflow; made by [`workflow`]. Without `Debug`, because it may hold a secret.
#[derive(Serialize)]
pub struct WorkflowView<'a> {
    object: &'static str,
    id: Shown<WorkflowId>,
    name: &'a str,
    enabled: bool,
    trigger: &'static str,
    conditions: ConditionsView<'a>,
    actions: Vec<ActionView<'a>>,
    created_at: Rfc3339,
    updated_at: Rfc3339,
}

#[derive(Serialize)]
struct ConditionsView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    engagement_types: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag_ids: Option<Vec<Shown<TagId>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner_user_ids: Option<Vec<Shown<UserId>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_internal: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title_contains: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum ActionView<'a> {
    Webhook {
        url: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        secret: Option<String>,
    },
    Email {
        to: Vec<&'a str>,
    },
}

/// A workflow's JSON. The secrets shown are those that this answer made: of URLs that are not among the known ones.
pub fn workflow<'a>(workflow: &'a Workflow, show: ShowSecret, known: Option<&Workflow>) -> WorkflowView<'a> {
    let is_known = |url: &str| {
        known.is_some_and(|known| {
            known
                .actions
                .iter()
                .any(|action| matches!(action, Action::Webhook { url: theirs, .. } if theirs.as_str() == url))
        })
    };
    let action = |action: &'a Action| match action {
        Action::Webhook { url, secret } => {
            let shown = show == ShowSecret::Once && !is_known(url.as_str());
            ActionView::Webhook { url: url.as_str(), secret: shown.then(|| secret_text(secret)) }
        }
        Action::Email { to } => ActionView::Email { to: to.iter().map(recipient).collect() },
    };
    WorkflowView {
        object: "workflow",
        id: Shown(workflow.id),
        name: workflow.name.as_str(),
        enabled: workflow.enabled,
        trigger: "engagement.completed",
        conditions: conditions(&workflow.conditions),
        actions: workflow.actions.iter().map(action).collect(),
        created_at: Rfc3339(workflow.created_at),
        updated_at: Rfc3339(workflow.updated_at),
    }
}

fn conditions(conditions: &Conditions) -> ConditionsView<'_> {
    let Conditions { engagement_types, tags, owners, is_internal, title_contains } = conditions;
    ConditionsView {
        engagement_types: engagement_types
            .as_ref()
            .map(|types| types.iter().copied().map(EngagementType::as_str).collect()),
        tag_ids: tags.as_ref().map(|ids| ids.iter().copied().map(Shown).collect()),
        owner_user_ids: owners.as_ref().map(|ids| ids.iter().copied().map(Shown).collect()),
        is_internal: *is_internal,
        title_contains: title_contains.as_ref().map(SearchTerm::as_str),
    }
}

fn recipient(recipient: &Recipient) -> &str {
    match recipient {
        Recipient::Participants => "participants",
        Recipient::Owner => "owner",
        Recipient::Internal => "internal",
        Recipient::External => "external",
        Recipient::Address(address) => address.as_str(),
    }
}

/// The JSON of a run; made by [`run`].
#[derive(Debug, Serialize)]
pub struct RunView<'a> {
    object: &'static str,
    id: Shown<WorkflowRunId>,
    workflow_id: Shown<WorkflowId>,
    engagement_id: Shown<EngagementId>,
    status: &'static str,
    actions: Vec<RunActionView<'a>>,
    created_at: Rfc3339,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<Rfc3339>,
}

/// How an action of a run went.
#[derive(Debug, Serialize)]
pub struct RunActionView<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

/// The JSON of how an action went.
pub fn run_action(kind: ActionKind, status: RunStatus, error: Option<&str>) -> RunActionView<'_> {
    RunActionView { kind: kind.as_str(), status: status.as_str(), error }
}

/// A run's JSON.
pub fn run<'a>(
    run: &WorkflowRun,
    (status, finished_at): (RunStatus, Option<Timestamp>),
    actions: Vec<RunActionView<'a>>,
) -> RunView<'a> {
    RunView {
        object: "workflow_run",
        id: Shown(run.id),
        workflow_id: Shown(run.workflow),
        engagement_id: Shown(run.engagement),
        status: status.as_str(),
        actions,
        created_at: Rfc3339(run.created_at),
        finished_at: finished_at.map(Rfc3339),
    }
}
