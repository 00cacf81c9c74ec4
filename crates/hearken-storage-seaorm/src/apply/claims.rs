//! Writes of claims. They save fetching a recording twice and decide nothing: that is the unique index's part.

use hearken_domain::{
    claim::{Claim, ClaimOutcome, Settlement},
    ids::{ProcessId, WorkspaceId},
    time::Timestamp,
    upload::UploadState,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, RuntimeErr,
    sea_query::OnConflict,
};

use super::{insert_all, must_touch};
use crate::{
    columns::{Place, key},
    error::{Failure, Refusal},
    faults::{crash_point, is_armed},
    schema::work::{claims, uploads},
};

/// How often a claim is tried when its holder vanishes between the attempt and the look at who that was.
const ATTEMPTS: usize = 3;

/// Takes a claim that nobody holds at the moment given, and makes the row of its upload.
pub(crate) async fn take(
    db: &DatabaseTransaction,
    workspace: WorkspaceId,
    claim: &Claim,
    now: Timestamp,
) -> Result<ClaimOutcome, Failure> {
    let workspace = key(workspace);
    for _ in 0..ATTEMPTS {
        if grant(db, &workspace, claim, now).await? {
            crash_point("crash::claim.granted");
            insert_upload(db, &workspace, claim).await?;
            crash_point("crash::claim.upload-inserted");
            return Ok(ClaimOutcome::Held);
        }
        if let Some(outcome) = holder(db, &workspace, claim).await? {
            return Ok(outcome);
        }
    }
    // Of the kind that passes: the same call may succeed soon.
    Err(DbErr::Conn(RuntimeErr::Internal("the claim kept changing hands".to_owned())).into())
}

async fn grant(db: &DatabaseTransaction, workspace: &str, claim: &Claim, now: Timestamp) -> Result<bool, Failure> {
    let row = claims::Model {
        workspace_id: workspace.to_owned(),
        external_id: claim.external_id.as_str().to_owned(),
        token: key(claim.token),
        process: key(claim.process),
        until: claim.until.unix_millis(),
    };
    let when_run_out = OnConflict::columns([claims::Column::WorkspaceId, claims::Column::ExternalId])
        .update_columns([claims::Column::Token, claims::Column::Process, claims::Column::Until])
        .action_and_where(claims::Column::Until.lte(now.unix_millis()))
        .to_owned();
    let rows = claims::Entity::insert(claims::ActiveModel::from(row))
        .on_conflict(when_run_out)
        .exec_without_returning(db)
        .await?;
    Ok(rows == 1)
}

async fn holder(db: &DatabaseTransaction, workspace: &str, claim: &Claim) -> Result<Option<ClaimOutcome>, Failure> {
    let row = claims::Entity::find()
        .filter(claims::Column::WorkspaceId.eq(workspace))
        .filter(claims::Column::ExternalId.eq(claim.external_id.as_str()))
        .one(db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let place = Place { table: "claims", row: &row.external_id };
    let process = place.id("process", &row.process)?;
    Ok(Some(ClaimOutcome::Busy { process, until: place.time("until", row.until)? }))
}

async fn insert_upload(db: &DatabaseTransaction, workspace: &str, claim: &Claim) -> Result<(), Failure> {
    let row = uploads::Model {
        id: key(claim.upload),
        workspace_id: workspace.to_owned(),
        state: UploadState::Pending.as_str().to_owned(),
        process: key(claim.process),
        expires_at: claim.upload_expires_at.unix_millis(),
    };
    insert_all::<uploads::Entity>(db, vec![row], Refusal::Exists).await
}

/// Makes a lease run longer, unless it is no longer the token's.
pub(crate) async fn renew(
    db: &DatabaseTransaction,
    workspace: WorkspaceId,
    held: &Settlement,
    until: Timestamp,
) -> Result<bool, Failure> {
    let change = claims::ActiveModel { until: Set(until.unix_millis()), ..Default::default() };
    let result = claims::Entity::update_many()
        .set(change)
        .filter(claims::Column::WorkspaceId.eq(key(workspace)))
        .filter(claims::Column::ExternalId.eq(held.external_id.as_str()))
        .filter(claims::Column::Token.eq(key(held.token)))
        .exec(db)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Drops other processes' claims and lets their pending uploads expire.
pub(crate) async fn abandon_others(
    db: &DatabaseTransaction,
    process: ProcessId,
    now: Timestamp,
) -> Result<(), Failure> {
    let process = key(process);
    claims::Entity::delete_many().filter(claims::Column::Process.ne(&process)).exec(db).await?;
    let change = uploads::ActiveModel { expires_at: Set(now.unix_millis()), ..Default::default() };
    uploads::Entity::update_many()
        .set(change)
        .filter(uploads::Column::State.eq(UploadState::Pending.as_str()))
        .filter(uploads::Column::Process.ne(&process))
        .filter(uploads::Column::ExpiresAt.gt(now.unix_millis()))
        .exec(db)
        .await?;
    Ok(())
}

/// Drops the claim that a changeset settles.
pub(super) async fn settle(db: &DatabaseTransaction, workspace: &str, settlement: &Settlement) -> Result<(), Failure> {
    let Settlement { external_id, token } = settlement;
    let result = claims::Entity::delete_many()
        .filter(claims::Column::WorkspaceId.eq(workspace))
        .filter(claims::Column::ExternalId.eq(external_id.as_str()))
        .filter(claims::Column::Token.eq(key(*token)))
        .exec(db)
        .await?;
    // Known defect, for the fault tests: whoever lost the lease goes on.
    if is_armed("defect::no_fence") {
        return Ok(());
    }
    must_touch(result.rows_affected, Refusal::LeaseLost)
}
