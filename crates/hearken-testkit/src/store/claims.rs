//! Leases on external ids: at most one holder at a time.

use futures_util::future::join_all;
use hearken_domain::{
    claim::{Claim, ClaimOutcome, Settlement},
    ids::{ProcessId, WorkspaceId},
    time::Timestamp,
    upload::{Upload, UploadState},
};

use crate::{
    Stores,
    fixture::{a_claim, a_workspace, at, claimed, claims_stay, claims_vanish, new_id, settling},
};

/// A granted claim has made its pending upload.
pub async fn a_granted_claim_has_made_its_pending_upload(stores: &Stores) {
    let _stay = claims_stay().await;
    let tenant = a_workspace(stores).await;
    let claim = claimed(stores, tenant, a_claim("e")).await;
    let upload = stores.uploads.by_id(tenant.workspace, claim.upload).await.expect("the store answers");
    let expected = Upload {
        id: claim.upload,
        workspace: tenant.workspace,
        state: UploadState::Pending,
        expires_at: claim.upload_expires_at,
    };
    assert_eq!(upload, Some(expected));
}

/// A claim that was not granted names the holder, and has made nothing.
pub async fn a_claim_that_was_not_granted_has_made_nothing(stores: &Stores) {
    let _stay = claims_stay().await;
    let tenant = a_workspace(stores).await;
    let holder = claimed(stores, tenant, a_claim("e")).await;
    let late = a_claim("e");
    let answer = claim_at(stores, tenant.workspace, &late, at(1)).await;
    assert_eq!(answer, ClaimOutcome::Busy { process: holder.process, until: holder.until });
    assert_eq!(stores.uploads.by_id(tenant.workspace, late.upload).await.expect("the store answers"), None);
    assert!(!renew(stores, tenant.workspace, &settling(&late), at(1)).await, "the refused claim holds the lease");
    assert!(renew(stores, tenant.workspace, &settling(&holder), holder.until).await, "the holder lost the lease");
}

/// A lease that has run out at `now` can be claimed by anybody, and not before; the taker then holds it.
pub async fn a_lease_that_has_run_out_is_taken_over(stores: &Stores) {
    let _stay = claims_stay().await;
    let tenant = a_workspace(stores).await;
    let slow = claimed(stores, tenant, Claim { until: at(1000), ..a_claim("e") }).await;
    let taker = Claim { until: at(9000), ..a_claim("e") };
    let early = claim_at(stores, tenant.workspace, &taker, at(999)).await;
    assert_eq!(early, ClaimOutcome::Busy { process: slow.process, until: slow.until });
    assert_eq!(claim_at(stores, tenant.workspace, &taker, at(1001)).await, ClaimOutcome::Held);
    let third = claim_at(stores, tenant.workspace, &a_claim("e"), at(1002)).await;
    assert_eq!(third, ClaimOutcome::Busy { process: taker.process, until: taker.until });
    assert!(!renew(stores, tenant.workspace, &settling(&slow), at(9999)).await, "the slow one renewed what it lost");
    let theirs = stores.uploads.by_id(tenant.workspace, slow.upload).await.expect("the store answers");
    assert_eq!(theirs.map(|upload| upload.state), Some(UploadState::Pending), "the loser's upload waits for its time");
}

/// Only the token's holder renews; a renewed lease runs longer.
pub async fn only_the_tokens_holder_renews(stores: &Stores) {
    let _stay = claims_stay().await;
    let tenant = a_workspace(stores).await;
    let claim = claimed(stores, tenant, Claim { until: at(1000), ..a_claim("e") }).await;
    let other_token = Settlement { token: new_id(), ..settling(&claim) };
    assert!(!renew(stores, tenant.workspace, &other_token, at(9000)).await, "another token renewed it");
    assert!(!renew(stores, tenant.workspace, &settling(&a_claim("free")), at(9000)).await, "nothing was renewed");
    assert!(renew(stores, tenant.workspace, &settling(&claim), at(5000)).await, "its own token did not renew it");
    let rival = claim_at(stores, tenant.workspace, &a_claim("e"), at(2000)).await;
    assert_eq!(rival, ClaimOutcome::Busy { process: claim.process, until: at(5000) });
}

