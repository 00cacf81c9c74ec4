//! What follows a create: the queue's leases, results of steps, tags, webhook endpoints, deliveries and workflows.
//!
//! Jobs that an earlier release left waiting become due.

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

use super::in_dialect;
use crate::faults::is_armed;

/// Makes everything.
pub(crate) struct Pipeline;

impl MigrationName for Pipeline {
    fn name(&self) -> &'static str {
        "m0002_pipeline"
    }
}

#[async_trait]
impl MigrationTrait for Pipeline {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        for statement in QUEUE.iter().chain(RESULTS).chain(TAGS).chain(WORKFLOWS).chain(DELIVERIES) {
            let mut statement = in_dialect(backend, statement);
            // Known defect, for the fault tests: nobody judges "once".
            if is_armed("defect::recap_twice") {
                statement = statement.replace("UNIQUE (workspace_id, engagement_id, recipient),", "");
            }
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}

/// A job is due at `due_at`: a queued one at its moment, a running one when its lease ends, others never.
const QUEUE: &[&str] = &[
    "ALTER TABLE engagements ADD COLUMN steps_left BIGINT NOT NULL DEFAULT 3",
    "ALTER TABLE engagement_participants ADD COLUMN channel BIGINT",
    "ALTER TABLE jobs ADD COLUMN lane {key} NOT NULL DEFAULT 'quick'",
    "ALTER TABLE jobs ADD COLUMN due_at BIGINT",
    "ALTER TABLE jobs ADD COLUMN token {key}",
    "ALTER TABLE jobs ADD COLUMN process {key}",
    "ALTER TABLE jobs ADD COLUMN crashes BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE jobs ADD COLUMN note_code TEXT",
    "ALTER TABLE jobs ADD COLUMN note_message TEXT",
    "UPDATE jobs SET due_at = run_at WHERE state = 'queued'",
    "CREATE INDEX jobs_due ON jobs (lane, workspace_id, due_at, id) WHERE due_at IS NOT NULL",
];

const RESULTS: &[&str] = &[
    "CREATE TABLE step_results (
        workspace_id {key} NOT NULL,
        engagement_id {key} NOT NULL,
        step {key} NOT NULL,
        made_by TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (workspace_id, engagement_id, step),
        FOREIGN KEY (workspace_id, engagement_id) REFERENCES engagements (workspace_id, id)){small}",
    "CREATE TABLE media_facts (
        workspace_id {key} NOT NULL,
        engagement_id {key} NOT NULL,
        container TEXT NOT NULL,
        codec TEXT NOT NULL,
        duration_ms BIGINT NOT NULL,
        channels BIGINT NOT NULL,
        sample_rate BIGINT NOT NULL,
        peaks TEXT NOT NULL,
        PRIMARY KEY (workspace_id, engagement_id),
        FOREIGN KEY (workspace_id, engagement_id) REFERENCES engagements (workspace_id, id))",
    "CREATE TABLE action_items (
        workspace_id {key} NOT NULL,
        id {key} NOT NULL,
        engagement_id {key} NOT NULL,
        position BIGINT NOT NULL,
        title TEXT NOT NULL,
        description TEXT,
        assignee TEXT,
        due_at BIGINT,
        status TEXT NOT NULL,
        start_ms BIGINT,
        end_ms BIGINT,
        made_by TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (workspace_id, id),
        FOREIGN KEY (workspace_id, engagement_id) REFERENCES engagements (workspace_id, id))",
    "CREATE INDEX action_items_of_engagement ON action_items (workspace_id, engagement_id, position)",
    "CREATE TABLE signals (
        workspace_id {key} NOT NULL,
        id {key} NOT NULL,
        engagement_id {key} NOT NULL,
        position BIGINT NOT NULL,
        kind TEXT NOT NULL,
        title TEXT NOT NULL,
        quote TEXT NOT NULL,
        speaker BIGINT,
        start_ms BIGINT,
        end_ms BIGINT,
        confidence {number} NOT NULL,
        made_by TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (workspace_id, id),
        FOREIGN KEY (workspace_id, engagement_id) REFERENCES engagements (workspace_id, id))",
    "CREATE INDEX signals_of_engagement ON signals (workspace_id, engagement_id, position)",
];

const TAGS: &[&str] = &[
    "CREATE TABLE tags (
        workspace_id {key} NOT NULL,
        id {key} NOT NULL,
        name {key} NOT NULL,
        description TEXT,
        hex_color TEXT,
        auto_tagging_enabled BOOLEAN NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        deleted_at BIGINT,
        version BIGINT NOT NULL,
        PRIMARY KEY (workspace_id, id))",
    "CREATE UNIQUE INDEX tag_names ON tags (workspace_id, name) WHERE deleted_at IS NULL",
    "CREATE INDEX tags_by_update ON tags (workspace_id, updated_at, id)",
    "CREATE TABLE engagement_tags (
        workspace_id {key} NOT NULL,
        engagement_id {key} NOT NULL,
        tag_id {key} NOT NULL,
        PRIMARY KEY (workspace_id, engagement_id, tag_id),
        FOREIGN KEY (workspace_id, engagement_id) REFERENCES engagements (workspace_id, id),
        FOREIGN KEY (workspace_id, tag_id) REFERENCES tags (workspace_id, id)){small}",
    "CREATE INDEX engagements_by_tag ON engagement_tags (workspace_id, tag_id, engagement_id)",
];

