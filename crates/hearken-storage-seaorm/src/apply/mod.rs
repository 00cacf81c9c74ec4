//! A changeset as statements, in an order that foreign keys allow and that is the same for everybody, so that two
//! commits wait for each other instead of locking each other out.
//!
//! A conflict is never an error of the database, which PostgreSQL would not forgive the rest of the transaction: every
//! insert says `ON CONFLICT DO NOTHING`, every change names what it expects, and the number of rows tells.

pub(crate) mod access;
pub(crate) mod claims;
pub(crate) mod deliveries;
mod directory;
mod engagement;
pub(crate) mod jobs;
mod outbox;
mod results;
mod tags;
mod webhooks;
mod workflows;

use hearken_domain::{changeset::Changeset, time::Timestamp};
use sea_orm::{DatabaseTransaction, DbErr, EntityTrait, InsertMany, IntoActiveModel, sea_query::OnConflict};

use crate::{
    columns::key,
    error::{Failure, Refusal},
    faults::crash_point,
    order,
};

/// The most rows of one statement: the widest table times this stays below SQLite's 32,766 parameters.
const ROWS_A_STATEMENT: usize = 500;

/// Applies a changeset, and gives the moment that nothing in it is earlier than. On an error the caller must roll back.
pub(crate) async fn commit(db: &DatabaseTransaction, changeset: &mut Changeset) -> Result<Timestamp, Failure> {
    let first = order::take_a_place(db, changeset).await?;
    let changeset = &*changeset;
    let Changeset {
        workspace,
        moments: _,
        new_workspace,
        new_users,
        changed_users,
        new_keys,
        revoked_keys,
        new_companies,
        new_contacts,
        new_engagement,
        changed_engagements,
        upload_moves,
        settlement,
        new_tags,
        changed_tags,
        replaced_tags,
        new_endpoints,
        changed_endpoints,
        endpoint_health,
        new_workflows,
        changed_workflows,
        new_runs,
        results,
        job_moves,
        revived_jobs,
        jobs,
        events,
        new_deliveries,
        delivery_moves,
        resends,
    } = changeset;
    let tenant = *workspace;
    let workspace = key(tenant);

    crash_point("crash::commit.begun");
    if let Some(new_workspace) = new_workspace {
        access::insert_workspace(db, new_workspace).await?;
    }
    directory::write_users(db, &workspace, new_users, changed_users).await?;
    access::insert_keys(db, &workspace, new_keys).await?;
    access::revoke_keys(db, &workspace, revoked_keys).await?;
    // The one conflict that is part of ordinary traffic comes before whatever would be done in vain.
    if let Some(new_engagement) = new_engagement {
        engagement::insert(db, &workspace, new_engagement).await?;
    }
    directory::insert_companies(db, &workspace, new_companies).await?;
    directory::insert_contacts(db, &workspace, new_contacts).await?;
    if let Some(new_engagement) = new_engagement {
        engagement::insert_parts(db, &workspace, new_engagement).await?;
        crash_point("crash::commit.engagement-inserted");
    }
    let changed = engagement::change(db, &workspace, changed_engagements).await;
    changed.map_err(|failure| if begins_with_a_change(changeset) { failure.before_anything() } else { failure })?;
    outbox::move_uploads(db, &workspace, upload_moves).await?;
    crash_point("crash::commit.uploads-moved");
    if let Some(settlement) = settlement {
        claims::settle(db, &workspace, settlement).await?;
        crash_point("crash::commit.claim-settled");
    }
    crash_point("crash::commit.steps");
    // Leases first: what comes after one that was lost is done in vain.
    jobs::settle(db, &workspace, job_moves).await?;
    deliveries::settle(db, &workspace, delivery_moves).await?;
    tags::insert_new(db, &workspace, new_tags).await?;
    tags::change(db, &workspace, changed_tags).await?;
    tags::replace(db, &workspace, replaced_tags).await?;
    results::insert(db, &workspace, results).await?;
    crash_point("crash::commit.results-inserted");
    webhooks::insert_new(db, &workspace, new_endpoints).await?;
    webhooks::change(db, &workspace, changed_endpoints).await?;
    webhooks::note_health(db, &workspace, endpoint_health).await?;
    workflows::insert_new(db, &workspace, new_workflows).await?;
    workflows::change(db, &workspace, changed_workflows).await?;
    workflows::insert_runs(db, &workspace, new_runs).await?;
    jobs::revive(db, &workspace, revived_jobs).await?;
    jobs::insert(db, &workspace, jobs).await?;
    outbox::insert_events(db, &workspace, events).await?;
    crash_point("crash::commit.events-inserted");
    deliveries::fan_out(db, &workspace, events).await?;
    deliveries::insert_new(db, tenant, new_deliveries).await?;
    deliveries::resend(db, &workspace, resends).await?;
    Ok(first)
}

/// Whether the change of one engagement is the first statement of a write, as it is of every step that settles: when it
/// is refused, nothing was written.
fn begins_with_a_change(changeset: &Changeset) -> bool {
    let makes_people = !(changeset.new_users.is_empty()
        && changeset.changed_users.is_empty()
        && changeset.new_companies.is_empty()
        && changeset.new_contacts.is_empty());
    let makes_access =
        changeset.new_workspace.is_some() || !(changeset.new_keys.is_empty() && changeset.revoked_keys.is_empty());
    changeset.changed_engagements.len() == 1 && changeset.new_engagement.is_none() && !makes_people && !makes_access
}

/// Inserts what does not conflict with anything, and tells how many rows that was.
async fn insert<E>(db: &DatabaseTransaction, rows: Vec<E::Model>) -> Result<u64, DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let mut inserted = 0;
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let keep_what_is_there = OnConflict::new().do_nothing().to_owned();
        let statement = InsertMany::<E::ActiveModel>::many(rows.by_ref().take(ROWS_A_STATEMENT));
        inserted += statement.on_conflict(keep_what_is_there).exec_without_returning(db).await?;
    }
    Ok(inserted)
}

/// Inserts every row, or refuses when one conflicts with another.
async fn insert_all<E>(db: &DatabaseTransaction, rows: Vec<E::Model>, refusal: Refusal) -> Result<(), Failure>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let wanted = rows.len();
    let inserted = insert::<E>(db, rows).await?;
    if usize::try_from(inserted) == Ok(wanted) { Ok(()) } else { Err(refusal.into()) }
}

/// Refuses when a change that names one row touched none.
fn must_touch(rows: u64, refusal: Refusal) -> Result<(), Failure> {
    if rows == 0 { Err(refusal.into()) } else { Ok(()) }
}
