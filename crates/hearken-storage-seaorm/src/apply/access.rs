//! Writes of the installation, workspaces and keys.

use hearken_domain::{access::ApiKey, changeset::Revocation, directory::Workspace, ports::Installation};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use secrecy::ExposeSecret;

use super::{insert, insert_all, must_touch};
use crate::{
    columns::key,
    error::{Failure, Refusal},
    rows,
    schema::access::{api_keys, installation, workspaces},
};

/// The id of the one row of `installation`.
pub(crate) const INSTALLATION: i64 = 1;

/// Keeps the proposal unless one was kept before.
pub(crate) async fn install(db: &DatabaseTransaction, proposal: &Installation) -> Result<(), Failure> {
    let row = installation::Model {
        id: INSTALLATION,
        link_key: proposal.link_key.expose_secret().to_vec(),
        first_workspace: key(proposal.first_workspace),
    };
    insert::<installation::Entity>(db, vec![row]).await?;
    Ok(())
}

pub(super) async fn insert_workspace(db: &DatabaseTransaction, workspace: &Workspace) -> Result<(), Failure> {
    let row = rows::access::workspace_to_row(workspace);
    insert_all::<workspaces::Entity>(db, vec![row], Refusal::Exists).await
}

pub(super) async fn insert_keys(db: &DatabaseTransaction, workspace: &str, keys: &[ApiKey]) -> Result<(), Failure> {
    let rows = keys.iter().map(|api_key| rows::access::key_to_row(workspace, api_key)).collect();
    insert_all::<api_keys::Entity>(db, rows, Refusal::Exists).await
}

pub(super) async fn revoke_keys(
    db: &DatabaseTransaction,
    workspace: &str,
    revocations: &[Revocation],
) -> Result<(), Failure> {
    for revocation in revocations {
        let change = api_keys::ActiveModel { revoked_at: Set(Some(revocation.at.unix_millis())), ..Default::default() };
        let result = api_keys::Entity::update_many()
            .set(change)
            .filter(api_keys::Column::Id.eq(key(revocation.key)))
            .filter(api_keys::Column::WorkspaceId.eq(workspace))
            .filter(api_keys::Column::RevokedAt.is_null())
            .exec(db)
            .await?;
        must_touch(result.rows_affected, Refusal::Stale)?;
    }
    Ok(())
}
