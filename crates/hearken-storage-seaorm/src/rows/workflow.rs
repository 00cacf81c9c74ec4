//! Rows of workflows and their runs. Conditions and actions are read and written whole: JSON texts, whose form is the
//! types here and nobody else's.

use hearken_domain::{
    time::Timestamp,
    webhook::SigningSecret,
    workflow::{Action, Conditions, Recipient, Workflow, WorkflowRun},
};
use serde::{Deserialize, Serialize};

use crate::{
    columns::{Place, count, key, keys},
    error::Misfit,
    schema::automation::{workflow_runs, workflows},
};

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct ConditionsRow {
    #[serde(skip_serializing_if = "Option::is_none")]
    types: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owners: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    internal: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
}

/// Names of groups and addresses: an address has an `@`, a group has none.
#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum ActionRow {
    Webhook { url: String, secret: Vec<u8> },
    Email { to: Vec<String> },
}

const NEVER_FAILS: &str = "texts, numbers and lists of them always have a JSON form";

/// The row of a workflow. The workspace is the changeset's.
pub(crate) fn to_row(workspace: &str, workflow: &Workflow) -> workflows::Model {
    let Conditions { engagement_types, tags, owners, is_internal, title_contains } = &workflow.conditions;
    let conditions = ConditionsRow {
        types: engagement_types.as_ref().map(|types| types.iter().map(|one| one.as_str().to_owned()).collect()),
        tags: tags.as_deref().map(keys),
        owners: owners.as_deref().map(keys),
        internal: *is_internal,
        title: title_contains.as_ref().map(|text| text.as_str().to_owned()),
    };
    let actions: Vec<ActionRow> = workflow.actions.iter().map(action_to_row).collect();
    workflows::Model {
        workspace_id: workspace.to_owned(),
        id: key(workflow.id),
        name: workflow.name.as_str().to_owned(),
        enabled: workflow.enabled,
        conditions: serde_json::to_string(&conditions).expect(NEVER_FAILS),
        actions: serde_json::to_string(&actions).expect(NEVER_FAILS),
        created_at: workflow.created_at.unix_millis(),
        updated_at: workflow.updated_at.unix_millis(),
        deleted_at: workflow.deleted_at.map(Timestamp::unix_millis),
        version: count(workflow.version),
    }
}

fn action_to_row(action: &Action) -> ActionRow {
    match action {
        Action::Webhook { url, secret } => {
            ActionRow::Webhook { url: url.as_str().to_owned(), secret: secret.expose().to_vec() }
        }
        Action::Email { to } => ActionRow::Email { to: to.iter().map(recipient_to_text).collect() },
    }
}

fn recipient_to_text(recipient: &Recipient) -> String {
    match recipient {
        Recipient::Participants => "participants".to_owned(),
        Recipient::Owner => "owner".to_owned(),
        Recipient::Internal => "internal".to_owned(),
        Recipient::External => "external".to_owned(),
        Recipient::Address(address) => address.as_str().to_owned(),
    }
}

/// The workflow of a row.
pub(crate) fn from_row(row: workflows::Model) -> Result<Workflow, Misfit> {
    let name = row.id.clone();
    let place = Place { table: "workflows", row: &name };
    let actions: Vec<ActionRow> = serde_json::from_str(&row.actions).map_err(|_| place.misfit("actions"))?;
    Ok(Workflow {
        id: place.id("id", &row.id)?,
        workspace: place.id("workspace_id", &row.workspace_id)?,
        name: place.text("name", row.name)?,
        enabled: row.enabled,
        conditions: conditions_from_text(place, &row.conditions)?,
        actions: actions.into_iter().map(|action| action_from_row(place, action)).collect::<Result<_, _>>()?,
        created_at: place.time("created_at", row.created_at)?,
        updated_at: place.time("updated_at", row.updated_at)?,
        deleted_at: place.maybe_time("deleted_at", row.deleted_at)?,
        version: place.number("version", row.version)?,
    })
}

fn conditions_from_text(place: Place<'_>, text: &str) -> Result<Conditions, Misfit> {
    let column = "conditions";
    let row: ConditionsRow = serde_json::from_str(text).map_err(|_| place.misfit(column))?;
    let types = |types: Vec<String>| types.iter().map(|one| place.parsed(column, one)).collect::<Result<_, _>>();
    Ok(Conditions {
        engagement_types: row.types.map(types).transpose()?,
        tags: row.tags.map(|ids| ids.iter().map(|id| place.id(column, id)).collect()).transpose()?,
        owners: row.owners.map(|ids| ids.iter().map(|id| place.id(column, id)).collect()).transpose()?,
        is_internal: row.internal,
        title_contains: place.maybe_text(column, row.title)?,
    })
}

fn action_from_row(place: Place<'_>, row: ActionRow) -> Result<Action, Misfit> {
    Ok(match row {
        ActionRow::Webhook { url, secret } => Action::Webhook {
            url: url.try_into().map_err(|_| place.misfit("actions"))?,
            secret: SigningSecret::new(secret),
        },
        ActionRow::Email { to } => {
            Action::Email { to: to.iter().map(|text| recipient(place, text)).collect::<Result<_, _>>()? }
        }
    })
}

fn recipient(place: Place<'_>, text: &str) -> Result<Recipient, Misfit> {
    Ok(match text {
        "participants" => Recipient::Participants,
        "owner" => Recipient::Owner,
        "internal" => Recipient::Internal,
        "external" => Recipient::External,
        address => Recipient::Address(place.handle("actions", address)?),
    })
}

/// The row of a run.
pub(crate) fn run_to_row(workspace: &str, run: &WorkflowRun) -> workflow_runs::Model {
    let actions: Vec<&str> = run.actions.iter().map(|action| action.as_str()).collect();
    workflow_runs::Model {
        workspace_id: workspace.to_owned(),
        id: key(run.id),
        workflow_id: key(run.workflow),
        engagement_id: key(run.engagement),
        actions: actions.join(" "),
        created_at: run.created_at.unix_millis(),
    }
}

/// The run of a row.
pub(crate) fn run_from_row(row: workflow_runs::Model) -> Result<WorkflowRun, Misfit> {
    let place = Place { table: "workflow_runs", row: &row.id };
    Ok(WorkflowRun {
        id: place.id("id", &row.id)?,
        workflow: place.id("workflow_id", &row.workflow_id)?,
        engagement: place.id("engagement_id", &row.engagement_id)?,
        actions: row.actions.split_whitespace().map(|kind| place.parsed("actions", kind)).collect::<Result<_, _>>()?,
        created_at: place.time("created_at", row.created_at)?,
    })
}
