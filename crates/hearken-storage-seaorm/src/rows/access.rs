//! Rows of workspaces and keys.

use hearken_domain::{
    access::{ApiKey, Scope, SecretDigest},
    directory::Workspace,
    time::Timestamp,
};

use crate::{
    columns::{Place, key},
    error::Misfit,
    schema::access::{api_keys, workspaces},
};

/// The row of a workspace.
pub(crate) fn workspace_to_row(workspace: &Workspace) -> workspaces::Model {
    workspaces::Model {
        id: key(workspace.id),
        name: workspace.name.as_str().to_owned(),
        private_by_default: workspace.private_by_default,
        created_at: workspace.created_at.unix_millis(),
    }
}

/// The workspace of a row.
pub(crate) fn workspace_from_row(row: workspaces::Model) -> Result<Workspace, Misfit> {
    let id = row.id.clone();
    let place = Place { table: "workspaces", row: &id };
    Ok(Workspace {
        id: place.id("id", &row.id)?,
        name: place.text("name", row.name)?,
        private_by_default: row.private_by_default,
        created_at: place.time("created_at", row.created_at)?,
    })
}

/// The row of a key. The workspace is the changeset's.
pub(crate) fn key_to_row(workspace: &str, api_key: &ApiKey) -> api_keys::Model {
    let scopes: Vec<&str> = api_key.scopes.as_slice().iter().map(|scope| scope.as_str()).collect();
    api_keys::Model {
        id: key(api_key.id),
        workspace_id: workspace.to_owned(),
        user_id: key(api_key.user),
        name: api_key.name.as_ref().map(|name| name.as_str().to_owned()),
        scopes: scopes.join(" "),
        secret_digest: api_key.secret_digest.0.to_vec(),
        created_at: api_key.created_at.unix_millis(),
        expires_at: api_key.expires_at.map(Timestamp::unix_millis),
        revoked_at: api_key.revoked_at.map(Timestamp::unix_millis),
    }
}

/// The key of a row.
pub(crate) fn key_from_row(row: api_keys::Model) -> Result<ApiKey, Misfit> {
    let id = row.id.clone();
    let place = Place { table: "api_keys", row: &id };
    let scopes = row.scopes.split_whitespace().map(|text| place.parsed::<Scope>("scopes", text));
    Ok(ApiKey {
        id: place.id("id", &row.id)?,
        workspace: place.id("workspace_id", &row.workspace_id)?,
        user: place.id("user_id", &row.user_id)?,
        scopes: scopes.collect::<Result<_, _>>()?,
        name: place.maybe_text("name", row.name)?,
        secret_digest: SecretDigest(place.digest("secret_digest", &row.secret_digest)?),
        created_at: place.time("created_at", row.created_at)?,
        expires_at: place.maybe_time("expires_at", row.expires_at)?,
        revoked_at: place.maybe_time("revoked_at", row.revoked_at)?,
    })
}
