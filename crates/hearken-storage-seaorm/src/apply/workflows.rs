//! Writes of workflows and their runs.

use hearken_domain::{
    changeset::Change,
    workflow::{Workflow, WorkflowRun},
};
use sea_orm::{ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use super::{insert_all, must_touch};
use crate::{
    columns::{count, key},
    error::{Failure, Refusal},
    rows,
    schema::automation::{workflow_runs, workflows, workflows::Column},
};

pub(super) async fn insert_new(db: &DatabaseTransaction, workspace: &str, new: &[Workflow]) -> Result<(), Failure> {
    let rows = new.iter().map(|workflow| rows::workflow::to_row(workspace, workflow)).collect();
    insert_all::<workflows::Entity>(db, rows, Refusal::Exists).await
}

/// Changes workflows that still have the version that was read.
pub(super) async fn change(
    db: &DatabaseTransaction,
    workspace: &str,
    changes: &[Change<Workflow>],
) -> Result<(), Failure> {
    for Change { row: workflow, expected } in changes {
        let mut model = rows::workflow::to_row(workspace, workflow);
        model.version = count(expected + 1);
        let mut row = workflows::ActiveModel::from(model).reset_all();
        row.workspace_id = NotSet;
        row.id = NotSet;
        let result = workflows::Entity::update_many()
            .set(row)
            .filter(Column::WorkspaceId.eq(workspace))
            .filter(Column::Id.eq(key(workflow.id)))
            .filter(Column::Version.eq(count(*expected)))
            .exec(db)
            .await?;
        must_touch(result.rows_affected, Refusal::Stale)?;
    }
    Ok(())
}

/// A workflow runs once for an engagement.
pub(super) async fn insert_runs(db: &DatabaseTransaction, workspace: &str, new: &[WorkflowRun]) -> Result<(), Failure> {
    let rows = new.iter().map(|run| rows::workflow::run_to_row(workspace, run)).collect();
    insert_all::<workflow_runs::Entity>(db, rows, Refusal::Exists).await
}
