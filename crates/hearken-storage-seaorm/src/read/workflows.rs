//! Reads of workflows and their runs. A deleted workflow is nowhere to be seen.

use hearken_domain::{
    ids::{WorkflowId, WorkflowRunId, WorkspaceId},
    order::Walk,
    query::{ListQuery, Page},
    workflow::{Workflow, WorkflowRun},
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Select};

use super::{Reads, keyset};
use crate::{
    columns::key,
    error::Fault,
    rows,
    schema::automation::{
        workflow_runs,
        workflows::{Column, Entity},
    },
};

fn there(workspace: WorkspaceId) -> Select<Entity> {
    Entity::find().filter(Column::WorkspaceId.eq(key(workspace))).filter(Column::DeletedAt.is_null())
}

impl Reads {
    pub(crate) async fn workflow(&self, workspace: WorkspaceId, id: WorkflowId) -> Result<Option<Workflow>, Fault> {
        let row = there(workspace).filter(Column::Id.eq(key(id))).one(&self.db).await?;
        Ok(row.map(rows::workflow::from_row).transpose()?)
    }

    pub(crate) async fn workflows(
        &self,
        workspace: WorkspaceId,
        query: &ListQuery<WorkflowId>,
    ) -> Result<Page<Workflow>, Fault> {
        let query = &self.in_order((workspace, Walk::Workflows), query).await?;
        let found = keyset::sorted(there(workspace), (Column::UpdatedAt, Column::Id), query).all(&self.db).await?;
        Ok(keyset::page(found, query.limit, rows::workflow::from_row)?)
    }

    pub(crate) async fn enabled_workflows(&self, workspace: WorkspaceId) -> Result<Vec<Workflow>, Fault> {
        let found = there(workspace).filter(Column::Enabled.eq(true)).order_by_asc(Column::Id).all(&self.db).await?;
        Ok(found.into_iter().map(rows::workflow::from_row).collect::<Result<_, _>>()?)
    }

    pub(crate) async fn count_workflows(&self, workspace: WorkspaceId) -> Result<u64, Fault> {
        Ok(there(workspace).count(&self.db).await?)
    }

    pub(crate) async fn runs(
        &self,
        workspace: WorkspaceId,
        workflow: WorkflowId,
        query: &ListQuery<WorkflowRunId>,
    ) -> Result<Page<WorkflowRun>, Fault> {
        use workflow_runs::Column;
        let rows = workflow_runs::Entity::find()
            .filter(Column::WorkspaceId.eq(key(workspace)))
            .filter(Column::WorkflowId.eq(key(workflow)));
        let found = keyset::sorted(rows, (Column::CreatedAt, Column::Id), query).all(&self.db).await?;
        Ok(keyset::page(found, query.limit, rows::workflow::run_from_row)?)
    }
}
