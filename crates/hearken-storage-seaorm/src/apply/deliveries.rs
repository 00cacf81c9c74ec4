//! Writes of deliveries: made with their events, leased, settled under their lease, sent again.

use std::collections::HashMap;

use hearken_domain::{
    delivery::{
        Attempt, DeliveryLane, DeliveryMove, DeliveryNext, DeliveryState, Destination, LeasedDelivery, NewDelivery,
        Resend,
    },
    event::Event,
    ids::{ProcessId, WorkspaceId},
    job::LeaseTerms,
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
    Statement, Value,
    sea_query::{Expr, ExprTrait},
};

use super::{insert, insert_all, jobs::in_dialect, must_touch};
use crate::{
    columns::key,
    error::{Failure, Refusal},
    faults::{crash_point, is_armed},
    rows,
    schema::{
        automation::{deliveries, deliveries::Column, delivery_attempts},
        work::events,
    },
};

/// Makes the delivery of each event for each endpoint that wants it: one statement, and no look before it.
pub(super) async fn fan_out(db: &DatabaseTransaction, workspace: &str, new: &[Event]) -> Result<(), Failure> {
    const FAN_OUT: &str = "INSERT INTO deliveries (workspace_id, id, lane, state, event_id, event_type, endpoint_id, \
        attempt, due_at, created_at) \
        SELECT v.workspace_id, substr(v.id, 1, 22) || substr(e.id, 23, 4), 'whep_' || e.id, 'PENDING', v.id, v.kind, \
        e.id, 0, $2, v.created_at FROM webhook_endpoints e JOIN events v ON v.workspace_id = e.workspace_id \
        WHERE e.workspace_id = $1 AND e.enabled AND e.deleted_at IS NULL \
        AND (e.event_types = '' OR e.event_types LIKE '% ' || v.kind || ' %') AND v.id IN ";
    // Known defect, for the fault tests: subscribers are forgotten.
    if is_armed("defect::no_fan_out") {
        return Ok(());
    }
    let Some(due) = new.iter().map(Event::due_at).min() else { return Ok(()) };
    let places: Vec<String> = (3..new.len() + 3).map(|place| format!("${place}")).collect();
    let sql = format!("{FAN_OUT}({})", places.join(", "));
    let ids = new.iter().map(|event| Value::from(key(event.id)));
    let values = [Value::from(workspace), Value::from(due.unix_millis())].into_iter().chain(ids);
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    Ok(())
}

/// Inserts deliveries beside those of events. A second recap for an engagement and a recipient is left out.
pub(super) async fn insert_new(
    db: &DatabaseTransaction,
    workspace: WorkspaceId,
    new: &[NewDelivery],
) -> Result<(), Failure> {
    let is_mail = |new: &&NewDelivery| matches!(new.destination, Destination::Email { .. });
    let (mails, calls): (Vec<&NewDelivery>, Vec<&NewDelivery>) = new.iter().partition(is_mail);
    let rows = |new: Vec<&NewDelivery>| new.into_iter().map(|new| rows::delivery::to_row(workspace, new)).collect();
    insert_all::<deliveries::Entity>(db, rows(calls), Refusal::Exists).await?;
    insert::<deliveries::Entity>(db, rows(mails)).await?;
    Ok(())
}

/// Leases due deliveries, so many of each lane. On PostgreSQL rows that another process is leasing are passed over.
pub(crate) async fn lease(
    db: &DatabaseTransaction,
    wanted: &[(DeliveryLane, u16)],
    terms: LeaseTerms,
) -> Result<Vec<LeasedDelivery>, Failure> {
    const LEASE: &str = "WITH due AS {once} (SELECT workspace_id AS due_workspace, id AS due_id FROM deliveries \
        WHERE lane = $4 AND due_at <= $5 ORDER BY due_at, workspace_id, id LIMIT $6 {skip}) \
        UPDATE deliveries SET attempt = attempt + 1, token = $1, process = $2, due_at = $3 \
        FROM due WHERE workspace_id = due_workspace AND id = due_id RETURNING *";
    let backend = db.get_database_backend();
    let sql = in_dialect(LEASE, backend);
    let mut leased = Vec::new();
    for (lane, most) in wanted {
        let values = [
            key(terms.token).into(),
            key(terms.process).into(),
            terms.until.unix_millis().into(),
            lane.0.as_str().into(),
            terms.now.unix_millis().into(),
            i64::from(*most).into(),
        ];
        let statement = Statement::from_sql_and_values(backend, &sql, values);
        leased.extend(deliveries::Model::find_by_statement(statement).all(db).await?);
    }
    if !leased.is_empty() {
        crash_point("crash::delivery.leased");
    }
    let mut payloads = payloads(db, &leased).await?;
    let mut whole = Vec::with_capacity(leased.len());
    for row in &leased {
        let event = payloads.remove(&(row.workspace_id.clone(), row.id.clone()));
        whole.push(rows::delivery::leased_from_row(row, event)?);
    }
    Ok(whole)
}

