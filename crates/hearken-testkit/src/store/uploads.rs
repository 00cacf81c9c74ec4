//! Uploads that are to be removed.

use hearken_domain::{
    changeset::Changeset,
    claim::Claim,
    ids::UploadId,
    time::Timestamp,
    upload::{UploadMove, UploadState},
};

use crate::{
    Stores,
    fixture::{Tenant, a_claim, a_workspace, at, claimed, claims_stay, commit},
};

/// `expired` lists pending uploads whose time ran out, and every deleting one; never a live one, nor one with time
/// left.
pub async fn expired_uploads_are_overdue_pending_ones_and_deleting_ones(stores: &Stores) {
    let _stay = claims_stay().await;
    let tenant = a_workspace(stores).await;
    let overdue = an_upload(stores, tenant, "overdue", at(2000)).await;
    let in_time = an_upload(stores, tenant, "in time", at(3000)).await;
    let live = an_upload(stores, tenant, "live", at(1000)).await;
    let deleting = an_upload(stores, tenant, "deleting", at(9000)).await;
    move_to(stores, tenant, live, UploadState::Live).await;
    move_to(stores, tenant, deleting, UploadState::Deleting).await;
    let ours = [overdue, in_time, live, deleting];
    let listed = stores.uploads.expired(at(2000), u16::MAX).await.expect("the store answers");
    let mut listed: Vec<_> = listed.into_iter().filter(|upload| ours.contains(&upload.id)).collect();
    listed.sort_by_key(|upload| upload.id);
    assert!(listed.iter().all(|upload| upload.workspace == tenant.workspace));
    let listed: Vec<_> = listed.into_iter().map(|upload| (upload.id, upload.state)).collect();
    assert_eq!(listed, [(overdue, UploadState::Pending), (deleting, UploadState::Deleting)]);
}

/// `expired` gives at most `limit` uploads.
pub async fn expired_uploads_are_limited(stores: &Stores) {
    let _stay = claims_stay().await;
    let tenant = a_workspace(stores).await;
    for name in ["1", "2", "3"] {
        an_upload(stores, tenant, name, at(1000)).await;
    }
    let listed = stores.uploads.expired(at(2000), 2).await.expect("the store answers");
    assert_eq!(listed.len(), 2);
}

/// An upload that is not there is not found.
pub async fn an_unknown_upload_is_not_found(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let found = stores.uploads.by_id(tenant.workspace, a_claim("e").upload).await.expect("the store answers");
    assert_eq!(found, None);
}

async fn an_upload(stores: &Stores, tenant: Tenant, name: &str, expires_at: Timestamp) -> UploadId {
    claimed(stores, tenant, Claim { upload_expires_at: expires_at, ..a_claim(name) }).await.upload
}

async fn move_to(stores: &Stores, tenant: Tenant, id: UploadId, to: UploadState) {
    let upload_move = UploadMove { id, from: UploadState::Pending, to: Some(to) };
    commit(stores, Changeset { upload_moves: vec![upload_move], ..Changeset::new(tenant.workspace) }).await;
}
