//! Who may do what: scopes, API keys and the caller that a request speaks for.

use std::{fmt, str::FromStr};

use secrecy::{ExposeSecret, SecretString};

use crate::{
    event::{EventKind, ResourceKind},
    ids::{ApiKeyId, UserId, WorkspaceId},
    query::Audience,
    text::Name,
    time::Timestamp,
};

macro_rules! scopes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal;)*) => {
        /// A right, written `resource:action`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Scope {
            $($(#[$doc])* $variant,)*
        }

        impl Scope {
            /// All of them, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// As written.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

scopes! {
    /// See companies.
    CompaniesRead = "companies:read";
    /// Change companies.
    CompaniesWrite = "companies:write";
    /// See contacts.
    ContactsRead = "contacts:read";
    /// Change contacts.
    ContactsWrite = "contacts:write";
    /// See tags.
    TagsRead = "tags:read";
    /// Change tags.
    TagsWrite = "tags:write";
    /// See users.
    UsersRead = "users:read";
    /// See engagements that are not private.
    EngagementsRead = "engagements:read";
    /// Adds private engagements, together with [`Scope::EngagementsRead`] only.
    EngagementsPrivateRead = "engagements:private:read";
    /// Create and change engagements.
    EngagementsWrite = "engagements:write";
    /// Replace contacts and tags of private engagements.
    EngagementsPrivateWrite = "engagements:private:write";
    /// See timelines.
    TranscriptTimelinesRead = "transcript_timelines:read";
    /// See comments.
    TranscriptCommentsRead = "transcript_comments:read";
    /// Write comments.
    TranscriptCommentsWrite = "transcript_comments:write";
    /// See webhook endpoints and deliveries.
    WebhooksRead = "webhooks:read";
    /// Change webhook endpoints.
    WebhooksWrite = "webhooks:write";
    /// See workflows.
    WorkflowsRead = "workflows:read";
    /// Change workflows.
    WorkflowsWrite = "workflows:write";
    /// Everything; API keys only.
    WorkspaceAdmin = "workspace:admin";
}

/// What reading private engagements takes, together.
pub const PRIVATE_READING: &[Scope] = &[Scope::EngagementsRead, Scope::EngagementsPrivateRead];

/// A right that a caller lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the scope {0} is missing")]
pub struct MissingScope(pub Scope);

/// A text that names no scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such scope: {0}")]
pub struct UnknownScope(pub String);

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        Self::ALL.iter().copied().find(|scope| scope.as_str() == text).ok_or_else(|| UnknownScope(text.to_owned()))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of scopes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// Whether the set gives this right, by name or through [`Scope::WorkspaceAdmin`].
    pub fn allow(&self, scope: Scope) -> bool {
        self.0.contains(&scope) || self.0.contains(&Scope::WorkspaceAdmin)
    }

    /// The scopes, sorted, each once.
    pub fn as_slice(&self) -> &[Scope] {
        &self.0
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        let mut scopes: Vec<Scope> = scopes.into_iter().collect();
        scopes.sort_unstable();
        scopes.dedup();
        Self(scopes)
    }
}

/// An API key as stored. The secret itself is shown once and then only its digest is known.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// Part of the token.
    pub id: ApiKeyId,
    /// The one workspace it opens.
    pub workspace: WorkspaceId,
    /// The default owner of what it creates.
    pub user: UserId,
    /// What the operator calls it.
    pub name: Option<Name>,
    /// Its rights.
    pub scopes: Scopes,
    /// SHA-256 of the secret part of the token.
    pub secret_digest: SecretDigest,
    /// When it was made.
    pub created_at: Timestamp,
    /// From then on it opens nothing.
    pub expires_at: Option<Timestamp>,
    /// Since then it opens nothing.
    pub revoked_at: Option<Timestamp>,
}

impl ApiKey {
    /// Neither expired nor revoked.
    pub fn is_usable(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// SHA-256 of an API key's secret. Compared in constant time only.
#[derive(Clone, Copy)]
pub struct SecretDigest(pub [u8; 32]);

impl SecretDigest {
    /// Whether both are the same, in a time that does not depend on where they differ.
    pub fn matches(&self, other: &Self) -> bool {
        subtle::ConstantTimeEq::ct_eq(&self.0[..], &other.0[..]).into()
    }
}

impl fmt::Debug for SecretDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretDigest(…)")
    }
}

/// The token of an API key, `sk-apik_<id>.<secret>`: shown once, when the key is made.
#[derive(Clone, Debug)]
pub struct ApiToken(SecretString);

impl ApiToken {
    /// Puts a token together.
    pub fn new(id: ApiKeyId, secret: &SecretString) -> Self {
        Self(SecretString::from(format!("sk-{id}.{}", secret.expose_secret())))
    }

    /// The text to hand to the key's owner.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The authenticated caller of a request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The workspace the key belongs to; there is no other way to name one.
    pub workspace: WorkspaceId,
    /// The key.
    pub key: ApiKeyId,
    /// The user the key stands for.
    pub user: UserId,
    /// Its rights.
    pub scopes: Scopes,
}

impl Caller {
    /// All of these rights; the error names the first that is missing.
    pub fn require(&self, scopes: &[Scope]) -> Result<(), MissingScope> {
        scopes.iter().find(|scope| !self.scopes.allow(**scope)).map_or(Ok(()), |scope| Err(MissingScope(*scope)))
    }

    /// What of the workspace's engagements the caller may see.
    pub fn visibility(&self) -> Visibility {
        match self.require(PRIVATE_READING) {
            Ok(()) => Visibility::All,
            Err(MissingScope(_)) => Visibility::NonPrivate,
        }
    }

    /// Which of the workspace's events the caller may see: those of resources that it may read.
    pub fn audience(&self) -> Audience {
        let may_see = |kind: &EventKind| self.scopes.allow(kind.resource().read_scope());
        Audience { kinds: EventKind::ALL.iter().copied().filter(may_see).collect(), visibility: self.visibility() }
    }
}

impl ResourceKind {
    /// What reading one needs.
    pub fn read_scope(self) -> Scope {
        match self {
            Self::Contact => Scope::ContactsRead,
            Self::Company => Scope::CompaniesRead,
            Self::Engagement => Scope::EngagementsRead,
            Self::Tag => Scope::TagsRead,
        }
    }
}

/// What a list may show and count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Private engagements too.
    All,
    /// Private engagements do not exist.
    NonPrivate,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_reads_back() {
        for scope in Scope::ALL {
            assert_eq!(scope.as_str().parse(), Ok(*scope));
        }
        assert!("engagements:delete".parse::<Scope>().is_err());
    }

    #[test]
    fn admin_gives_all_and_private_needs_both() {
        assert!(Scopes::from_iter([Scope::WorkspaceAdmin]).allow(Scope::TagsWrite));
        let caller = |scopes: &[Scope]| Caller {
            workspace: crate::ids::Ulid::from_parts(1, 1).into(),
            key: crate::ids::Ulid::from_parts(1, 1).into(),
            user: crate::ids::Ulid::from_parts(1, 1).into(),
            scopes: scopes.iter().copied().collect(),
        };
        assert_eq!(caller(&[Scope::EngagementsPrivateRead]).visibility(), Visibility::NonPrivate);
        assert_eq!(caller(&[Scope::EngagementsPrivateRead, Scope::EngagementsRead]).visibility(), Visibility::All);
        let missing = caller(&[Scope::EngagementsPrivateRead]).require(PRIVATE_READING);
        assert_eq!(missing, Err(MissingScope(Scope::EngagementsRead)), "what is there is not named");
    }
}
