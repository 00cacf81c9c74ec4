//! Reads of the queues: who has something due, and what an operator sees.

use hearken_domain::{
    delivery::DeliveryLane,
    ids::{EngagementId, WorkspaceId},
    job::{JobLane, JobQuery, JobRecord, Rank},
    time::Timestamp,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement, Value,
    sea_query::{Expr, ExprTrait},
};

use super::Reads;
use crate::{
    columns::{Place, key},
    error::Fault,
    faults::is_armed,
    rows,
    schema::work::jobs::{Column, Entity},
};

impl Reads {
    /// Hops from workspace to workspace on the index, so that ten thousand jobs of one cost no more than one.
    pub(crate) async fn due_workspaces(
        &self,
        lane: JobLane,
        now: Timestamp,
        after: Option<WorkspaceId>,
        limit: u16,
    ) -> Result<Vec<WorkspaceId>, Fault> {
        const DUE: &str = "WITH RECURSIVE found (id) AS (\
            SELECT min(workspace_id) FROM jobs WHERE state = 'queued' AND lane = $1 AND workspace_id > $2 \
            UNION ALL SELECT (SELECT min(workspace_id) FROM jobs WHERE state = 'queued' AND lane = $1 \
            AND workspace_id > found.id) FROM found WHERE found.id IS NOT NULL) \
            SELECT id FROM found WHERE id IS NOT NULL AND EXISTS (SELECT 1 FROM jobs WHERE state = 'queued' \
            AND lane = $1 AND workspace_id = found.id AND rank IN ({ranks}) AND due_at <= $3) LIMIT $4";
        // Each rank is a seek of its own, whatever of the others waits for later.
        let ranks: Vec<String> = Rank::ALL.iter().map(|rank| format!("'{rank}'")).collect();
        let due = DUE.replace("{ranks}", &ranks.join(", "));
        // Known defect, for the fault tests: nobody takes turns.
        let (after, limit) = if is_armed("defect::no_turns") { (None, 1) } else { (after, limit) };
        let after = after.map(key).unwrap_or_default();
        let values = [lane.as_str().into(), after.into(), now.unix_millis().into(), i64::from(limit).into()];
        let names = self.names(&due, values).await?;
        let place = Place { table: "jobs", row: "due" };
        Ok(names.iter().map(|name| place.id("workspace_id", name)).collect::<Result<_, _>>()?)
    }

    /// Hops from lane to lane on the index.
    pub(crate) async fn due_lanes(
        &self,
        now: Timestamp,
        after: Option<&DeliveryLane>,
        limit: u16,
    ) -> Result<Vec<DeliveryLane>, Fault> {
        const DUE: &str = "WITH RECURSIVE found (lane) AS (\
            SELECT min(lane) FROM deliveries WHERE due_at IS NOT NULL AND lane > $1 \
            UNION ALL SELECT (SELECT min(lane) FROM deliveries WHERE due_at IS NOT NULL AND lane > found.lane) \
            FROM found WHERE found.lane IS NOT NULL) \
            SELECT lane FROM found WHERE lane IS NOT NULL AND EXISTS (SELECT 1 FROM deliveries \
            WHERE deliveries.lane = found.lane AND due_at <= $2) LIMIT $3";
        let after = after.map(|lane| lane.0.clone()).unwrap_or_default();
        let values = [after.into(), now.unix_millis().into(), i64::from(limit).into()];
        Ok(self.names(DUE, values).await?.into_iter().map(DeliveryLane).collect())
    }

    async fn names<const N: usize>(&self, sql: &str, values: [Value; N]) -> Result<Vec<String>, Fault> {
        let statement = Statement::from_sql_and_values(self.db.get_database_backend(), sql, values);
        let rows = self.db.query_all_raw(statement).await?;
        Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
    }

    pub(crate) async fn job_records(&self, query: &JobQuery) -> Result<Vec<JobRecord>, Fault> {
        let JobQuery { workspace, engagement, states, after, limit } = query;
        let behind = after.map(|(workspace, job)| {
            let row = [Column::WorkspaceId, Column::Id].map(Expr::col);
            Expr::tuple(row).gt(Expr::tuple([Expr::val(key(workspace)), Expr::val(key(job))]))
        });
        let wanted = (!states.is_empty()).then(|| Column::State.is_in(states.iter().map(|state| state.as_str())));
        let rows = Condition::all()
            .add_option(workspace.map(|id| Column::WorkspaceId.eq(key(id))))
            .add_option(engagement.map(|id| Column::EngagementId.eq(key(id))))
            .add_option(wanted)
            .add_option(behind);
        let found = Entity::find()
            .filter(rows)
            .order_by_asc(Column::WorkspaceId)
            .order_by_asc(Column::Id)
            .limit(u64::from(*limit))
            .all(&self.db)
            .await?;
        Ok(found.iter().map(rows::job::record_from_row).collect::<Result<_, _>>()?)
    }

    pub(crate) async fn jobs_of(
        &self,
        workspace: WorkspaceId,
        engagement: EngagementId,
    ) -> Result<Vec<JobRecord>, Fault> {
        let found = Entity::find()
            .filter(Column::WorkspaceId.eq(key(workspace)))
            .filter(Column::EngagementId.eq(key(engagement)))
            .order_by_asc(Column::Id)
            .all(&self.db)
            .await?;
        Ok(found.iter().map(rows::job::record_from_row).collect::<Result<_, _>>()?)
    }
}
