//! Reads of jobs and events.

use hearken_domain::{
    event::KeptEvent,
    ids::{EngagementId, EventId, WorkspaceId},
    job::Job,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Reads;
use crate::{
    columns::key,
    error::Fault,
    rows,
    schema::work::{events, jobs},
};

impl Reads {
    pub(crate) async fn jobs(&self, workspace: WorkspaceId, engagement: EngagementId) -> Result<Vec<Job>, Fault> {
        let found = jobs::Entity::find()
            .filter(jobs::Column::WorkspaceId.eq(key(workspace)))
            .filter(jobs::Column::EngagementId.eq(key(engagement)))
            .order_by_asc(jobs::Column::Id)
            .all(&self.db)
            .await?;
        Ok(found.iter().map(rows::job::job_from_row).collect::<Result<_, _>>()?)
    }

    pub(crate) async fn events(
        &self,
        workspace: WorkspaceId,
        after: Option<EventId>,
        limit: u16,
    ) -> Result<Vec<KeptEvent>, Fault> {
        let rows = Condition::all()
            .add(events::Column::WorkspaceId.eq(key(workspace)))
            .add_option(after.map(|id| events::Column::Id.gt(key(id))));
        let found = events::Entity::find()
            .filter(rows)
            .order_by_asc(events::Column::Id)
            .limit(u64::from(limit))
            .all(&self.db)
            .await?;
        Ok(found.into_iter().map(rows::work::event_from_row).collect::<Result<_, _>>()?)
    }
}
