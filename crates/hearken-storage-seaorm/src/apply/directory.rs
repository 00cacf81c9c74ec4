//! Writes of users, contacts and companies.
//!
//! Handles and domains are inserted in the order of their values: two commits that meet on several of them then meet on
//! the first, and one waits.

use hearken_domain::{
    changeset::Change,
    directory::{Company, Contact, User},
};
use sea_orm::{ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use super::{insert, insert_all, must_touch};
use crate::{
    columns::{count, key},
    error::{Failure, Refusal},
    faults::is_armed,
    rows::people,
    schema::people::{companies, company_domains, contact_handles, contacts, user_handles, users},
};

/// Changes and makes users. All the handles come last, so that one user may take over what another gives up.
pub(super) async fn write_users(
    db: &DatabaseTransaction,
    workspace: &str,
    new: &[User],
    changed: &[Change<User>],
) -> Result<(), Failure> {
    for change in changed {
        change_user(db, workspace, change).await?;
    }
    let rows = new.iter().map(|user| people::user_to_row(workspace, user, user.version)).collect();
    insert_all::<users::Entity>(db, rows, Refusal::Exists).await?;
    let mut handles: Vec<user_handles::Model> = changed
        .iter()
        .map(|change| &change.row)
        .chain(new)
        .flat_map(|user| people::user_handles_to_rows(workspace, user))
        .collect();
    handles.sort_by(|a, b| a.value.cmp(&b.value));
    insert_all::<user_handles::Entity>(db, handles, Refusal::Exists).await
}

/// Changes the row of a user and drops the handles.
async fn change_user(db: &DatabaseTransaction, workspace: &str, change: &Change<User>) -> Result<(), Failure> {
    let Change { row: user, expected } = change;
    let id = key(user.id);
    let mut row = users::ActiveModel::from(people::user_to_row(workspace, user, expected + 1)).reset_all();
    row.workspace_id = NotSet;
    row.id = NotSet;
    let result = users::Entity::update_many()
        .set(row)
        .filter(users::Column::WorkspaceId.eq(workspace))
        .filter(users::Column::Id.eq(&id))
        .filter(users::Column::Version.eq(count(*expected)))
        .exec(db)
        .await?;
    must_touch(result.rows_affected, Refusal::Stale)?;
    user_handles::Entity::delete_many()
        .filter(user_handles::Column::WorkspaceId.eq(workspace))
        .filter(user_handles::Column::UserId.eq(&id))
        .exec(db)
        .await?;
    Ok(())
}

pub(super) async fn insert_companies(
    db: &DatabaseTransaction,
    workspace: &str,
    new: &[Company],
) -> Result<(), Failure> {
    let rows = new.iter().map(|company| people::company_to_row(workspace, company)).collect();
    insert_all::<companies::Entity>(db, rows, Refusal::Exists).await?;
    let mut domains: Vec<company_domains::Model> =
        new.iter().flat_map(|company| people::domains_to_rows(workspace, company)).collect();
    domains.sort_by(|a, b| a.domain.cmp(&b.domain));
    insert_all::<company_domains::Entity>(db, domains, Refusal::Stale).await
}

pub(super) async fn insert_contacts(db: &DatabaseTransaction, workspace: &str, new: &[Contact]) -> Result<(), Failure> {
    let rows = new.iter().map(|contact| people::contact_to_row(workspace, contact)).collect();
    insert_all::<contacts::Entity>(db, rows, Refusal::Exists).await?;
    let mut handles: Vec<contact_handles::Model> =
        new.iter().flat_map(|contact| people::contact_handles_to_rows(workspace, contact)).collect();
    handles.sort_by(|a, b| a.value.cmp(&b.value));
    // Known defect, for the fault tests: somebody else's contact got the address meanwhile, and nobody minds.
    if is_armed("defect::accepts_stale") {
        return insert::<contact_handles::Entity>(db, handles).await.map(drop).map_err(Failure::from);
    }
    insert_all::<contact_handles::Entity>(db, handles, Refusal::Stale).await
}
