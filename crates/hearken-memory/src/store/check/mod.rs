//! Whether a changeset may be applied: every reason against it, before anything is changed.
//!
//! Where several reasons hold, the one that tells most comes first: a taken key names its winner.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    hash::Hash,
};

use hearken_domain::{
    access::ApiKey,
    changeset::{Change, Changeset, CommitError, NewEngagement, Revocation},
    claim::Settlement,
    directory::{Company, Contact, User},
    engagement::Engagement,
    event::Event,
    job::Job,
    store_error::{StoreError, StoreErrorKind},
    upload::{UploadMove, UploadState},
};

use super::state::{State, Tenant};

/// Makes a rule read as one sentence: refuse, when this holds, with that error.
macro_rules! refuse {
    ($reason:expr, $error:expr) => {
        if $reason {
            return Err($error);
        }
    };
}

/// A key opens one workspace, and is looked up without one: its id must be new in all of them.
pub(super) fn keys_are_new(state: &State, new: &[ApiKey]) -> Result<(), CommitError> {
    let known = |key: &ApiKey| state.tenants.values().any(|tenant| tenant.keys.contains_key(&key.id));
    refuse!(new.iter().any(known) || !each_once(new.iter().map(|key| key.id)), CommitError::Exists);
    Ok(())
}

/// Judges everything that belongs to the workspace.
pub(super) fn check(tenant: &Tenant, changeset: &Changeset) -> Result<(), CommitError> {
    let Changeset {
        workspace: _,
        new_workspace: _,
        new_users,
        changed_users,
        new_keys: _,
        revoked_keys,
        new_companies,
        new_contacts,
        new_engagement,
        changed_engagements,
        upload_moves,
        settlement,
        jobs,
        events,
    } = changeset;
    belongs_together(changeset)?;
    if let Some(new) = new_engagement {
        engagement_is_new(tenant, new)?;
    }
    engagements_are_unchanged(tenant, changed_engagements)?;
    if let Some(settlement) = settlement {
        lease_is_held(tenant, settlement)?;
    }
    uploads_are_as_expected(tenant, upload_moves)?;
    users_are_sound(tenant, new_users, changed_users)?;
    keys_are_in_force(tenant, revoked_keys)?;
    companies_are_new(tenant, new_companies)?;
    contacts_are_new(tenant, new_contacts)?;
    jobs_are_new(tenant, jobs)?;
    events_are_new(tenant, events)
}

/// A row that names another workspace than its changeset is a defect of the caller.
fn belongs_together(changeset: &Changeset) -> Result<(), CommitError> {
    let keys = changeset.new_keys.iter().map(|key| key.workspace);
    let engagement = changeset.new_engagement.iter().map(|new| new.engagement.workspace);
    let jobs = changeset.jobs.iter().map(|job| job.workspace);
    let events = changeset.events.iter().map(|event| event.workspace);
    let foreign = keys.chain(engagement).chain(jobs).chain(events).any(|workspace| workspace != changeset.workspace);
    let error = StoreError::new(StoreErrorKind::Broken, "a row of a changeset names another workspace");
    refuse!(foreign, CommitError::Store(error));
    Ok(())
}

fn engagement_is_new(tenant: &Tenant, new: &NewEngagement) -> Result<(), CommitError> {
    if let Some(winner) = tenant.by_external_id.get(&new.engagement.external_id) {
        return Err(CommitError::KeyTaken(*winner));
    }
    let timeline_known = new.timeline.as_ref().is_some_and(|timeline| tenant.timelines.contains(&timeline.id));
    refuse!(timeline_known || tenant.engagements.contains_key(&new.engagement.id), CommitError::Exists);
    Ok(())
}

fn engagements_are_unchanged(tenant: &Tenant, changed: &[Change<Engagement>]) -> Result<(), CommitError> {
    refuse!(!each_once(changed.iter().map(|change| change.row.id)), CommitError::Stale);
    for Change { row, expected } in changed {
        let stored = tenant.engagements.get(&row.id).ok_or(CommitError::Stale)?;
        refuse!(stored.engagement.version != *expected, CommitError::Stale);
        if let Some(other) = tenant.by_external_id.get(&row.external_id) {
            refuse!(*other != row.id, CommitError::KeyTaken(*other));
        }
    }
    Ok(())
}

