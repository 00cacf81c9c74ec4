//! Settlements need the lease's token, and uploads move by compare-and-set.

use futures_util::future::join_all;
use hearken_domain::{
    changeset::{Changeset, CommitError},
    claim::{Claim, ClaimOutcome, Settlement},
    ids::{UploadId, WorkspaceId},
    upload::{UploadMove, UploadState},
};

use crate::{
    Stores,
    fixture::{a_claim, a_workspace, an_engagement, at, claimed, claims_stay, commit, creating, new_id, settling},
};

/// A settlement whose token is not the holder's is [`CommitError::LeaseLost`], and the claim stays held.
pub async fn a_settlement_with_another_token_is_refused(stores: &Stores) {
    let _stay = claims_stay().await;
    let tenant = a_workspace(stores).await;
    let claim = claimed(stores, tenant, a_claim("held")).await;
    let other = Settlement { token: new_id(), ..settling(&claim) };
    let engagement = an_engagement(tenant, "held");
    let changeset = Changeset { settlement: Some(other), ..creating(engagement.clone()) };
    assert_refused!(stores.store.commit(changeset).await, CommitError::LeaseLost);
    assert_eq!(stores.store.by_id(tenant.workspace, engagement.id).await.expect("the store answers"), None);
    let again = stores.claims.claim(tenant.workspace, &a_claim("held"), at(1)).await.expect("the store answers");
    assert_eq!(again, ClaimOutcome::Busy { process: claim.process, until: claim.until });
}

/// A settlement of a claim that nobody holds is [`CommitError::LeaseLost`].
pub async fn a_settlement_of_no_claim_is_refused(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let answer = stores.store.commit(settlement_of(tenant.workspace, &a_claim("free"))).await;
    assert_refused!(answer, CommitError::LeaseLost);
}

/// Who lost a claim to a takeover cannot settle it any more; who took it over can.
pub async fn a_settlement_after_a_takeover_is_refused(stores: &Stores) {
    let _stay = claims_stay().await;
    let tenant = a_workspace(stores).await;
    let slow = claimed(stores, tenant, a_claim("e")).await;
    let taker = Claim { until: at(200_000), ..a_claim("e") };
    let later = at(100_000);
    let taken = stores.claims.claim(tenant.workspace, &taker, later).await.expect("the store answers");
    assert_eq!(taken, ClaimOutcome::Held);
    assert_refused!(stores.store.commit(settlement_of(tenant.workspace, &slow)).await, CommitError::LeaseLost);
    commit(stores, settlement_of(tenant.workspace, &taker)).await;
}

/// A settlement drops the claim: the external id can be claimed at once, and settling twice is refused.
pub async fn a_settlement_drops_the_claim(stores: &Stores) {
    let _stay = claims_stay().await;
    let tenant = a_workspace(stores).await;
    let claim = claimed(stores, tenant, a_claim("e")).await;
    commit(stores, settlement_of(tenant.workspace, &claim)).await;
    assert_refused!(stores.store.commit(settlement_of(tenant.workspace, &claim)).await, CommitError::LeaseLost);
    let again = stores.claims.claim(tenant.workspace, &a_claim("e"), at(1)).await.expect("the store answers");
    assert_eq!(again, ClaimOutcome::Held);
}

/// A lease that ran out but that nobody took over is still its holder's: a commit settles it.
pub async fn a_lease_that_nobody_took_over_still_settles(stores: &Stores) {
    let _stay = claims_stay().await;
    let tenant = a_workspace(stores).await;
    let claim = claimed(stores, tenant, Claim { until: at(1), ..a_claim("e") }).await;
    commit(stores, settlement_of(tenant.workspace, &claim)).await;
}

/// An upload that is not in the expected state is [`CommitError::LeaseLost`], and does not move.
pub async fn an_upload_moves_only_from_the_expected_state(stores: &Stores) {
    let _stay = claims_stay().await;
    let tenant = a_workspace(stores).await;
    let upload = claimed(stores, tenant, a_claim("e")).await.upload;
    for (from, to) in [
        (UploadState::Live, Some(UploadState::Deleting)),
        (UploadState::Deleting, None),
        (UploadState::Deleting, Some(UploadState::Live)),
    ] {
        let answer = stores.store.commit(moving(tenant.workspace, UploadMove { id: upload, from, to })).await;
        assert_refused!(answer, CommitError::LeaseLost);
        assert_eq!(state_of(stores, tenant.workspace, upload).await, Some(UploadState::Pending));
    }
    let unknown = UploadMove { id: new_id(), from: UploadState::Pending, to: Some(UploadState::Live) };
    assert_refused!(stores.store.commit(moving(tenant.workspace, unknown)).await, CommitError::LeaseLost);
}

/// Pending → live stays; pending → deleting → gone leaves no row.
pub async fn an_upload_goes_live_or_goes_away(stores: &Stores) {
    let _stay = claims_stay().await;
    let tenant = a_workspace(stores).await;
    let kept = claimed(stores, tenant, a_claim("kept")).await.upload;
    let go_live = UploadMove { id: kept, from: UploadState::Pending, to: Some(UploadState::Live) };
    commit(stores, moving(tenant.workspace, go_live)).await;
    assert_eq!(state_of(stores, tenant.workspace, kept).await, Some(UploadState::Live));

    let dropped = claimed(stores, tenant, a_claim("dropped")).await.upload;
    let give_up = UploadMove { id: dropped, from: UploadState::Pending, to: Some(UploadState::Deleting) };
    commit(stores, moving(tenant.workspace, give_up)).await;
    assert_eq!(state_of(stores, tenant.workspace, dropped).await, Some(UploadState::Deleting));
    let remove = UploadMove { id: dropped, from: UploadState::Deleting, to: None };
    commit(stores, moving(tenant.workspace, remove)).await;
    assert_eq!(state_of(stores, tenant.workspace, dropped).await, None);
}

/// Of 16 moves of one pending upload at one time, half to live and half to deleting, exactly one happens.
pub async fn of_many_moves_of_one_upload_exactly_one_happens(stores: &Stores) {
    let _stay = claims_stay().await;
    let tenant = a_workspace(stores).await;
    let id = claimed(stores, tenant, a_claim("e")).await.upload;
    let ends = [UploadState::Live, UploadState::Deleting].into_iter().cycle().take(16);
    let moves: Vec<UploadMove> = ends.map(|to| UploadMove { id, from: UploadState::Pending, to: Some(to) }).collect();
    let answers = join_all(moves.iter().map(|it| stores.store.commit(moving(tenant.workspace, *it)))).await;
    let happened: Vec<_> = moves.iter().zip(&answers).filter(|(_, answer)| answer.is_ok()).collect();
    assert_eq!(happened.len(), 1, "{answers:?}");
    assert_eq!(state_of(stores, tenant.workspace, id).await, happened[0].0.to);
    for answer in answers.into_iter().filter(Result::is_err) {
        assert_refused!(answer, CommitError::LeaseLost);
    }
}

fn settlement_of(workspace: WorkspaceId, claim: &Claim) -> Changeset {
    Changeset { settlement: Some(settling(claim)), ..Changeset::new(workspace) }
}

fn moving(workspace: WorkspaceId, upload_move: UploadMove) -> Changeset {
    Changeset { upload_moves: vec![upload_move], ..Changeset::new(workspace) }
}

async fn state_of(stores: &Stores, workspace: WorkspaceId, upload: UploadId) -> Option<UploadState> {
    stores.uploads.by_id(workspace, upload).await.expect("the store answers").map(|upload| upload.state)
}
