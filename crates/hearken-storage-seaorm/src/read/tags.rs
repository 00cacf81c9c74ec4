//! Reads of tags. A deleted one is nowhere to be seen.

use std::collections::HashMap;

use hearken_domain::{
    ids::{EngagementId, TagId, WorkspaceId},
    order::Walk,
    query::{ListQuery, Page},
    tag::Tag,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Select};

use super::{Reads, keyset};
use crate::{
    columns::{key, keys},
    error::Fault,
    rows,
    schema::tag::{
        engagement_tags,
        tags::{Column, Entity},
    },
};

fn there(workspace: WorkspaceId) -> Select<Entity> {
    Entity::find().filter(Column::WorkspaceId.eq(key(workspace))).filter(Column::DeletedAt.is_null())
}

impl Reads {
    pub(crate) async fn tag(&self, workspace: WorkspaceId, id: TagId) -> Result<Option<Tag>, Fault> {
        let row = there(workspace).filter(Column::Id.eq(key(id))).one(&self.db).await?;
        Ok(row.map(rows::tag::from_row).transpose()?)
    }

    pub(crate) async fn tags(&self, workspace: WorkspaceId, query: &ListQuery<TagId>) -> Result<Page<Tag>, Fault> {
        let query = &self.in_order((workspace, Walk::Tags), query).await?;
        let found = keyset::sorted(there(workspace), (Column::UpdatedAt, Column::Id), query).all(&self.db).await?;
        Ok(keyset::page(found, query.limit, rows::tag::from_row)?)
    }

    pub(crate) async fn automatic_tags(&self, workspace: WorkspaceId) -> Result<Vec<Tag>, Fault> {
        let found =
            there(workspace).filter(Column::AutoTaggingEnabled.eq(true)).order_by_asc(Column::Id).all(&self.db).await?;
        Ok(found.into_iter().map(rows::tag::from_row).collect::<Result<_, _>>()?)
    }

    pub(crate) async fn tags_of(&self, workspace: WorkspaceId, ids: &[EngagementId]) -> Result<Vec<Vec<Tag>>, Fault> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let links = engagement_tags::Entity::find()
            .filter(engagement_tags::Column::WorkspaceId.eq(key(workspace)))
            .filter(engagement_tags::Column::EngagementId.is_in(keys(ids)))
            .order_by_asc(engagement_tags::Column::TagId)
            .all(&self.db)
            .await?;
        if links.is_empty() {
            return Ok(vec![Vec::new(); ids.len()]);
        }
        let wanted = links.iter().map(|link| link.tag_id.as_str());
        let found = there(workspace).filter(Column::Id.is_in(wanted)).all(&self.db).await?;
        let tags: HashMap<String, Tag> = found
            .into_iter()
            .map(|row| Ok((row.id.clone(), rows::tag::from_row(row)?)))
            .collect::<Result<_, crate::error::Misfit>>()?;
        let mut by_engagement: HashMap<String, Vec<Tag>> = HashMap::new();
        for link in links {
            if let Some(tag) = tags.get(&link.tag_id) {
                by_engagement.entry(link.engagement_id).or_default().push(tag.clone());
            }
        }
        Ok(ids.iter().map(|id| by_engagement.get(&key(*id)).cloned().unwrap_or_default()).collect())
    }
}
