//! What the operator does: workspaces, users and keys.

use std::time::Duration;

use hearken_domain::{
    access::{ApiKey, ApiToken, Scope, Scopes},
    changeset::{Change, Changeset, CommitError, Revocation},
    directory::{Lookup, Role, User, Workspace},
    handle::{EmailAddress, PhoneNumber},
    ids::{ApiKeyId, Ulid, UserId, WorkspaceId},
    ports::{Clock, Directory, EngagementStore, IdSource, Installation, Ports, Registry},
    store_error::StoreError,
    text::Name,
    workflow::built_in_recap,
};

use secrecy::SecretSlice;

use crate::token;

/// Administers an installation.
#[derive(Clone)]
pub struct Administrator {
    ports: Ports,
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum AdministrationError {
    /// What was named is not there.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// What is to be made is there already.
    #[error("{0} already")]
    Exists(&'static str),
    /// The store could not be read.
    #[error("the store could not be read")]
    Store(#[from] StoreError),
    /// The write did not happen, or may not have.
    #[error("the change could not be written")]
    Commit(#[source] CommitError),
}

/// Somebody to add.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The primary address.
    pub email: EmailAddress,
    /// Recognises them as a participant of calls.
    pub phone: Option<PhoneNumber>,
    /// First name.
    pub first_name: Option<Name>,
    /// Last name.
    pub last_name: Option<Name>,
    /// Their place.
    pub role: Role,
}

/// What an engagement is when its request does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// Seen by whoever may read engagements.
    Open,
    /// Seen with the private scope only.
    Private,
}

/// A key to make.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Whom it stands for.
    pub user: UserId,
    /// Its rights.
    pub scopes: Scopes,
    /// What to call it.
    pub name: Option<Name>,
    /// How long it opens anything; `None`: until it is revoked.
    pub life: Option<Duration>,
}

/// A key and its token, which nobody can see again.
#[derive(Debug)]
pub struct IssuedKey {
    /// The key.
    pub key: ApiKey,
    /// To be handed over now.
    pub token: ApiToken,
}

/// What the first start makes.
#[derive(Debug)]
pub struct FirstStart {
    /// The workspace.
    pub workspace: Workspace,
    /// Its owner.
    pub owner: User,
    /// A key with every right.
    pub issued: IssuedKey,
}

impl Administrator {
    /// Over these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// What was decided once for this installation; the first caller decides it.
    pub async fn installation(&self) -> Result<Installation, AdministrationError> {
        let link_key = SecretSlice::from(self.ports.ids.secret().to_vec());
        let proposal = Installation { link_key, first_workspace: self.id() };
        Ok(self.ports.registry.installation(proposal).await?)
    }

    /// Drafts the first workspace and makes it.
    pub async fn first_start(&self, name: Name, owner: NewUser) -> Result<Option<FirstStart>, AdministrationError> {
        let Some(first) = self.draft_first_start(name, owner).await? else { return Ok(None) };
        Ok(self.make_first_start(&first).await?.then_some(first))
    }

    /// For an installation without a workspace: one, with an owner and a key for everything, not made yet. Its token can
    /// be put where it will be found before anything depends on it.
    pub async fn draft_first_start(
        &self,
        name: Name,
        owner: NewUser,
    ) -> Result<Option<FirstStart>, AdministrationError> {
        if !self.ports.registry.workspaces().await?.is_empty() {
            return Ok(None);
        }
        let id = self.installation().await?.first_workspace;
        let workspace = Workspace { id, ..self.draft_workspace(name, Privacy::Open) };
        let owner = self.draft_user(owner);
        let key = NewKey {
            user: owner.id,
            scopes: Scopes::from_iter([Scope::WorkspaceAdmin]),
            name: Name::try_from("first start").ok(),
            life: None,
        };
        let issued = self.draft_key(id, key);
        Ok(Some(FirstStart { workspace, owner, issued }))
    }