fn lease_is_held(tenant: &Tenant, settlement: &Settlement) -> Result<(), CommitError> {
    let held = tenant.claims.get(&settlement.external_id).is_some_and(|lease| lease.token == settlement.token);
    refuse!(!held, CommitError::LeaseLost);
    Ok(())
}

/// One upload may move twice in a changeset: each move sees what the one before it did.
fn uploads_are_as_expected(tenant: &Tenant, moves: &[UploadMove]) -> Result<(), CommitError> {
    let mut moved: HashMap<_, Option<UploadState>> = HashMap::new();
    for UploadMove { id, from, to } in moves {
        let stored = || tenant.uploads.get(id).map(|upload| upload.state);
        let state = moved.get(id).copied().unwrap_or_else(stored);
        refuse!(state != Some(*from), CommitError::LeaseLost);
        moved.insert(*id, *to);
    }
    Ok(())
}

/// Judges the users as they would be afterwards, so an address may go from one to another in one write.
fn users_are_sound(tenant: &Tenant, new: &[User], changed: &[Change<User>]) -> Result<(), CommitError> {
    if new.is_empty() && changed.is_empty() {
        return Ok(());
    }
    refuse!(!each_once(changed.iter().map(|change| change.row.id)), CommitError::Stale);
    let mut users: BTreeMap<_, &User> = tenant.users.iter().map(|(id, user)| (*id, user)).collect();
    for Change { row, expected } in changed {
        let stored = users.insert(row.id, row).ok_or(CommitError::Stale)?;
        refuse!(stored.version != *expected, CommitError::Stale);
    }
    for user in new {
        refuse!(users.insert(user.id, user).is_some(), CommitError::Exists);
    }
    refuse!(!each_once(users.values().flat_map(|user| &user.emails)), CommitError::Exists);
    Ok(())
}

fn keys_are_in_force(tenant: &Tenant, revoked: &[Revocation]) -> Result<(), CommitError> {
    let in_force = |it: &Revocation| tenant.keys.get(&it.key).is_some_and(|key| key.revoked_at.is_none());
    refuse!(!revoked.iter().all(in_force) || !each_once(revoked.iter().map(|it| it.key)), CommitError::Stale);
    Ok(())
}

fn companies_are_new(tenant: &Tenant, new: &[Company]) -> Result<(), CommitError> {
    if new.is_empty() {
        return Ok(());
    }
    let all = || tenant.companies.values().chain(new);
    refuse!(!each_once(all().map(|company| company.id)), CommitError::Exists);
    refuse!(!each_once(all().flat_map(|company| &company.domains)), CommitError::Stale);
    Ok(())
}

fn contacts_are_new(tenant: &Tenant, new: &[Contact]) -> Result<(), CommitError> {
    if new.is_empty() {
        return Ok(());
    }
    let all = || tenant.contacts.values().chain(new);
    refuse!(!each_once(all().map(|contact| contact.id)), CommitError::Exists);
    refuse!(!each_once(all().flat_map(|contact| &contact.emails)), CommitError::Stale);
    Ok(())
}

/// New ids, and at most one job for an engagement and a step.
fn jobs_are_new(tenant: &Tenant, new: &[Job]) -> Result<(), CommitError> {
    let known = |job: &Job| {
        tenant.jobs.contains_key(&job.id)
            || tenant.jobs.values().any(|other| other.engagement == job.engagement && other.step == job.step)
    };
    let twice =
        !each_once(new.iter().map(|job| job.id)) || !each_once(new.iter().map(|job| (job.engagement, job.step)));
    refuse!(twice || new.iter().any(known), CommitError::Exists);
    Ok(())
}

fn events_are_new(tenant: &Tenant, new: &[Event]) -> Result<(), CommitError> {
    let known = |event: &Event| tenant.events.contains_key(&event.id);
    refuse!(new.iter().any(known) || !each_once(new.iter().map(|event| event.id)), CommitError::Exists);
    Ok(())
}

fn each_once<T: Eq + Hash>(mut things: impl Iterator<Item = T>) -> bool {
    let mut seen = HashSet::new();
    things.all(|thing| seen.insert(thing))
}
