//! Writes of jobs: made, leased, settled under their lease, driven again.
//!
//! A job can be had when its `due_at` has come: a queued job's moment, or the end of a running job's lease.

use hearken_domain::{
    ids::{JobId, LeaseToken, ProcessId, WorkspaceId},
    job::{Job, JobLane, JobMove, JobNext, JobNote, JobState, LeaseTerms, LeasedJob},
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, FromQueryResult, QueryFilter, Statement,
    sea_query::{Expr, ExprTrait},
};

use super::{insert_all, must_touch};
use crate::{
    columns::key,
    error::{Failure, Refusal},
    faults::{crash_point, is_armed},
    rows,
    schema::work::{jobs, jobs::Column},
};

pub(super) async fn insert(db: &DatabaseTransaction, workspace: &str, new: &[Job]) -> Result<(), Failure> {
    let rows = new.iter().map(|job| rows::job::to_row(workspace, job)).collect();
    insert_all::<jobs::Entity>(db, rows, Refusal::Exists).await
}

/// Leases due jobs, so many of each workspace. On PostgreSQL rows that another process is leasing are passed over.
pub(crate) async fn lease(
    db: &DatabaseTransaction,
    lane: JobLane,
    wanted: &[(WorkspaceId, u16)],
    terms: LeaseTerms,
) -> Result<Vec<LeasedJob>, Failure> {
    // The rows are chosen first and once: a sub-select beside the update may be run again, past its limit.
    const LEASE: &str = "WITH due AS {once} (SELECT id AS due_id FROM jobs WHERE lane = $5 AND workspace_id = $4 \
        AND due_at <= $6 ORDER BY due_at, id LIMIT $7 {skip}) \
        UPDATE jobs SET state = 'running', attempt = attempt + 1, token = $1, process = $2, \
        due_at = $3, crashes = crashes + CASE WHEN state = 'running' THEN 1 ELSE 0 END \
        FROM due WHERE workspace_id = $4 AND id = due_id RETURNING *";
    let backend = db.get_database_backend();
    let mut sql = in_dialect(LEASE, backend);
    // Known defects, for the fault tests: nobody counts.
    if is_armed("defect::attempts_not_counted") {
        sql = sql.replace("attempt = attempt + 1, ", "");
    }
    if is_armed("defect::crashes_not_counted") {
        sql = sql.replace("THEN 1 ELSE", "THEN 0 ELSE");
    }
    let mut leased = Vec::new();
    for (workspace, most) in wanted {
        let values = [
            key(terms.token).into(),
            key(terms.process).into(),
            terms.until.unix_millis().into(),
            key(*workspace).into(),
            lane.as_str().into(),
            terms.now.unix_millis().into(),
            i64::from(*most).into(),
        ];
        let statement = Statement::from_sql_and_values(backend, &sql, values);
        let mut rows = jobs::Model::find_by_statement(statement).all(db).await?;
        // What an UPDATE returns is in no order.
        rows.sort_by(|a, b| (a.run_at, &a.id).cmp(&(b.run_at, &b.id)));
        for row in &rows {
            leased.push(rows::job::leased_from_row(row)?);
            crash_point("crash::job.leased");
        }
    }
    Ok(leased)
}

/// What lets processes lease beside each other: SQLite has one writer and no such words.
pub(super) fn in_dialect(lease: &str, backend: DbBackend) -> String {
    let skip = if backend == DbBackend::Postgres { "FOR UPDATE SKIP LOCKED" } else { "" };
    lease.replace("{once}", "MATERIALIZED").replace("{skip}", skip)
}