/// Of 32 claims at one time on one external id exactly one is held, and exactly one pending upload was made.
pub async fn of_many_claims_at_one_time_exactly_one_is_held(stores: &Stores) {
    let _stay = claims_stay().await;
    let tenant = a_workspace(stores).await;
    assert_one_is_held(stores, tenant.workspace, at(0)).await;
}

/// Of 32 takeovers at one time exactly one is held.
pub async fn of_many_takeovers_at_one_time_exactly_one_is_held(stores: &Stores) {
    let _stay = claims_stay().await;
    let tenant = a_workspace(stores).await;
    claimed(stores, tenant, Claim { until: at(10), ..a_claim("contended") }).await;
    assert_one_is_held(stores, tenant.workspace, at(20)).await;
}

/// Claims on external ids that differ, or in other workspaces, do not hinder each other.
pub async fn other_external_ids_and_workspaces_do_not_hinder(stores: &Stores) {
    let _stay = claims_stay().await;
    let (one, other) = (a_workspace(stores).await, a_workspace(stores).await);
    for name in ["e", "E", "e "] {
        claimed(stores, one, a_claim(name)).await;
    }
    claimed(stores, other, a_claim("e")).await;
}

/// `abandon_others` drops every claim of other processes and lets their pending uploads expire; its own stay.
pub async fn other_processes_claims_can_be_abandoned(stores: &Stores) {
    let _vanish = claims_vanish().await;
    let (one, other) = (a_workspace(stores).await, a_workspace(stores).await);
    let survivor: ProcessId = new_id();
    let own = claimed(stores, one, Claim { process: survivor, ..a_claim("own") }).await;
    let dead =
        [(one, claimed(stores, one, a_claim("dead")).await), (other, claimed(stores, other, a_claim("dead")).await)];
    stores.claims.abandon_others(survivor, at(100)).await.expect("the store answers");
    let expired = stores.uploads.expired(at(200), u16::MAX).await.expect("the store answers");
    for (tenant, claim) in dead {
        assert!(expired.iter().any(|upload| upload.id == claim.upload), "an abandoned upload does not expire");
        assert!(!renew(stores, tenant.workspace, &settling(&claim), at(9000)).await, "the dead one still holds it");
        assert_eq!(claim_at(stores, tenant.workspace, &a_claim("dead"), at(101)).await, ClaimOutcome::Held);
    }
    assert!(expired.iter().all(|upload| upload.id != own.upload), "the survivor's upload expired");
    assert!(renew(stores, one.workspace, &settling(&own), at(9000)).await, "the survivor lost its claim");
}

async fn assert_one_is_held(stores: &Stores, workspace: WorkspaceId, now: Timestamp) {
    let rivals: Vec<Claim> = (0..32).map(|_| a_claim("contended")).collect();
    let answers = join_all(rivals.iter().map(|rival| stores.claims.claim(workspace, rival, now))).await;
    let answers: Vec<ClaimOutcome> = answers.into_iter().map(|answer| answer.expect("the store answers")).collect();
    let held: Vec<&Claim> = rivals
        .iter()
        .zip(&answers)
        .filter(|(_, answer)| **answer == ClaimOutcome::Held)
        .map(|(rival, _)| rival)
        .collect();
    assert_eq!(held.len(), 1, "{answers:?}");
    for rival in &rivals {
        let upload = stores.uploads.by_id(workspace, rival.upload).await.expect("the store answers");
        assert_eq!(upload.is_some(), rival.token == held[0].token, "only the granted claim makes an upload");
    }
}

async fn claim_at(stores: &Stores, workspace: WorkspaceId, claim: &Claim, now: Timestamp) -> ClaimOutcome {
    stores.claims.claim(workspace, claim, now).await.expect("the store answers")
}

async fn renew(stores: &Stores, workspace: WorkspaceId, held: &Settlement, until: Timestamp) -> bool {
    stores.claims.renew(workspace, held, until).await.expect("the store answers")
}
