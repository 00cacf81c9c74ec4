//! The port of people and companies.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    directory::{Company, Contact, Lookup, Matches, User},
    ids::{CompanyId, ContactId, UserId, WorkspaceId},
    store_error::StoreError,
};

/// The people and companies of a workspace.
///
/// What must hold: only the given workspace's rows are found; each is found once; matches come oldest id first; by-id
/// reads skip unknown ids and keep the order of the ids given.
#[async_trait]
pub trait Directory: Send + Sync {
    /// Everybody and everything that has one of the handles.
    async fn matching(&self, workspace: WorkspaceId, lookup: &Lookup) -> Result<Matches, StoreError>;

    /// Users by id.
    async fn users(&self, workspace: WorkspaceId, ids: &[UserId]) -> Result<Vec<User>, StoreError>;

    /// Every user, oldest first.
    async fn all_users(&self, workspace: WorkspaceId) -> Result<Vec<User>, StoreError>;

    /// Contacts by id.
    async fn contacts(&self, workspace: WorkspaceId, ids: &[ContactId]) -> Result<Vec<Contact>, StoreError>;

    /// Companies by id.
    async fn companies(&self, workspace: WorkspaceId, ids: &[CompanyId]) -> Result<Vec<Company>, StoreError>;
}

#[async_trait]
impl<P: Directory + ?Sized> Directory for Arc<P> {
    async fn matching(&self, workspace: WorkspaceId, lookup: &Lookup) -> Result<Matches, StoreError> {
        (**self).matching(workspace, lookup).await
    }

    async fn users(&self, workspace: WorkspaceId, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        (**self).users(workspace, ids).await
    }

    async fn all_users(&self, workspace: WorkspaceId) -> Result<Vec<User>, StoreError> {
        (**self).all_users(workspace).await
    }

    async fn contacts(&self, workspace: WorkspaceId, ids: &[ContactId]) -> Result<Vec<Contact>, StoreError> {
        (**self).contacts(workspace, ids).await
    }

    async fn companies(&self, workspace: WorkspaceId, ids: &[CompanyId]) -> Result<Vec<Company>, StoreError> {
        (**self).companies(workspace, ids).await
    }
}
