//! From a token to the caller it speaks for.

use hearken_domain::{
    access::Caller,
    ports::{Clock, Ports, Registry},
    store_error::StoreError,
};

use crate::token;

/// Recognises callers.
#[derive(Clone)]
pub struct Authenticator {
    ports: Ports,
}

/// Why there is no caller.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticationError {
    /// Malformed, unknown, expired, revoked or wrong: the caller is not told which.
    #[error("the token opens nothing")]
    Refused,
    /// The store could not say.
    #[error("the token could not be looked up")]
    Store(#[from] StoreError),
}

impl Authenticator {
    /// Over these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The caller of a token. A malformed one costs no query.
    pub async fn caller(&self, presented: &str) -> Result<Caller, AuthenticationError> {
        let (id, digest) = token::parse(presented).ok_or(AuthenticationError::Refused)?;
        let key = self.ports.registry.key(id).await?.ok_or(AuthenticationError::Refused)?;
        if !key.secret_digest.matches(&digest) || !key.is_usable(self.ports.clock.now()) {
            return Err(AuthenticationError::Refused);
        }
        Ok(Caller { workspace: key.workspace, key: key.id, user: key.user, scopes: key.scopes })
    }
}
