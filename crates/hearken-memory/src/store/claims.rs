//! Leases on external ids.

use async_trait::async_trait;
use hearken_domain::{
    changeset::CommitError,
    claim::{Claim, ClaimOutcome, Settlement},
    ids::{ProcessId, WorkspaceId},
    ports::Claims,
    store_error::{StoreError, StoreErrorKind},
    time::Timestamp,
    upload::{Upload, UploadState},
};

use super::{
    MemoryStore, no_such_workspace,
    state::{Lease, Tenant},
};

#[async_trait]
impl Claims for MemoryStore {
    async fn claim(&self, workspace: WorkspaceId, claim: &Claim, now: Timestamp) -> Result<ClaimOutcome, StoreError> {
        let mut state = self.lock();
        let tenant = state.tenants.get_mut(&workspace).ok_or_else(no_such_workspace)?;
        match tenant.claims.get(&claim.external_id) {
            Some(held) if now < held.until => Ok(ClaimOutcome::Busy { process: held.process, until: held.until }),
            _ => grant(tenant, claim),
        }
    }

    async fn renew(&self, workspace: WorkspaceId, held: &Settlement, until: Timestamp) -> Result<bool, StoreError> {
        let mut state = self.lock();
        let lease = state.tenants.get_mut(&workspace).and_then(|tenant| tenant.claims.get_mut(&held.external_id));
        Ok(match lease {
            Some(lease) if lease.token == held.token => {
                lease.until = until;
                true
            }
            _ => false,
        })
    }

    async fn abandon_others(&self, process: ProcessId, now: Timestamp) -> Result<(), StoreError> {
        self.lock().tenants.values_mut().for_each(|tenant| abandon(tenant, process, now));
        Ok(())
    }
}

/// The lease and the pending upload, both or none.
fn grant(tenant: &mut Tenant, claim: &Claim) -> Result<ClaimOutcome, StoreError> {
    let Claim { external_id, token, process, until, upload, upload_expires_at } = claim.clone();
    if tenant.uploads.contains_key(&upload) {
        return Err(StoreError::new(StoreErrorKind::Broken, CommitError::Exists));
    }
    let workspace = tenant.workspace.id;
    let pending = Upload { id: upload, workspace, state: UploadState::Pending, expires_at: upload_expires_at };
    tenant.uploads.insert(upload, pending);
    tenant.claims.insert(external_id, Lease { token, process, until, upload });
    Ok(ClaimOutcome::Held)
}

fn abandon(tenant: &mut Tenant, process: ProcessId, now: Timestamp) {
    let Tenant { claims, uploads, .. } = tenant;
    claims.retain(|_, lease| {
        let stays = lease.process == process;
        if let Some(upload) = uploads.get_mut(&lease.upload)
            && upload.state == UploadState::Pending
            && !stays
        {
            upload.expires_at = now;
        }
        stays
    });
}