/// Makes a lease run longer, unless it is no longer the token's.
pub(crate) async fn renew(
    db: &DatabaseTransaction,
    workspace: WorkspaceId,
    (id, token): (JobId, LeaseToken),
    until: Timestamp,
) -> Result<bool, Failure> {
    let change = jobs::ActiveModel { due_at: Set(Some(until.unix_millis())), ..Default::default() };
    let result = jobs::Entity::update_many()
        .set(change)
        .filter(Column::WorkspaceId.eq(key(workspace)))
        .filter(Column::Id.eq(key(id)))
        .filter(Column::Token.eq(key(token)))
        .filter(Column::State.eq(JobState::Running.as_str()))
        .exec(db)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Settles attempts that are still the token's.
pub(super) async fn settle(db: &DatabaseTransaction, workspace: &str, moves: &[JobMove]) -> Result<(), Failure> {
    for JobMove { id, token, attempt, to } in moves {
        crash_point("crash::job.settling");
        let mut change = jobs::ActiveModel { token: Set(None), process: Set(None), ..Default::default() };
        let (state, due, note) = match to {
            JobNext::Done => (JobState::Done, None, None),
            JobNext::Again { at, note } | JobNext::Snoozed { at, note } => (JobState::Queued, Some(*at), note.as_ref()),
            JobNext::Dead { note } => (JobState::Dead, None, Some(note)),
        };
        change.state = Set(state.as_str().to_owned());
        change.due_at = Set(due.map(Timestamp::unix_millis));
        if let Some(due) = due {
            change.run_at = Set(due.unix_millis());
        }
        set_note(&mut change, note);
        // Known defect, for the fault tests: waiting counts.
        if matches!(to, JobNext::Snoozed { .. }) && !is_armed("defect::snooze_counted") {
            change.attempt = Set(i64::from(*attempt) - 1);
        }
        let mut update = jobs::Entity::update_many()
            .set(change)
            .filter(Column::WorkspaceId.eq(workspace))
            .filter(Column::Id.eq(key(*id)));
        // Known defect, for the fault tests: whoever lost the lease goes on.
        if !is_armed("defect::no_job_fence") {
            update = update
                .filter(Column::Token.eq(key(*token)))
                .filter(Column::Attempt.eq(i64::from(*attempt)))
                .filter(Column::State.eq(JobState::Running.as_str()));
        }
        must_touch(update.exec(db).await?.rows_affected, Refusal::LeaseLost)?;
        crash_point("crash::job.settled");
    }
    Ok(())
}

fn set_note(change: &mut jobs::ActiveModel, note: Option<&JobNote>) {
    change.note_code = Set(note.map(|note| note.code.clone()));
    change.note_message = Set(note.map(|note| note.message.clone()));
}

/// Queues dead jobs again, as if they were new.
pub(super) async fn revive(
    db: &DatabaseTransaction,
    workspace: &str,
    revived: &[(JobId, Timestamp)],
) -> Result<(), Failure> {
    for (id, at) in revived {
        let mut change = jobs::ActiveModel {
            state: Set(JobState::Queued.as_str().to_owned()),
            attempt: Set(0),
            crashes: Set(0),
            run_at: Set(at.unix_millis()),
            due_at: Set(Some(at.unix_millis())),
            ..Default::default()
        };
        set_note(&mut change, None);
        let result = jobs::Entity::update_many()
            .set(change)
            .filter(Column::WorkspaceId.eq(workspace))
            .filter(Column::Id.eq(key(*id)))
            .filter(Column::State.eq(JobState::Dead.as_str()))
            .exec(db)
            .await?;
        must_touch(result.rows_affected, Refusal::Stale)?;
    }
    Ok(())
}

/// Ends the leases that other processes hold on jobs.
pub(crate) async fn end_leases_of_others(
    db: &DatabaseTransaction,
    process: ProcessId,
    now: Timestamp,
) -> Result<(), Failure> {
    jobs::Entity::update_many()
        .col_expr(Column::DueAt, Expr::value(now.unix_millis()))
        .filter(Column::DueAt.is_not_null())
        .filter(Column::State.eq(JobState::Running.as_str()))
        .filter(Expr::col(Column::Process).ne(key(process)))
        .exec(db)
        .await?;
    Ok(())
}