/// The bytes of the events whose deliveries have none of their own, by delivery.
async fn payloads(
    db: &DatabaseTransaction,
    leased: &[deliveries::Model],
) -> Result<HashMap<(String, String), Vec<u8>>, Failure> {
    let mut by_workspace: HashMap<&str, Vec<&deliveries::Model>> = HashMap::new();
    for row in leased.iter().filter(|row| row.payload.is_none()) {
        by_workspace.entry(&row.workspace_id).or_default().push(row);
    }
    let mut payloads = HashMap::new();
    for (workspace, rows) in by_workspace {
        let found: Vec<(String, Vec<u8>)> = events::Entity::find()
            .select_only()
            .column(events::Column::Id)
            .column(events::Column::Payload)
            .filter(events::Column::WorkspaceId.eq(workspace))
            .filter(events::Column::Id.is_in(rows.iter().map(|row| row.event_id.as_str())))
            .into_tuple()
            .all(db)
            .await?;
        let by_event: HashMap<String, Vec<u8>> = found.into_iter().collect();
        for row in rows {
            if let Some(payload) = by_event.get(&row.event_id) {
                payloads.insert((row.workspace_id.clone(), row.id.clone()), payload.clone());
            }
        }
    }
    Ok(payloads)
}

/// Settles attempts that are still the token's.
pub(super) async fn settle(db: &DatabaseTransaction, workspace: &str, moves: &[DeliveryMove]) -> Result<(), Failure> {
    for DeliveryMove { id, token, attempt, to } in moves {
        crash_point("crash::delivery.settling");
        let id = key(*id);
        let mut change = deliveries::ActiveModel { token: Set(None), process: Set(None), ..Default::default() };
        let (state, due, settled) = match to {
            DeliveryNext::Delivered { at } => (DeliveryState::Delivered, None, Some(*at)),
            DeliveryNext::Again { at } => (DeliveryState::Pending, Some(*at), None),
            DeliveryNext::Failed { at } => (DeliveryState::Failed, None, Some(*at)),
        };
        change.state = Set(state.as_str().to_owned());
        change.due_at = Set(due.map(Timestamp::unix_millis));
        change.settled_at = Set(settled.map(Timestamp::unix_millis));
        let mut update = deliveries::Entity::update_many()
            .set(change)
            .filter(Column::WorkspaceId.eq(workspace))
            .filter(Column::Id.eq(&id));
        // Known defect, for the fault tests: whoever lost the lease goes on.
        if !is_armed("defect::no_delivery_fence") {
            update = update.filter(Column::Token.eq(key(*token)));
        }
        if attempt.is_none() {
            update = update.col_expr(Column::Attempt, Expr::col(Column::Attempt).sub(1));
        }
        must_touch(update.exec(db).await?.rows_affected, Refusal::LeaseLost)?;
        if let Some(attempt) = attempt {
            append(db, (workspace, &id), attempt).await?;
        }
    }
    Ok(())
}

async fn append(db: &DatabaseTransaction, (workspace, id): (&str, &str), attempt: &Attempt) -> Result<(), Failure> {
    let last: Option<Option<i64>> = delivery_attempts::Entity::find()
        .select_only()
        .column_as(delivery_attempts::Column::Position.max(), "last")
        .filter(delivery_attempts::Column::WorkspaceId.eq(workspace))
        .filter(delivery_attempts::Column::DeliveryId.eq(id))
        .into_tuple()
        .one(db)
        .await?;
    let position = last.flatten().map_or(0, |last| last + 1);
    let row = rows::delivery::attempt_to_row((workspace, id), position, attempt);
    insert_all::<delivery_attempts::Entity>(db, vec![row], Refusal::LeaseLost).await
}

/// Begins another round, unless an attempt is under way.
pub(super) async fn resend(db: &DatabaseTransaction, workspace: &str, resends: &[Resend]) -> Result<(), Failure> {
    for Resend { id, at } in resends {
        let change = deliveries::ActiveModel {
            state: Set(DeliveryState::Pending.as_str().to_owned()),
            attempt: Set(0),
            due_at: Set(Some(at.unix_millis())),
            settled_at: Set(None),
            ..Default::default()
        };
        let result = deliveries::Entity::update_many()
            .set(change)
            .filter(Column::WorkspaceId.eq(workspace))
            .filter(Column::Id.eq(key(*id)))
            .filter(Column::Token.is_null())
            .exec(db)
            .await?;
        must_touch(result.rows_affected, Refusal::Stale)?;
    }
    Ok(())
}

/// Ends the leases that other processes hold on deliveries.
pub(crate) async fn end_leases_of_others(
    db: &DatabaseTransaction,
    process: ProcessId,
    now: Timestamp,
) -> Result<(), Failure> {
    deliveries::Entity::update_many()
        .col_expr(Column::DueAt, Expr::value(now.unix_millis()))
        .filter(Column::DueAt.is_not_null())
        .filter(Column::Token.is_not_null())
        .filter(Expr::col(Column::Process).ne(key(process)))
        .exec(db)
        .await?;
    Ok(())
}
