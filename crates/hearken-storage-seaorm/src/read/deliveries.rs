//! Reads of deliveries and their attempts.

use std::collections::HashMap;

use hearken_domain::{
    delivery::{Delivery, DeliveryState},
    ids::{DeliveryId, WebhookEndpointId, WorkflowRunId, WorkspaceId},
    query::{ListQuery, Page},
    time::Timestamp,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::{Reads, keyset};
use crate::{
    columns::{Place, key, keys},
    error::Fault,
    rows,
    schema::automation::{
        deliveries::{Column, Entity, Model},
        delivery_attempts,
    },
};

fn of(workspace: WorkspaceId) -> Select<Entity> {
    Entity::find().filter(Column::WorkspaceId.eq(key(workspace)))
}

impl Reads {
    pub(crate) async fn delivery(&self, workspace: WorkspaceId, id: DeliveryId) -> Result<Option<Delivery>, Fault> {
        let row = of(workspace).filter(Column::Id.eq(key(id))).one(&self.db).await?;
        Ok(self.with_attempts(workspace, row.into_iter().collect()).await?.pop())
    }

    pub(crate) async fn deliveries_of_endpoint(
        &self,
        workspace: WorkspaceId,
        endpoint: WebhookEndpointId,
        query: &ListQuery<DeliveryId>,
    ) -> Result<Page<Delivery>, Fault> {
        let rows = of(workspace).filter(Column::EndpointId.eq(key(endpoint)));
        let found = keyset::sorted(rows, (Column::CreatedAt, Column::Id), query).all(&self.db).await?;
        let Page { items, has_more } = keyset::page(found, query.limit, Ok::<_, Fault>)?;
        Ok(Page { items: self.with_attempts(workspace, items).await?, has_more })
    }

    pub(crate) async fn deliveries_of_runs(
        &self,
        workspace: WorkspaceId,
        runs: &[WorkflowRunId],
    ) -> Result<Vec<Delivery>, Fault> {
        if runs.is_empty() {
            return Ok(Vec::new());
        }
        let found =
            of(workspace).filter(Column::RunId.is_in(keys(runs))).order_by_asc(Column::Id).all(&self.db).await?;
        let mut whole = self.with_attempts(workspace, found).await?;
        for attempt in whole.iter_mut().flat_map(|delivery| &mut delivery.attempts) {
            attempt.response_body = None;
        }
        Ok(whole)
    }

    pub(crate) async fn failed_deliveries(
        &self,
        workspace: WorkspaceId,
        endpoint: WebhookEndpointId,
        since: Timestamp,
        limit: u16,
    ) -> Result<Vec<DeliveryId>, Fault> {
        let found: Vec<String> = of(workspace)
            .select_only()
            .column(Column::Id)
            .filter(Column::EndpointId.eq(key(endpoint)))
            .filter(Column::State.eq(DeliveryState::Failed.as_str()))
            .filter(Column::CreatedAt.gte(since.unix_millis()))
            .order_by_asc(Column::Id)
            .limit(u64::from(limit))
            .into_tuple()
            .all(&self.db)
            .await?;
        let id = |id: &String| Place { table: "deliveries", row: id }.id("id", id);
        Ok(found.iter().map(id).collect::<Result<_, _>>()?)
    }

    async fn with_attempts(&self, workspace: WorkspaceId, found: Vec<Model>) -> Result<Vec<Delivery>, Fault> {
        use delivery_attempts::Column;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let attempts = delivery_attempts::Entity::find()
            .filter(Column::WorkspaceId.eq(key(workspace)))
            .filter(Column::DeliveryId.is_in(found.iter().map(|row| row.id.as_str())))
            .order_by_asc(Column::Position)
            .all(&self.db)
            .await?;
        let mut by_delivery: HashMap<String, Vec<delivery_attempts::Model>> = HashMap::new();
        for attempt in attempts {
            by_delivery.entry(attempt.delivery_id.clone()).or_default().push(attempt);
        }
        let whole = found.iter().map(|row| {
            let own = by_delivery.remove(&row.id).unwrap_or_default();
            rows::delivery::from_rows(row, own)
        });
        Ok(whole.collect::<Result<_, _>>()?)
    }
}
