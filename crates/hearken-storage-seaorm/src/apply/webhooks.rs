//! Writes of webhook endpoints.

use hearken_domain::{changeset::Change, delivery::EndpointHealth, webhook::WebhookEndpoint};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter,
};

use super::{insert_all, must_touch};
use crate::{
    columns::{count, key},
    error::{Failure, Refusal},
    rows,
    schema::automation::{endpoint_secrets, webhook_endpoints, webhook_endpoints::Column},
};

pub(super) async fn insert_new(
    db: &DatabaseTransaction,
    workspace: &str,
    new: &[WebhookEndpoint],
) -> Result<(), Failure> {
    let rows = new.iter().map(|endpoint| rows::webhook::to_row(workspace, endpoint)).collect();
    insert_all::<webhook_endpoints::Entity>(db, rows, Refusal::Exists).await?;
    let secrets = new.iter().flat_map(|endpoint| rows::webhook::secrets_to_rows(workspace, endpoint)).collect();
    insert_all::<endpoint_secrets::Entity>(db, secrets, Refusal::Exists).await
}

/// Changes endpoints that still have the version that was read. Since when one fails is the deliverer's; being enabled
/// again is a new beginning.
pub(super) async fn change(
    db: &DatabaseTransaction,
    workspace: &str,
    changes: &[Change<WebhookEndpoint>],
) -> Result<(), Failure> {
    for Change { row: endpoint, expected } in changes {
        if endpoint.enabled {
            let healthy = webhook_endpoints::ActiveModel { failing_since: Set(None), ..Default::default() };
            webhook_endpoints::Entity::update_many()
                .set(healthy)
                .filter(Column::WorkspaceId.eq(workspace))
                .filter(Column::Id.eq(key(endpoint.id)))
                .filter(Column::Enabled.eq(false))
                .exec(db)
                .await?;
        }
        let mut model = rows::webhook::to_row(workspace, endpoint);
        model.version = count(expected + 1);
        let mut row = webhook_endpoints::ActiveModel::from(model).reset_all();
        row.workspace_id = NotSet;
        row.id = NotSet;
        row.failing_since = NotSet;
        let result = webhook_endpoints::Entity::update_many()
            .set(row)
            .filter(Column::WorkspaceId.eq(workspace))
            .filter(Column::Id.eq(key(endpoint.id)))
            .filter(Column::Version.eq(count(*expected)))
            .exec(db)
            .await?;
        must_touch(result.rows_affected, Refusal::Stale)?;
        replace_secrets(db, workspace, endpoint).await?;
    }
    Ok(())
}

async fn replace_secrets(db: &DatabaseTransaction, workspace: &str, endpoint: &WebhookEndpoint) -> Result<(), Failure> {
    endpoint_secrets::Entity::delete_many()
        .filter(endpoint_secrets::Column::WorkspaceId.eq(workspace))
        .filter(endpoint_secrets::Column::EndpointId.eq(key(endpoint.id)))
        .exec(db)
        .await?;
    let secrets = rows::webhook::secrets_to_rows(workspace, endpoint);
    insert_all::<endpoint_secrets::Entity>(db, secrets, Refusal::Exists).await
}

/// Notes since when endpoints fail, or that they no longer do.
pub(super) async fn note_health(
    db: &DatabaseTransaction,
    workspace: &str,
    learned: &[EndpointHealth],
) -> Result<(), Failure> {
    for EndpointHealth { endpoint, failing_since } in learned {
        let since = failing_since.map(hearken_domain::time::Timestamp::unix_millis);
        let change = webhook_endpoints::ActiveModel { failing_since: Set(since), ..Default::default() };
        let mut update = webhook_endpoints::Entity::update_many()
            .set(change)
            .filter(Column::WorkspaceId.eq(workspace))
            .filter(Column::Id.eq(key(*endpoint)));
        if since.is_some() {
            update = update.filter(Column::FailingSince.is_null());
        }
        update.exec(db).await?;
    }
    Ok(())
}
