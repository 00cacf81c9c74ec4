//! Workflows and their runs.

use async_trait::async_trait;
use hearken_domain::{
    ids::{WorkflowId, WorkflowRunId, WorkspaceId},
    ports::Workflows,
    query::{ListQuery, Page},
    store_error::StoreError,
    workflow::{Workflow, WorkflowRun},
};

use super::{MemoryStore, row};

#[async_trait]
impl Workflows for MemoryStore {
    async fn by_id(&self, workspace: WorkspaceId, id: WorkflowId) -> Result<Option<Workflow>, StoreError> {
        Ok(self.read(workspace, |tenant| row::one(&tenant.workflows, id)))
    }

    async fn list(&self, workspace: WorkspaceId, query: &ListQuery<WorkflowId>) -> Result<Page<Workflow>, StoreError> {
        let found = self.read(workspace, |tenant| Some(row::listed(&tenant.workflows, query)));
        Ok(found.unwrap_or_else(row::empty))
    }

    async fn enabled(&self, workspace: WorkspaceId) -> Result<Vec<Workflow>, StoreError> {
        Ok(self.read(workspace, |tenant| {
            row::there(&tenant.workflows).filter(|workflow| workflow.enabled).cloned().collect()
        }))
    }

    async fn count(&self, workspace: WorkspaceId) -> Result<u64, StoreError> {
        Ok(self.read(workspace, |tenant| row::there(&tenant.workflows).count() as u64))
    }

    async fn runs(
        &self,
        workspace: WorkspaceId,
        workflow: WorkflowId,
        query: &ListQuery<WorkflowRunId>,
    ) -> Result<Page<WorkflowRun>, StoreError> {
        let found = self.read(workspace, |tenant| {
            let its = tenant.runs.values().filter(|run| run.workflow == workflow);
            Some(row::page(its, |run| (run.created_at, run.id), query))
        });
        Ok(found.unwrap_or_else(row::empty))
    }
}
