//! Workflows: what happens by itself when an engagement is completed, if its request allowed it.

pub mod decide;

use crate::{
    engagement::{Engagement, EngagementType},
    handle::EmailAddress,
    ids::{EngagementId, Id, TagId, UserId, WorkflowId, WorkflowRunId, WorkspaceId},
    text::{Name, SearchTerm},
    time::Timestamp,
    webhook::{ReceiverUrl, SigningSecret},
    words::texts_of,
};

/// The most workflows of a workspace.
pub const MAX_WORKFLOWS: usize = 100;
/// The most actions of a workflow.
pub const MAX_ACTIONS: usize = 10;
/// The most recipients that an e-mail action names.
pub const MAX_RECIPIENTS: usize = 50;

/// A workflow. Its one trigger is `engagement.completed`.
#[derive(Clone, Debug)]
pub struct Workflow {
    /// The id. The built-in recap has the bits of its workspace's id.
    pub id: WorkflowId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// What it is called.
    pub name: Name,
    /// Whether it runs.
    pub enabled: bool,
    /// All must hold.
    pub conditions: Conditions,
    /// 1 to [`MAX_ACTIONS`].
    pub actions: Vec<Action>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// From then on it is nowhere to be seen.
    pub deleted_at: Option<Timestamp>,
    /// Grows by one with every change; a change names the one it saw.
    pub version: u64,
}

/// The recap that every workspace has: off until somebody switches it on, and never deleted.
pub fn built_in_recap(workspace: WorkspaceId, now: Timestamp) -> Workflow {
    Workflow {
        id: built_in_recap_id(workspace),
        workspace,
        name: Name::try_from("Recap e-mail").expect("a short text is a name"),
        enabled: false,
        conditions: Conditions::default(),
        actions: vec![Action::Email { to: vec![Recipient::Participants] }],
        created_at: now,
        updated_at: now,
        deleted_at: None,
        version: 1,
    }
}

/// The id of a workspace's built-in recap.
pub fn built_in_recap_id(workspace: WorkspaceId) -> WorkflowId {
    WorkflowId::from(workspace.ulid())
}

/// What an engagement must meet; what is not set does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// One of these.
    pub engagement_types: Option<Vec<EngagementType>>,
    /// Has one of these.
    pub tags: Option<Vec<TagId>>,
    /// Belongs to one of these.
    pub owners: Option<Vec<UserId>>,
    /// Inside the workspace only, or not.
    pub is_internal: Option<bool>,
    /// A part of the title, whatever the case.
    pub title_contains: Option<SearchTerm>,
}

/// What is done.
#[derive(Clone, Debug)]
pub enum Action {
    /// The engagement with its insights is sent to a URL.
    Webhook {
        /// Where to.
        url: ReceiverUrl,
        /// Signs.
        secret: SigningSecret,
    },
    /// The recap is sent by e-mail.
    Email {
        /// 1 to [`MAX_RECIPIENTS`].
        to: Vec<Recipient>,
    },
}

/// Who gets a recap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// Everybody who took part; of a private engagement, only those inside.
    Participants,
    /// The owner.
    Owner,
    /// Those who took part and are users of the workspace.
    Internal,
    /// Those who took part and are not, also of a private engagement.
    External,
    /// This one, also of a private engagement.
    Address(EmailAddress),
}

impl Conditions {
    /// Whether an engagement with these tags meets them all.
    pub fn hold(&self, engagement: &Engagement, tags: &[TagId]) -> bool {
        let Self { engagement_types, tags: wanted, owners, is_internal, title_contains } = self;
        engagement_types.as_ref().is_none_or(|types| types.contains(&engagement.engagement_type))
            && wanted.as_ref().is_none_or(|wanted| wanted.iter().any(|tag| tags.contains(tag)))
            && owners.as_ref().is_none_or(|owners| owners.contains(&engagement.owner))
            && is_internal.is_none_or(|wanted| wanted == engagement.is_internal)
            && title_contains
                .as_ref()
                .is_none_or(|part| engagement.title.as_str().to_lowercase().contains(&part.as_str().to_lowercase()))
    }
}

/// A run of a workflow for an engagement; there is at most one. How its actions went is told by their deliveries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkflowRun {
    /// The id.
    pub id: WorkflowRunId,
    /// Which workflow.
    pub workflow: WorkflowId,
    /// For which engagement.
    pub engagement: EngagementId,
    /// The actions as they were.
    pub actions: Vec<ActionKind>,
    /// When it was triggered.
    pub created_at: Timestamp,
}

texts_of! {
    /// The kind of an action.
    ActionKind, UnknownActionKind {
        /// A call.
        Webhook = "webhook",
        /// A mail.
        Email = "email",
    }
}

impl Action {
    /// Its kind.
    pub fn kind(&self) -> ActionKind {
        match self {
            Self::Webhook { .. } => ActionKind::Webhook,
            Self::Email { .. } => ActionKind::Email,
        }
    }
}

texts_of! {
    /// How far a run, or one of its actions, is.
    RunStatus, UnknownRunStatus {
        /// Something of it is still to come.
        Pending = "PENDING",
        /// All of it was done.
        Completed = "COMPLETED",
        /// Something of it was given up.
        Failed = "FAILED",
    }
}
