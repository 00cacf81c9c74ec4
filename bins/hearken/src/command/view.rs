//! How commands show workspaces, users and keys.

use hearken_domain::{
    access::{ApiKey, Scope},
    directory::{User, Workspace},
    time::Timestamp,
};
use serde::Serialize;

/// A workspace.
#[derive(Serialize)]
pub(crate) struct WorkspaceView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) private_by_default: bool,
    pub(crate) created_at: String,
}

impl WorkspaceView {
    pub(crate) fn of(workspace: &Workspace) -> Self {
        Self {
            id: workspace.id.to_string(),
            name: workspace.name.to_string(),
            private_by_default: workspace.private_by_default,
            created_at: hearken_wire::time::format(workspace.created_at),
        }
    }

    pub(crate) fn line(&self) -> String {
        let privacy = if self.private_by_default { "  private by default" } else { "" };
        format!("{}  {}  {}{privacy}", self.id, self.created_at, self.name)
    }
}

/// A user.
#[derive(Serialize)]
pub(crate) struct UserView {
    pub(crate) id: String,
    pub(crate) role: &'static str,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) created_at: String,
}

impl UserView {
    pub(crate) fn of(user: &User) -> Self {
        Self {
            id: user.id.to_string(),
            role: user.role.as_str(),
            email: user.emails.first().map(ToString::to_string),
            phone: user.phones.first().map(ToString::to_string),
            first_name: user.first_name.as_ref().map(ToString::to_string),
            last_name: user.last_name.as_ref().map(ToString::to_string),
            created_at: hearken_wire::time::format(user.created_at),
        }
    }

    pub(crate) fn line(&self) -> String {
        let names: Vec<&str> = [&self.first_name, &self.last_name].into_iter().flatten().map(String::as_str).collect();
        format!("{}  {:<11}  {}  {}", self.id, self.role, self.email.as_deref().unwrap_or("-"), names.join(" "))
    }
}

/// A key; its token only when it was made just now.
#[derive(Serialize)]
pub(crate) struct KeyView {
    pub(crate) id: String,
    pub(crate) workspace: String,
    pub(crate) user: String,
    pub(crate) name: Option<String>,
    pub(crate) scopes: Vec<&'static str>,
    pub(crate) created_at: String,
    pub(crate) expires_at: Option<String>,
    pub(crate) revoked_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<String>,
}

impl KeyView {
    pub(crate) fn of(key: &ApiKey) -> Self {
        let time = |at: Option<Timestamp>| at.map(hearken_wire::time::format);
        Self {
            id: key.id.to_string(),
            workspace: key.workspace.to_string(),
            user: key.user.to_string(),
            name: key.name.as_ref().map(ToString::to_string),
            scopes: key.scopes.as_slice().iter().copied().map(Scope::as_str).collect(),
            created_at: hearken_wire::time::format(key.created_at),
            expires_at: time(key.expires_at),
            revoked_at: time(key.revoked_at),
            token: None,
        }
    }

    pub(crate) fn line(&self) -> String {
        let state = match (&self.revoked_at, &self.expires_at) {
            (Some(at), _) => format!("revoked {at}"),
            (None, Some(at)) => format!("expires {at}"),
            (None, None) => "no expiry".to_owned(),
        };
        format!(
            "{}  {}  {}  {}  {}",
            self.id,
            self.user,
            state,
            self.scopes.join(","),
            self.name.as_deref().unwrap_or("-")
        )
    }
}
