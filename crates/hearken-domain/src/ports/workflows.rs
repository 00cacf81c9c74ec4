//! The port of workflows and their runs. They are made and changed by commits.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    ids::{WorkflowId, WorkflowRunId, WorkspaceId},
    query::{ListQuery, Page},
    store_error::StoreError,
    workflow::{Workflow, WorkflowRun},
};

/// Workflows, and their runs.
///
/// What must hold: only the given workspace's rows are found; a deleted workflow is found nowhere, its runs are; lists
/// of workflows are sorted by their last change and then by id, lists of runs by when they were made.
#[async_trait]
pub trait Workflows: Send + Sync {
    /// One workflow.
    async fn by_id(&self, workspace: WorkspaceId, id: WorkflowId) -> Result<Option<Workflow>, StoreError>;

    /// One page of a list.
    async fn list(&self, workspace: WorkspaceId, query: &ListQuery<WorkflowId>) -> Result<Page<Workflow>, StoreError>;

    /// Every enabled one, oldest id first.
    async fn enabled(&self, workspace: WorkspaceId) -> Result<Vec<Workflow>, StoreError>;

    /// How many there are.
    async fn count(&self, workspace: WorkspaceId) -> Result<u64, StoreError>;

    /// One page of a workflow's runs.
    async fn runs(
        &self,
        workspace: WorkspaceId,
        workflow: WorkflowId,
        query: &ListQuery<WorkflowRunId>,
    ) -> Result<Page<WorkflowRun>, StoreError>;
}

#[async_trait]
impl<P: Workflows + ?Sized> Workflows for Arc<P> {
    async fn by_id(&self, workspace: WorkspaceId, id: WorkflowId) -> Result<Option<Workflow>, StoreError> {
        (**self).by_id(workspace, id).await
    }

    async fn list(&self, workspace: WorkspaceId, query: &ListQuery<WorkflowId>) -> Result<Page<Workflow>, StoreError> {
        (**self).list(workspace, query).await
    }

    async fn enabled(&self, workspace: WorkspaceId) -> Result<Vec<Workflow>, StoreError> {
        (**self).enabled(workspace).await
    }

    async fn count(&self, workspace: WorkspaceId) -> Result<u64, StoreError> {
        (**self).count(workspace).await
    }

    async fn runs(
        &self,
        workspace: WorkspaceId,
        workflow: WorkflowId,
        query: &ListQuery<WorkflowRunId>,
    ) -> Result<Page<WorkflowRun>, StoreError> {
        (**self).runs(workspace, workflow, query).await
    }
}
