//! Reads of engagements and of what was made with them.

use std::collections::HashMap;

use hearken_domain::{
    engagement::{Engagement, ResolvedParticipant},
    ids::{EngagementId, WorkspaceId},
    query::{EngagementQuery, Page},
    text::ExternalId,
    timeline::Transcripts,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, sea_query::SelectStatement,
};

use super::{
    Reads,
    drive::{self, Candidate},
    list,
};
use crate::{
    columns::{key, keys},
    error::Fault,
    faults::is_armed,
    rows,
    schema::engagement::{engagements, participants, timelines, transcripts},
};

impl Reads {
    pub(crate) async fn engagement(
        &self,
        workspace: WorkspaceId,
        id: EngagementId,
    ) -> Result<Option<Engagement>, Fault> {
        // Known defect, for the fault tests: anybody's.
        if is_armed("defect::no_tenant_filter") {
            let row = engagements::Entity::find().filter(engagements::Column::Id.eq(key(id))).one(&self.db).await?;
            return Ok(row.map(rows::engagement::from_row).transpose()?);
        }
        let row = engagements::Entity::find()
            .filter(engagements::Column::WorkspaceId.eq(key(workspace)))
            .filter(engagements::Column::Id.eq(key(id)))
            .one(&self.db)
            .await?;
        Ok(row.map(rows::engagement::from_row).transpose()?)
    }

    pub(crate) async fn engagement_by_external_id(
        &self,
        workspace: WorkspaceId,
        external_id: &ExternalId,
    ) -> Result<Option<Engagement>, Fault> {
        let row = engagements::Entity::find()
            .filter(engagements::Column::WorkspaceId.eq(key(workspace)))
            .filter(engagements::Column::ExternalId.eq(external_id.as_str()))
            .one(&self.db)
            .await?;
        Ok(row.map(rows::engagement::from_row).transpose()?)
    }

    pub(crate) async fn page(
        &self,
        workspace: WorkspaceId,
        query: &EngagementQuery,
    ) -> Result<Page<Engagement>, Fault> {
        let query = &self.engagements_in_order(workspace, query).await?;
        let mut rows = self.listed(&key(workspace), query).await?;
        let has_more = rows.len() > usize::from(query.limit);
        rows.truncate(usize::from(query.limit));
        let items = rows.into_iter().map(rows::engagement::from_row).collect::<Result<_, _>>()?;
        Ok(Page { items, has_more })
    }

    async fn listed(&self, workspace: &str, query: &EngagementQuery) -> Result<Vec<engagements::Model>, DbErr> {
        if drive::is_ordered(query) {
            return list::select(workspace, query).all(&self.db).await;
        }
        let backend = self.db.get_database_backend();
        if backend != DbBackend::Sqlite {
            return list::select(workspace, query).all(&self.wide).await;
        }
        match self.rarest(drive::candidates(workspace, query)).await? {
            Some(ids) => {
                let rows = backend.build(&drive::driven(workspace, query, ids));
                engagements::Entity::find().from_raw_sql(rows).all(&self.db).await
            }
            None => list::checked(workspace, query).all(&self.wide).await,
        }
    }

    /// The ids of the filter that the fewest rows meet, where those are few.
    async fn rarest(&self, candidates: Vec<Candidate>) -> Result<Option<SelectStatement>, DbErr> {
        if candidates.is_empty() {
            return Ok(None);
        }
        let Some(row) = self.db.query_one(&drive::counts(&candidates)).await? else { return Ok(None) };
        let mut rarest = (drive::FEW, None);
        for (index, candidate) in candidates.into_iter().enumerate() {
            let count = u64::try_from(row.try_get_by_index::<i64>(index)?).unwrap_or(drive::FEW);
            if count < rarest.0 {
                rarest = (count, Some(candidate.ids));
            }
        }
        Ok(rarest.1)
    }

    pub(crate) async fn participants(
        &self,
        workspace: WorkspaceId,
        ids: &[EngagementId],
    ) -> Result<Vec<Vec<ResolvedParticipant>>, Fault> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let found = participants::Entity::find()
            .filter(participants::Column::WorkspaceId.eq(key(workspace)))
            .filter(participants::Column::EngagementId.is_in(keys(ids)))
            .order_by_asc(participants::Column::EngagementId)
            .order_by_asc(participants::Column::Position)
            .all(&self.db)
            .await?;
        let mut by_engagement: HashMap<String, Vec<ResolvedParticipant>> = HashMap::new();
        for row in found {
            let engagement = row.engagement_id.clone();
            by_engagement.entry(engagement).or_default().push(rows::engagement::participant_from_row(row)?);
        }
        Ok(ids.iter().map(|id| by_engagement.get(&key(*id)).cloned().unwrap_or_default()).collect())
    }

    pub(crate) async fn transcripts(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Transcripts, Fault> {
        let (workspace, id) = (key(workspace), key(id));
        let timeline = timelines::Entity::find()
            .filter(timelines::Column::WorkspaceId.eq(&workspace))
            .filter(timelines::Column::EngagementId.eq(&id))
            .one(&self.db)
            .await?;
        let supplied = transcripts::Entity::find()
            .filter(transcripts::Column::WorkspaceId.eq(&workspace))
            .filter(transcripts::Column::EngagementId.eq(&id))
            .one(&self.db)
            .await?;
        Ok(Transcripts {
            timeline: timeline.map(rows::timeline::from_row).transpose()?,
            supplied: supplied.map(|row| row.text),
        })
    }
}
