//! Reads of what the operator administers.

use hearken_domain::{
    access::ApiKey,
    directory::Workspace,
    ids::{ApiKeyId, WorkspaceId},
    ports::Installation,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Statement};
use secrecy::SecretSlice;

use super::Reads;
use crate::{
    apply::access::INSTALLATION,
    columns::{Place, key},
    error::Fault,
    rows,
    schema::access::{api_keys, installation, workspaces},
};

impl Reads {
    pub(crate) async fn installation(&self) -> Result<Option<Installation>, Fault> {
        let row = installation::Entity::find().filter(installation::Column::Id.eq(INSTALLATION)).one(&self.db).await?;
        let to_installation = |row: installation::Model| {
            let first_workspace =
                Place { table: "installation", row: "1" }.id("first_workspace", &row.first_workspace)?;
            Ok(Installation { link_key: SecretSlice::from(row.link_key), first_workspace })
        };
        row.map(to_installation).transpose()
    }

    pub(crate) async fn workspace(&self, id: WorkspaceId) -> Result<Option<Workspace>, Fault> {
        let row = workspaces::Entity::find().filter(workspaces::Column::Id.eq(key(id))).one(&self.db).await?;
        Ok(row.map(rows::access::workspace_from_row).transpose()?)
    }

    pub(crate) async fn workspaces(&self) -> Result<Vec<Workspace>, Fault> {
        let found = workspaces::Entity::find().order_by_asc(workspaces::Column::Id).all(&self.db).await?;
        Ok(found.into_iter().map(rows::access::workspace_from_row).collect::<Result<_, _>>()?)
    }

    pub(crate) async fn key(&self, id: ApiKeyId) -> Result<Option<ApiKey>, Fault> {
        let row = api_keys::Entity::find().filter(api_keys::Column::Id.eq(key(id))).one(&self.db).await?;
        Ok(row.map(rows::access::key_from_row).transpose()?)
    }

    pub(crate) async fn keys(&self, workspace: WorkspaceId) -> Result<Vec<ApiKey>, Fault> {
        let found = api_keys::Entity::find()
            .filter(api_keys::Column::WorkspaceId.eq(key(workspace)))
            .order_by_asc(api_keys::Column::Id)
            .all(&self.db)
            .await?;
        Ok(found.into_iter().map(rows::access::key_from_row).collect::<Result<_, _>>()?)
    }

    /// Asks for a value instead of pinging: a driver's ping of SQLite never reaches the database.
    pub(crate) async fn ping(&self) -> Result<(), Fault> {
        let statement = Statement::from_string(self.db.get_database_backend(), "SELECT 1");
        self.db.query_one_raw(statement).await?;
        Ok(())
    }
}
