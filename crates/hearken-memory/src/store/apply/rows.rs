//! Tags, endpoints and workflows as they shall be.

use std::collections::BTreeMap;

use hearken_domain::{changeset::Change, delivery::EndpointHealth, ids::WorkspaceId, webhook::WebhookEndpoint};

use crate::store::{row::Row, state::Tenant};

/// Inserts rows and replaces those that change.
pub(super) fn write<T: Row>(
    table: &mut BTreeMap<T::Id, T>,
    workspace: WorkspaceId,
    (new, changed): (Vec<T>, Vec<Change<T>>),
) {
    table.extend(new.into_iter().map(|row| (row.id(), row)));
    for Change { row, expected } in changed {
        table.insert(row.id(), row.stored(workspace, expected + 1));
    }
}

/// Since when an endpoint fails is the deliverer's; being enabled again is a new beginning.
pub(super) fn write_endpoints(
    tenant: &mut Tenant,
    new: Vec<WebhookEndpoint>,
    mut changed: Vec<Change<WebhookEndpoint>>,
) {
    for Change { row, .. } in &mut changed {
        let stored = tenant.endpoints.get(&row.id);
        let goes_on = stored.filter(|stored| stored.enabled || !row.enabled);
        row.failing_since = goes_on.and_then(|stored| stored.failing_since);
    }
    write(&mut tenant.endpoints, tenant.workspace.id, (new, changed));
}

/// Notes since when endpoints fail, or that they no longer do.
pub(super) fn note_health(tenant: &mut Tenant, learned: &[EndpointHealth]) {
    for EndpointHealth { endpoint, failing_since } in learned {
        if let Some(stored) = tenant.endpoints.get_mut(endpoint) {
            // It began when it was first seen.
            stored.failing_since = failing_since.map(|since| stored.failing_since.unwrap_or(since));
        }
    }
}