/// Every workspace has the built-in recap, switched off; its id has the bits of the workspace's.
const WORKFLOWS: &[&str] = &[
    "CREATE TABLE workflows (
        workspace_id {key} NOT NULL,
        id {key} NOT NULL,
        name TEXT NOT NULL,
        enabled BOOLEAN NOT NULL,
        conditions TEXT NOT NULL,
        actions TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        deleted_at BIGINT,
        version BIGINT NOT NULL,
        PRIMARY KEY (workspace_id, id))",
    "CREATE INDEX workflows_by_update ON workflows (workspace_id, updated_at, id)",
    "CREATE TABLE workflow_runs (
        workspace_id {key} NOT NULL,
        id {key} NOT NULL,
        workflow_id {key} NOT NULL,
        engagement_id {key} NOT NULL,
        actions TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (workspace_id, id),
        UNIQUE (workspace_id, workflow_id, engagement_id),
        FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflows (workspace_id, id),
        FOREIGN KEY (workspace_id, engagement_id) REFERENCES engagements (workspace_id, id))",
    "CREATE INDEX runs_of_workflow ON workflow_runs (workspace_id, workflow_id, created_at, id)",
    r#"INSERT INTO workflows
        (workspace_id, id, name, enabled, conditions, actions, created_at, updated_at, deleted_at, version)
        SELECT id, id, 'Recap e-mail', FALSE, '{}', '[{"type":"email","to":["participants"]}]',
            created_at, created_at, NULL, 1 FROM workspaces"#,
];

/// A delivery is due at `due_at`: a waiting one at its next attempt, a leased one when its lease ends, others never.
/// The payload is the event's, unless the delivery has one of its own.
const DELIVERIES: &[&str] = &[
    "CREATE TABLE webhook_endpoints (
        workspace_id {key} NOT NULL,
        id {key} NOT NULL,
        url TEXT NOT NULL,
        event_types TEXT NOT NULL,
        description TEXT,
        enabled BOOLEAN NOT NULL,
        disabled_reason TEXT,
        failing_since BIGINT,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        deleted_at BIGINT,
        version BIGINT NOT NULL,
        PRIMARY KEY (workspace_id, id))",
    "CREATE UNIQUE INDEX endpoints_by_own_part ON webhook_endpoints (workspace_id, substr(id, 23, 4))",
    "CREATE INDEX endpoints_by_update ON webhook_endpoints (workspace_id, updated_at, id)",
    "CREATE TABLE endpoint_secrets (
        workspace_id {key} NOT NULL,
        endpoint_id {key} NOT NULL,
        position BIGINT NOT NULL,
        secret {bytes} NOT NULL,
        expires_at BIGINT,
        PRIMARY KEY (workspace_id, endpoint_id, position),
        FOREIGN KEY (workspace_id, endpoint_id) REFERENCES webhook_endpoints (workspace_id, id)){small}",
    "CREATE TABLE deliveries (
        workspace_id {key} NOT NULL,
        id {key} NOT NULL,
        lane {key} NOT NULL,
        state TEXT NOT NULL,
        event_id {key} NOT NULL,
        event_type TEXT NOT NULL,
        endpoint_id {key},
        run_id {key},
        action BIGINT,
        engagement_id {key},
        recipient {key},
        url TEXT,
        secret {bytes},
        payload {bytes},
        attempt BIGINT NOT NULL,
        due_at BIGINT,
        token {key},
        process {key},
        created_at BIGINT NOT NULL,
        settled_at BIGINT,
        PRIMARY KEY (workspace_id, id),
        UNIQUE (workspace_id, engagement_id, recipient),
        FOREIGN KEY (workspace_id, endpoint_id) REFERENCES webhook_endpoints (workspace_id, id),
        FOREIGN KEY (workspace_id, run_id) REFERENCES workflow_runs (workspace_id, id))",
    "CREATE INDEX deliveries_due ON deliveries (lane, due_at, workspace_id, id) WHERE due_at IS NOT NULL",
    "CREATE INDEX deliveries_of_endpoint ON deliveries (workspace_id, endpoint_id, created_at, id)",
    "CREATE INDEX deliveries_of_run ON deliveries (workspace_id, run_id) WHERE run_id IS NOT NULL",
    "CREATE TABLE delivery_attempts (
        workspace_id {key} NOT NULL,
        delivery_id {key} NOT NULL,
        position BIGINT NOT NULL,
        at BIGINT NOT NULL,
        status_code BIGINT,
        duration_ms BIGINT NOT NULL,
        error TEXT,
        response_body TEXT,
        PRIMARY KEY (workspace_id, delivery_id, position),
        FOREIGN KEY (workspace_id, delivery_id) REFERENCES deliveries (workspace_id, id)){small}",
];