    /// Makes what was drafted, in one write; `false` when another process was first.
    pub async fn make_first_start(&self, first: &FirstStart) -> Result<bool, AdministrationError> {
        let mut changeset = Changeset::new(first.workspace.id);
        changeset.new_workspace = Some(first.workspace.clone());
        changeset.new_workflows.push(built_in_recap(first.workspace.id, first.workspace.created_at));
        changeset.new_users.push(first.owner.clone());
        changeset.new_keys.push(first.issued.key.clone());
        match self.commit(changeset, "the workspace exists").await {
            Ok(()) => Ok(true),
            Err(AdministrationError::Exists(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Makes a workspace.
    pub async fn create_workspace(&self, name: Name, privacy: Privacy) -> Result<Workspace, AdministrationError> {
        let workspace = self.draft_workspace(name, privacy);
        let mut changeset = Changeset::new(workspace.id);
        changeset.new_workspace = Some(workspace.clone());
        changeset.new_workflows.push(built_in_recap(workspace.id, workspace.created_at));
        self.commit(changeset, "the workspace exists").await?;
        Ok(workspace)
    }

    /// Every workspace.
    pub async fn workspaces(&self) -> Result<Vec<Workspace>, AdministrationError> {
        Ok(self.ports.registry.workspaces().await?)
    }

    /// One workspace.
    pub async fn workspace(&self, id: WorkspaceId) -> Result<Workspace, AdministrationError> {
        self.ports.registry.workspace(id).await?.ok_or(AdministrationError::NotFound("workspace"))
    }

    /// Adds a user; the address must be free in the workspace.
    pub async fn add_user(&self, workspace: WorkspaceId, user: NewUser) -> Result<User, AdministrationError> {
        self.workspace(workspace).await?;
        let user = self.draft_user(user);
        let mut changeset = Changeset::new(workspace);
        changeset.new_users.push(user.clone());
        self.commit(changeset, "a user with this e-mail address exists").await?;
        Ok(user)
    }

    /// Every user of a workspace.
    pub async fn users(&self, workspace: WorkspaceId) -> Result<Vec<User>, AdministrationError> {
        self.workspace(workspace).await?;
        Ok(self.ports.directory.all_users(workspace).await?)
    }

    /// The user with this id.
    pub async fn user(&self, workspace: WorkspaceId, id: UserId) -> Result<User, AdministrationError> {
        let users = self.ports.directory.users(workspace, &[id]).await?;
        users.into_iter().next().ok_or(AdministrationError::NotFound("user in this workspace"))
    }

    /// The user with this e-mail address.
    pub async fn user_by_email(
        &self,
        workspace: WorkspaceId,
        email: EmailAddress,
    ) -> Result<User, AdministrationError> {
        let lookup = Lookup { emails: vec![email], ..Lookup::default() };
        let matches = self.ports.directory.matching(workspace, &lookup).await?;
        matches.users.into_iter().next().ok_or(AdministrationError::NotFound("user in this workspace"))
    }

    /// Gives a user another place.
    pub async fn set_role(&self, workspace: WorkspaceId, id: UserId, role: Role) -> Result<User, AdministrationError> {
        let mut user = self.user(workspace, id).await?;
        let expected = user.version;
        user.role = role;
        user.updated_at = self.ports.clock.now().max(user.updated_at.after(Duration::from_millis(1)));
        user.version = expected + 1;
        let mut changeset = Changeset::new(workspace);
        changeset.changed_users.push(Change { row: user.clone(), expected });
        self.commit(changeset, "the user exists").await?;
        Ok(user)
    }

    /// Makes a key.
    pub async fn create_key(&self, workspace: WorkspaceId, key: NewKey) -> Result<IssuedKey, AdministrationError> {
        self.workspace(workspace).await?;
        self.user(workspace, key.user).await?;
        let issued = self.draft_key(workspace, key);
        let mut changeset = Changeset::new(workspace);
        changeset.new_keys.push(issued.key.clone());
        self.commit(changeset, "the key exists").await?;
        Ok(issued)
    }

    /// Every key of a workspace, revoked ones too.
    pub async fn keys(&self, workspace: WorkspaceId) -> Result<Vec<ApiKey>, AdministrationError> {
        self.workspace(workspace).await?;
        Ok(self.ports.registry.keys(workspace).await?)
    }

    /// Revokes a key: from now on it opens nothing.
    pub async fn revoke_key(&self, id: ApiKeyId) -> Result<ApiKey, AdministrationError> {
        let mut key = self.key(id).await?;
        let at = self.ports.clock.now();
        let mut changeset = Changeset::new(key.workspace);
        changeset.revoked_keys.push(Revocation { key: id, at });
        self.commit(changeset, "the key exists").await?;
        key.revoked_at = Some(at);
        Ok(key)
    }

    /// Revokes a key and makes one like it, in one write.
    pub async fn rotate_key(&self, id: ApiKeyId) -> Result<IssuedKey, AdministrationError> {
        let old = self.key(id).await?;
        let now = self.ports.clock.now();
        if !old.is_usable(now) {
            return Err(AdministrationError::Exists("the key has expired"));
        }
        let life = old.expires_at.map(|end| end.since(old.created_at));
        let key = NewKey { user: old.user, scopes: old.scopes, name: old.name, life };
        let issued = self.draft_key(old.workspace, key);
        let mut changeset = Changeset::new(old.workspace);
        changeset.new_keys.push(issued.key.clone());
        changeset.revoked_keys.push(Revocation { key: id, at: now });
        self.commit(changeset, "the key exists").await?;
        Ok(issued)
    }

    async fn key(&self, id: ApiKeyId) -> Result<ApiKey, AdministrationError> {
        let key = self.ports.registry.key(id).await?.ok_or(AdministrationError::NotFound("key"))?;
        match key.revoked_at {
            Some(_) => Err(AdministrationError::Exists("the key is revoked")),
            None => Ok(key),
        }
    }

    fn id<T: From<Ulid>>(&self) -> T {
        T::from(self.ports.ids.ulid(self.ports.clock.now()))
    }

    fn draft_workspace(&self, name: Name, privacy: Privacy) -> Workspace {
        Workspace {
            id: self.id(),
            name,
            private_by_default: privacy == Privacy::Private,
            created_at: self.ports.clock.now(),
        }
    }

    fn draft_user(&self, new: NewUser) -> User {
        let now = self.ports.clock.now();
        User {
            id: self.id(),
            role: new.role,
            first_name: new.first_name,
            last_name: new.last_name,
            job_title: None,
            time_zone: None,
            emails: vec![new.email],
            phones: new.phone.into_iter().collect(),
            created_at: now,
            updated_at: now,
            version: 1,
        }
    }

    fn draft_key(&self, workspace: WorkspaceId, new: NewKey) -> IssuedKey {
        let now = self.ports.clock.now();
        let id = self.id();
        let (token, secret_digest) = token::issue(id, self.ports.ids.secret());
        let key = ApiKey {
            id,
            workspace,
            user: new.user,
            name: new.name,
            scopes: new.scopes,
            secret_digest,
            created_at: now,
            expires_at: new.life.map(|life| now.after(life)),
            revoked_at: None,
        };
        IssuedKey { key, token }
    }

    async fn commit(&self, changeset: Changeset, exists: &'static str) -> Result<(), AdministrationError> {
        self.ports.store.commit(changeset).await.map(drop).map_err(|error| match error {
            CommitError::Exists => AdministrationError::Exists(exists),
            error => AdministrationError::Commit(error),
        })
    }
}
