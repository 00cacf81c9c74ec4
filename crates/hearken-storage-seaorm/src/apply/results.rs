//! Writes of what steps found: one result for an engagement and a step.

use hearken_domain::{
    insight::Findings,
    result::{Output, Sentiments, StepResult},
    timeline::Timeline,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use super::{insert_all, tags};
use crate::{
    columns::key,
    error::{Failure, Refusal},
    rows,
    schema::{
        engagement::timelines,
        insight::{action_items, media_facts, signals, step_results},
    },
};

pub(super) async fn insert(db: &DatabaseTransaction, workspace: &str, results: &[StepResult]) -> Result<(), Failure> {
    for result in results {
        let StepResult { engagement, made_by, at, output } = result;
        let engagement = key(*engagement);
        let head = step_results::Model {
            workspace_id: workspace.to_owned(),
            engagement_id: engagement.clone(),
            step: output.step().as_str().to_owned(),
            made_by: made_by.clone(),
            created_at: at.unix_millis(),
        };
        insert_all::<step_results::Entity>(db, vec![head], Refusal::Exists).await?;
        match output {
            Output::Probed(facts) => {
                let row = rows::insight::facts_to_row(workspace, &engagement, facts);
                insert_all::<media_facts::Entity>(db, vec![row], Refusal::Exists).await?;
            }
            Output::Transcribed(timeline) => {
                insert_timeline(db, (workspace, &engagement), timeline.as_deref()).await?;
            }
            Output::Summarised(sentiments) => set_sentiments(db, (workspace, &engagement), sentiments).await?,
            Output::Tagged(ids) => tags::give(db, (workspace, &engagement), ids).await?,
            Output::Extracted(findings) => insert_findings(db, workspace, findings).await?,
            Output::Finished | Output::Automated => {}
        }
    }
    Ok(())
}

async fn insert_timeline(
    db: &DatabaseTransaction,
    (workspace, engagement): (&str, &str),
    timeline: Option<&Timeline>,
) -> Result<(), Failure> {
    let rows = timeline.iter().map(|timeline| rows::timeline::to_row(workspace, engagement, timeline)).collect();
    insert_all::<timelines::Entity>(db, rows, Refusal::Exists).await
}

/// Writes into the engagement's timeline how it felt, when it has one.
async fn set_sentiments(
    db: &DatabaseTransaction,
    (workspace, engagement): (&str, &str),
    sentiments: &Sentiments,
) -> Result<(), Failure> {
    let found = timelines::Entity::find()
        .filter(timelines::Column::WorkspaceId.eq(workspace))
        .filter(timelines::Column::EngagementId.eq(engagement))
        .one(db)
        .await?;
    let Some(row) = found else { return Ok(()) };
    let mut timeline = rows::timeline::from_row(row)?;
    timeline.overall_sentiment = sentiments.overall;
    for (speaker, sentiment) in timeline.speakers.iter_mut().zip(&sentiments.speakers) {
        speaker.sentiment = *sentiment;
    }
    let changed = timelines::ActiveModel::from(rows::timeline::to_row(workspace, engagement, &timeline)).reset_all();
    timelines::Entity::update_many()
        .set(changed)
        .filter(timelines::Column::WorkspaceId.eq(workspace))
        .filter(timelines::Column::EngagementId.eq(engagement))
        .exec(db)
        .await?;
    Ok(())
}

async fn insert_findings(db: &DatabaseTransaction, workspace: &str, findings: &Findings) -> Result<(), Failure> {
    let Findings { action_items, signals } = findings;
    let items = action_items.iter().enumerate().map(|item| rows::insight::action_item_to_row(workspace, item));
    insert_all::<action_items::Entity>(db, items.collect(), Refusal::Exists).await?;
    let signals = signals.iter().enumerate().map(|signal| rows::insight::signal_to_row(workspace, signal));
    insert_all::<signals::Entity>(db, signals.collect(), Refusal::Exists).await
}
