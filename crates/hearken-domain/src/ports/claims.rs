//! The port of claims.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    claim::{Claim, ClaimOutcome, Settlement},
    ids::{ProcessId, WorkspaceId},
    store_error::StoreError,
    time::Timestamp,
};

/// Leases on external ids.
///
/// What must hold: of any number of claims on one external id of a workspace at one time at most one is held; a lease
/// that has run out at `now` can be claimed by anybody; only the token's holder renews; a granted claim has made its
/// pending upload, and one that was not granted has made nothing.
#[async_trait]
pub trait Claims: Send + Sync {
    /// Asks for a claim.
    async fn claim(&self, workspace: WorkspaceId, claim: &Claim, now: Timestamp) -> Result<ClaimOutcome, StoreError>;

    /// Makes a lease run longer; `false` when it is no longer the token's.
    async fn renew(&self, workspace: WorkspaceId, held: &Settlement, until: Timestamp) -> Result<bool, StoreError>;

    /// Drops every claim of other processes and lets their pending uploads expire at `now`. Only for a process that
    /// knows itself to be the only one, when it starts.
    async fn abandon_others(&self, process: ProcessId, now: Timestamp) -> Result<(), StoreError>;
}

#[async_trait]
impl<P: Claims + ?Sized> Claims for Arc<P> {
    async fn claim(&self, workspace: WorkspaceId, claim: &Claim, now: Timestamp) -> Result<ClaimOutcome, StoreError> {
        (**self).claim(workspace, claim, now).await
    }

    async fn renew(&self, workspace: WorkspaceId, held: &Settlement, until: Timestamp) -> Result<bool, StoreError> {
        (**self).renew(workspace, held, until).await
    }

    async fn abandon_others(&self, process: ProcessId, now: Timestamp) -> Result<(), StoreError> {
        (**self).abandon_others(process, now).await
    }
}
