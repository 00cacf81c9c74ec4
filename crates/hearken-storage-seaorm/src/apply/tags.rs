//! Writes of tags. A name belongs to one tag of a workspace that is not deleted.

use hearken_domain::{
    changeset::{Change, ReplacedTags},
    ids::TagId,
    tag::Tag,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter,
};

use super::{insert, insert_all, must_touch};
use crate::{
    columns::{count, key, keys},
    error::{Failure, Refusal},
    rows,
    schema::tag::{engagement_tags, tags, tags::Column},
};

pub(super) async fn insert_new(db: &DatabaseTransaction, workspace: &str, new: &[Tag]) -> Result<(), Failure> {
    let rows = new.iter().map(|tag| rows::tag::to_row(workspace, tag)).collect();
    insert_all::<tags::Entity>(db, rows, Refusal::Exists).await
}

/// Changes tags that still have the version that was read. Who loses a race for a name is told by the index, and finds
/// the name taken when the write is tried again.
pub(super) async fn change(db: &DatabaseTransaction, workspace: &str, changes: &[Change<Tag>]) -> Result<(), Failure> {
    for Change { row: tag, expected } in changes {
        if tag.deleted_at.is_none() && is_name_taken(db, workspace, tag).await? {
            return Err(Refusal::Exists.into());
        }
        let mut model = rows::tag::to_row(workspace, tag);
        model.version = count(expected + 1);
        let mut row = tags::ActiveModel::from(model).reset_all();
        row.workspace_id = NotSet;
        row.id = NotSet;
        let result = tags::Entity::update_many()
            .set(row)
            .filter(Column::WorkspaceId.eq(workspace))
            .filter(Column::Id.eq(key(tag.id)))
            .filter(Column::Version.eq(count(*expected)))
            .exec(db)
            .await?;
        must_touch(result.rows_affected, Refusal::Stale)?;
    }
    Ok(())
}

async fn is_name_taken(db: &DatabaseTransaction, workspace: &str, tag: &Tag) -> Result<bool, Failure> {
    let others = tags::Entity::find()
        .filter(Column::WorkspaceId.eq(workspace))
        .filter(Column::Name.eq(tag.name.as_str()))
        .filter(Column::DeletedAt.is_null())
        .filter(Column::Id.ne(key(tag.id)));
    Ok(others.count(db).await? > 0)
}

/// Gives an engagement exactly these tags.
pub(super) async fn replace(
    db: &DatabaseTransaction,
    workspace: &str,
    replaced: &[ReplacedTags],
) -> Result<(), Failure> {
    for ReplacedTags { engagement, tags } in replaced {
        let engagement = key(*engagement);
        engagement_tags::Entity::delete_many()
            .filter(engagement_tags::Column::WorkspaceId.eq(workspace))
            .filter(engagement_tags::Column::EngagementId.eq(&engagement))
            .exec(db)
            .await?;
        give(db, (workspace, &engagement), tags).await?;
    }
    Ok(())
}

/// Gives an engagement tags beside those it has; tags that are gone are left out.
pub(super) async fn give(
    db: &DatabaseTransaction,
    (workspace, engagement): (&str, &str),
    ids: &[TagId],
) -> Result<(), Failure> {
    if ids.is_empty() {
        return Ok(());
    }
    let there = tags::Entity::find()
        .filter(Column::WorkspaceId.eq(workspace))
        .filter(Column::Id.is_in(keys(ids)))
        .filter(Column::DeletedAt.is_null())
        .all(db)
        .await?;
    let rows = there.into_iter().map(|tag| engagement_tags::Model {
        workspace_id: workspace.to_owned(),
        engagement_id: engagement.to_owned(),
        tag_id: tag.id,
    });
    insert::<engagement_tags::Entity>(db, rows.collect()).await?;
    Ok(())
}
