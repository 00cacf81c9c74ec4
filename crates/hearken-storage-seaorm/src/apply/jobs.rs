//! Writes of jobs: made, leased, settled under their lease, driven again.
//!
//! A queued job can be had when its `due_at` has come. That of a running one is the end of its lease: after it the job is
//! taken back, as a suspect.

use hearken_domain::{
    ids::{JobId, LeaseToken, WorkspaceId},
    job::{
        Job, JobLane, JobMove, JobNext, JobNote, JobRecord, JobState, LeaseTerms, LeasedJob, LostLeases, MAX_CRASHES,
        Rank, Share, Step,
    },
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, FromQueryResult, QueryFilter, Statement,
    Value,
    sea_query::{CaseStatement, Expr, ExprTrait, SimpleExpr},
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

/// Leases due jobs, a share of each workspace. On PostgreSQL rows that another process is leasing are passed over.
pub(crate) async fn lease(
    db: &DatabaseTransaction,
    lane: JobLane,
    wanted: &[Share],
    terms: LeaseTerms,
) -> Result<Vec<LeasedJob>, Failure> {
    let mut leased = Vec::new();
    for Share { workspace, most, newest } in wanted {
        let of = (lane, *workspace);
        let mut rows = match Ord::min(*newest, *most) {
            0 => Vec::new(),
            newest => chosen(db, (of, terms), (newest_live(), newest)).await?,
        };
        let left = most.saturating_sub(u16::try_from(rows.len()).unwrap_or(*most));
        if left > 0 {
            rows.extend(chosen(db, (of, terms), (in_turn(), left)).await?);
        }
        let mut ours = rows.iter().map(rows::job::leased_from_row).collect::<Result<Vec<_>, _>>()?;
        // What an UPDATE returns is in no order.
        ours.sort_by_key(|leased| (leased.job.rank, leased.job.run_at, leased.job.id));
        leased.extend(ours);
    }
    Ok(leased)
}

/// The due jobs of one rank, a seek in the index.
fn due(rank: Rank, order: &str) -> String {
    format!(
        "SELECT id FROM jobs WHERE state = 'queued' AND lane = $5 AND workspace_id = $4 AND rank = '{rank}' \
         AND due_at <= $6 ORDER BY {order} LIMIT $7 {{skip}}"
    )
}

/// The newest that nothing was done for.
fn newest_live() -> String {
    format!("SELECT id FROM ({}) newest", due(Rank::Live, "due_at DESC, id DESC"))
}

/// A rank is only looked at when those before it are not enough.
fn in_turn() -> String {
    let of = |rank: &Rank| format!("SELECT id FROM ({}) {rank}", due(*rank, "due_at, id"));
    format!("SELECT id FROM ({}) ranks LIMIT $7", Rank::ALL.iter().map(of).collect::<Vec<_>>().join(" UNION ALL "))
}

/// Leases at most so many of the jobs that this statement chooses. They are chosen first and once: a sub-select beside
/// the update may be run again, past its limit.
async fn chosen(
    db: &DatabaseTransaction,
    ((lane, workspace), terms): ((JobLane, WorkspaceId), LeaseTerms),
    (choice, most): (String, u16),
) -> Result<Vec<jobs::Model>, Failure> {
    let lease = format!(
        "WITH due AS {{once}} (SELECT id AS due_id FROM ({choice}) chosen) UPDATE jobs SET state = 'running', \
         attempt = attempt + 1, token = $1, process = $2, due_at = $3 \
         FROM due WHERE workspace_id = $4 AND id = due_id RETURNING *"
    );
    let backend = db.get_database_backend();
    let mut sql = in_dialect(&lease, backend);
    // Known defect, for the fault tests: attempts are not counted.
    if is_armed("defect::attempts_not_counted") {
        sql = sql.replace("attempt = attempt + 1, ", "");
    }
    let values = [
        key(terms.token).into(),
        key(terms.process).into(),
        terms.until.unix_millis().into(),
        key(workspace).into(),
        lane.as_str().into(),
        terms.now.unix_millis().into(),
        i64::from(most).into(),
    ];
    let rows = jobs::Model::find_by_statement(Statement::from_sql_and_values(backend, sql, values)).all(db).await?;
    for _ in &rows {
        crash_point("crash::job.leased");
    }
    Ok(rows)
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
        let is_snoozed = matches!(to, JobNext::Snoozed { .. });
        // Known defect, for the fault tests: waiting counts.
        if is_snoozed && !is_armed("defect::snooze_counted") {
            change.attempt = Set(i64::from(*attempt) - 1);
        }
        let mut update = jobs::Entity::update_many().set(change);
        if !is_snoozed {
            update = update.col_expr(Column::Lane, own_lane());
        }
        if matches!(to, JobNext::Again { .. }) {
            update = update.col_expr(Column::Rank, begun());
        }
        let mut update = update.filter(Column::WorkspaceId.eq(workspace)).filter(Column::Id.eq(key(*id)));
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

/// The lane of a job that is no suspect.
fn own_lane() -> SimpleExpr {
    let listens = Expr::col(Column::Step).eq(Step::Transcribe.as_str());
    CaseStatement::new().case(listens, JobLane::Speech.as_str()).finally(JobLane::Quick.as_str()).into()
}

/// The rank of a job that was begun.
fn begun() -> SimpleExpr {
    let is_live = Expr::col(Column::Rank).is_in([Rank::Live, Rank::LiveBegun].map(Rank::as_str));
    CaseStatement::new().case(is_live, Rank::LiveBegun.as_str()).finally(Rank::BackfillBegun.as_str()).into()
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

/// Takes jobs back whose processes died: what [`after_death`](hearken_domain::job::after_death) says, in SQL. One that
/// is being settled or taken back at this moment is passed over.
pub(crate) async fn end_leases(
    db: &DatabaseTransaction,
    lost: LostLeases,
    now: Timestamp,
) -> Result<Vec<JobRecord>, Failure> {
    const SUSPECTED: &str = "CASE WHEN lane IN ('speech', 'quick') THEN 0 ELSE 1 END";
    let mut values: Vec<Value> = vec![now.unix_millis().into()];
    let is_lost = match lost {
        LostLeases::RunOut => "due_at <= $1",
        LostLeases::OfOthers(process) => {
            values.push(key(process).into());
            "process <> $2"
        }
    };
    let lost = format!(
        "WITH lost AS {{once}} (SELECT workspace_id AS lost_of, id AS lost_id FROM jobs \
         WHERE state = 'running' AND {is_lost} {{skip}}) \
         UPDATE jobs SET state = 'queued', run_at = $1, due_at = $1, token = NULL, process = NULL, \
         crashes = crashes + {SUSPECTED}, \
         lane = CASE step WHEN 'transcribe' THEN 'speech' ELSE 'quick' END || \
         CASE WHEN crashes + {SUSPECTED} = {MAX_CRASHES} - 1 THEN '_alone' ELSE '_suspect' END \
         FROM lost WHERE workspace_id = lost_of AND id = lost_id RETURNING *"
    );
    let backend = db.get_database_backend();
    let mut sql = in_dialect(&lost, backend);
    // Known defect, for the fault tests: crashes are not counted.
    if is_armed("defect::crashes_not_counted") {
        sql = sql.replace("THEN 0 ELSE 1 END", "THEN 0 ELSE 0 END");
    }
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let rows = jobs::Model::find_by_statement(statement).all(db).await?;
    Ok(rows.iter().map(rows::job::record_from_row).collect::<Result<_, _>>()?)
}
