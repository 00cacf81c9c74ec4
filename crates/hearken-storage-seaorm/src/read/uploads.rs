//! Reads of uploads.

use hearken_domain::{
    ids::{UploadId, WorkspaceId},
    time::Timestamp,
    upload::{Upload, UploadState},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Reads;
use crate::{
    columns::key,
    error::Fault,
    rows,
    schema::work::uploads::{Column, Entity},
};

impl Reads {
    pub(crate) async fn expired_uploads(&self, now: Timestamp, limit: u16) -> Result<Vec<Upload>, Fault> {
        let given_up = Condition::all()
            .add(Column::State.eq(UploadState::Pending.as_str()))
            .add(Column::ExpiresAt.lte(now.unix_millis()));
        let found = Entity::find()
            .filter(Condition::any().add(given_up).add(Column::State.eq(UploadState::Deleting.as_str())))
            .order_by_asc(Column::ExpiresAt)
            .order_by_asc(Column::Id)
            .limit(u64::from(limit))
            .all(&self.db)
            .await?;
        Ok(found.iter().map(rows::work::upload_from_row).collect::<Result<_, _>>()?)
    }

    pub(crate) async fn upload(&self, workspace: WorkspaceId, id: UploadId) -> Result<Option<Upload>, Fault> {
        let row = Entity::find()
            .filter(Column::Id.eq(key(id)))
            .filter(Column::WorkspaceId.eq(key(workspace)))
            .one(&self.db)
            .await?;
        Ok(row.as_ref().map(rows::work::upload_from_row).transpose()?)
    }
}
