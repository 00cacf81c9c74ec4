//! Reads of webhook endpoints. A deleted one is nowhere to be seen.

use std::collections::HashMap;

use hearken_domain::{
    ids::{WebhookEndpointId, WorkspaceId},
    order::Walk,
    query::{ListQuery, Page},
    webhook::WebhookEndpoint,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Select};

use super::{Reads, keyset};
use crate::{
    columns::key,
    error::Fault,
    rows,
    schema::automation::{
        endpoint_secrets,
        webhook_endpoints::{Column, Entity, Model},
    },
};

fn there(workspace: WorkspaceId) -> Select<Entity> {
    Entity::find().filter(Column::WorkspaceId.eq(key(workspace))).filter(Column::DeletedAt.is_null())
}

impl Reads {
    pub(crate) async fn endpoint(
        &self,
        workspace: WorkspaceId,
        id: WebhookEndpointId,
    ) -> Result<Option<WebhookEndpoint>, Fault> {
        let row = there(workspace).filter(Column::Id.eq(key(id))).one(&self.db).await?;
        Ok(self.with_secrets(workspace, row.into_iter().collect()).await?.pop())
    }

    pub(crate) async fn endpoints(
        &self,
        workspace: WorkspaceId,
        query: &ListQuery<WebhookEndpointId>,
    ) -> Result<Page<WebhookEndpoint>, Fault> {
        let query = &self.in_order((workspace, Walk::Endpoints), query).await?;
        let found = keyset::sorted(there(workspace), (Column::UpdatedAt, Column::Id), query).all(&self.db).await?;
        let Page { items, has_more } = keyset::page(found, query.limit, Ok::<_, Fault>)?;
        Ok(Page { items: self.with_secrets(workspace, items).await?, has_more })
    }

    pub(crate) async fn count_endpoints(&self, workspace: WorkspaceId) -> Result<u64, Fault> {
        Ok(there(workspace).count(&self.db).await?)
    }

    async fn with_secrets(&self, workspace: WorkspaceId, found: Vec<Model>) -> Result<Vec<WebhookEndpoint>, Fault> {
        use endpoint_secrets::Column;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let secrets = endpoint_secrets::Entity::find()
            .filter(Column::WorkspaceId.eq(key(workspace)))
            .filter(Column::EndpointId.is_in(found.iter().map(|row| row.id.as_str())))
            .order_by_asc(Column::Position)
            .all(&self.db)
            .await?;
        let mut by_endpoint: HashMap<String, Vec<endpoint_secrets::Model>> = HashMap::new();
        for secret in secrets {
            by_endpoint.entry(secret.endpoint_id.clone()).or_default().push(secret);
        }
        let whole = found.into_iter().map(|row| {
            let own = by_endpoint.remove(&row.id).unwrap_or_default();
            rows::webhook::from_rows(row, own)
        });
        Ok(whole.collect::<Result<_, _>>()?)
    }
}
