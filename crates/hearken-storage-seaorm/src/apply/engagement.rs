//! Writes of engagements. The unique index on workspace and external id is the only judge of "once".

use hearken_domain::{
    changeset::{Change, NewEngagement},
    engagement::Engagement,
    text::ExternalId,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect,
};

use super::{insert as insert_rows, insert_all, must_touch};
use crate::{
    columns::{Place, count, key},
    error::{Failure, Refusal},
    faults::is_armed,
    rows,
    schema::engagement::{engagements, participants, timelines, transcripts},
};

/// Inserts the engagement itself; its parts follow once the people they name exist.
pub(super) async fn insert(db: &DatabaseTransaction, workspace: &str, new: &NewEngagement) -> Result<(), Failure> {
    let row = rows::engagement::to_row(workspace, &new.engagement);
    // Known defect, for the fault tests: the look before was the judge, and whoever loses the race meets an error.
    if is_armed("defect::check_then_insert") {
        engagements::Entity::insert(engagements::ActiveModel::from(row)).exec_without_returning(db).await?;
        return Ok(());
    }
    if insert_rows::<engagements::Entity>(db, vec![row]).await? == 1 {
        return Ok(());
    }
    Err(refusal_of(db, workspace, &new.engagement.external_id).await?.into())
}

/// Either the external id was taken, and by whom, or only the id was.
async fn refusal_of(db: &DatabaseTransaction, workspace: &str, external_id: &ExternalId) -> Result<Refusal, Failure> {
    let winner: Option<String> = engagements::Entity::find()
        .select_only()
        .column(engagements::Column::Id)
        .filter(engagements::Column::WorkspaceId.eq(workspace))
        .filter(engagements::Column::ExternalId.eq(external_id.as_str()))
        .into_tuple()
        .one(db)
        .await?;
    match winner {
        Some(id) => Ok(Refusal::KeyTaken(Place { table: "engagements", row: &id }.id("id", &id)?)),
        None => Ok(Refusal::Exists),
    }
}

/// Inserts what was made with the engagement.
pub(super) async fn insert_parts(
    db: &DatabaseTransaction,
    workspace: &str,
    new: &NewEngagement,
) -> Result<(), Failure> {
    let NewEngagement { engagement, participants, timeline, transcript } = new;
    let id = key(engagement.id);
    let to_row = |participant| rows::engagement::participant_to_row(workspace, &id, participant);
    let participant_rows = participants.iter().enumerate().map(to_row).collect();
    insert_all::<participants::Entity>(db, participant_rows, Refusal::Exists).await?;
    if let Some(timeline) = timeline {
        let row = rows::timeline::to_row(workspace, &id, timeline);
        insert_all::<timelines::Entity>(db, vec![row], Refusal::Exists).await?;
    }
    if let Some(text) = transcript {
        let row = transcripts::Model { workspace_id: workspace.to_owned(), engagement_id: id, text: text.clone() };
        insert_all::<transcripts::Entity>(db, vec![row], Refusal::Exists).await?;
    }
    Ok(())
}

/// Changes engagements that still have the version that was read.
pub(super) async fn change(
    db: &DatabaseTransaction,
    workspace: &str,
    changes: &[Change<Engagement>],
) -> Result<(), Failure> {
    for Change { row: engagement, expected } in changes {
        let mut model = rows::engagement::to_row(workspace, engagement);
        let id = std::mem::take(&mut model.id);
        model.version = count(expected + 1);
        let mut row = engagements::ActiveModel::from(model).reset_all();
        row.workspace_id = NotSet;
        row.id = NotSet;
        let mut update = engagements::Entity::update_many()
            .set(row)
            .filter(engagements::Column::WorkspaceId.eq(workspace))
            .filter(engagements::Column::Id.eq(id));
        // Known defect, for the fault tests: whoever writes last is right.
        if !is_armed("defect::last_write_wins") {
            update = update.filter(engagements::Column::Version.eq(count(*expected)));
        }
        must_touch(update.exec(db).await?.rows_affected, Refusal::Stale)?;
    }
    Ok(())
}
