//! Writes of uploads that change their state, and of events.

use hearken_domain::{
    event::Event,
    upload::{UploadMove, UploadState},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};

use super::{insert_all, must_touch};
use crate::{
    columns::key,
    error::{Failure, Refusal},
    rows,
    schema::work::{events, uploads},
};

/// Moves uploads that are in the state named, by compare-and-set.
pub(super) async fn move_uploads(
    db: &DatabaseTransaction,
    workspace: &str,
    moves: &[UploadMove],
) -> Result<(), Failure> {
    for UploadMove { id, from, to } in moves {
        let row = Condition::all()
            .add(uploads::Column::Id.eq(key(*id)))
            .add(uploads::Column::WorkspaceId.eq(workspace))
            .add(uploads::Column::State.eq(from.as_str()));
        let touched = match to {
            Some(to) => set_state(db, row, *to).await?,
            None => uploads::Entity::delete_many().filter(row).exec(db).await?.rows_affected,
        };
        must_touch(touched, Refusal::LeaseLost)?;
    }
    Ok(())
}

async fn set_state(db: &DatabaseTransaction, row: Condition, state: UploadState) -> Result<u64, DbErr> {
    let change = uploads::ActiveModel { state: Set(state.as_str().to_owned()), ..Default::default() };
    let result = uploads::Entity::update_many().set(change).filter(row).exec(db).await?;
    Ok(result.rows_affected)
}

pub(super) async fn insert_events(db: &DatabaseTransaction, workspace: &str, new: &[Event]) -> Result<(), Failure> {
    let rows = new.iter().map(|event| rows::work::event_to_row(workspace, event)).collect();
    insert_all::<events::Entity>(db, rows, Refusal::Exists).await
}
