//! Reads of what steps found.

use std::collections::HashMap;

use hearken_domain::{
    ids::{EngagementId, WorkspaceId},
    insight::Findings,
    result::ResultHead,
    speech::MediaFacts,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

use super::Reads;
use crate::{
    columns::{key, keys},
    error::Fault,
    rows,
    schema::{
        engagement::{timelines, transcripts},
        insight::{action_items, media_facts, signals, step_results},
    },
};

impl Reads {
    pub(crate) async fn findings(&self, workspace: WorkspaceId, ids: &[EngagementId]) -> Result<Vec<Findings>, Fault> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let items = action_items::Entity::find()
            .filter(action_items::Column::WorkspaceId.eq(key(workspace)))
            .filter(action_items::Column::EngagementId.is_in(keys(ids)))
            .order_by_asc(action_items::Column::Position)
            .all(&self.db)
            .await?;
        let signals = signals::Entity::find()
            .filter(signals::Column::WorkspaceId.eq(key(workspace)))
            .filter(signals::Column::EngagementId.is_in(keys(ids)))
            .order_by_asc(signals::Column::Position)
            .all(&self.db)
            .await?;
        let mut found: HashMap<EngagementId, Findings> = HashMap::new();
        for row in items {
            let item = rows::insight::action_item_from_row(row)?;
            found.entry(item.engagement).or_default().action_items.push(item);
        }
        for row in signals {
            let signal = rows::insight::signal_from_row(row)?;
            found.entry(signal.engagement).or_default().signals.push(signal);
        }
        Ok(ids.iter().map(|id| found.get(id).cloned().unwrap_or_default()).collect())
    }

    pub(crate) async fn media_facts(
        &self,
        workspace: WorkspaceId,
        id: EngagementId,
    ) -> Result<Option<MediaFacts>, Fault> {
        let row = media_facts::Entity::find()
            .filter(media_facts::Column::WorkspaceId.eq(key(workspace)))
            .filter(media_facts::Column::EngagementId.eq(key(id)))
            .one(&self.db)
            .await?;
        Ok(row.map(rows::insight::facts_from_row).transpose()?)
    }

    pub(crate) async fn results(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Vec<ResultHead>, Fault> {
        let found = step_results::Entity::find()
            .filter(step_results::Column::WorkspaceId.eq(key(workspace)))
            .filter(step_results::Column::EngagementId.eq(key(id)))
            .order_by_asc(step_results::Column::CreatedAt)
            .order_by_asc(step_results::Column::Step)
            .all(&self.db)
            .await?;
        Ok(found.into_iter().map(rows::insight::head_from_row).collect::<Result<_, _>>()?)
    }

    pub(crate) async fn text_sizes(
        &self,
        workspace: WorkspaceId,
        ids: &[EngagementId],
    ) -> Result<Vec<Option<u64>>, Fault> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        // Both engines know the length of a stored text without reading it.
        let timelines: Vec<(String, i64)> = timelines::Entity::find()
            .select_only()
            .column(timelines::Column::EngagementId)
            .expr(Expr::cust("CAST(octet_length(body) AS BIGINT)"))
            .filter(timelines::Column::WorkspaceId.eq(key(workspace)))
            .filter(timelines::Column::EngagementId.is_in(keys(ids)))
            .into_tuple()
            .all(&self.db)
            .await?;
        let supplied: Vec<(String, i64)> = transcripts::Entity::find()
            .select_only()
            .column(transcripts::Column::EngagementId)
            .expr(Expr::cust("CAST(octet_length(text) AS BIGINT)"))
            .filter(transcripts::Column::WorkspaceId.eq(key(workspace)))
            .filter(transcripts::Column::EngagementId.is_in(keys(ids)))
            .into_tuple()
            .all(&self.db)
            .await?;
        let mut sizes: HashMap<String, u64> = HashMap::new();
        for (engagement, bytes) in timelines.into_iter().chain(supplied) {
            *sizes.entry(engagement).or_default() += bytes.unsigned_abs();
        }
        Ok(ids.iter().map(|id| sizes.get(&key(*id)).copied()).collect())
    }
}
