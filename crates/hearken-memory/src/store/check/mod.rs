//! Whether a changeset may be applied: every reason against it, before anything is changed.
//!
//! Where several reasons hold, the one that tells most comes first: a taken key names its winner.

/// Makes a rule read as one sentence: refuse, when this holds, with that error.
macro_rules! refuse {
    ($reason:expr, $error:expr) => {
        if $reason {
            return Err($error);
        }
    };
}

mod deliveries;
mod people;
mod rows;
mod work;

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
};

use hearken_domain::{
    changeset::{Change, Changeset, CommitError, NewEngagement},
    claim::Settlement,
    engagement::Engagement,
    store_error::{StoreError, StoreErrorKind},
    upload::{UploadMove, UploadState},
};

pub(super) use self::people::keys_are_new;
use super::{row::Row, state::Tenant};

/// Judges everything that belongs to the workspace.
pub(super) fn check(tenant: &Tenant, changeset: &Changeset) -> Result<(), CommitError> {
    let Changeset {
        workspace: _,
        moments: _,
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
        new_tags,
        changed_tags,
        replaced_tags: _,
        new_endpoints,
        changed_endpoints,
        endpoint_health: _,
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
    belongs_together(changeset)?;
    if let Some(new) = new_engagement {
        engagement_is_new(tenant, new)?;
    }
    engagements_are_unchanged(tenant, changed_engagements)?;
    if let Some(settlement) = settlement {
        lease_is_held(tenant, settlement)?;
    }
    uploads_are_as_expected(tenant, upload_moves)?;
    work::attempts_are_held(tenant, job_moves)?;
    deliveries::attempts_are_held(tenant, delivery_moves)?;
    people::users_are_sound(tenant, new_users, changed_users)?;
    people::keys_are_in_force(tenant, revoked_keys)?;
    people::companies_are_new(tenant, new_companies)?;
    people::contacts_are_new(tenant, new_contacts)?;
    rows::are_sound(&tenant.tags, new_tags, changed_tags)?;
    rows::tag_names_are_free(tenant, new_tags, changed_tags)?;
    work::results_are_new(tenant, results, new_engagement.as_ref())?;
    rows::are_sound(&tenant.endpoints, new_endpoints, changed_endpoints)?;
    rows::endpoints_are_their_own(tenant, new_endpoints)?;
    rows::are_sound(&tenant.workflows, new_workflows, changed_workflows)?;
    rows::runs_are_new(tenant, new_runs)?;
    work::jobs_are_dead(tenant, revived_jobs)?;
    work::jobs_are_new(tenant, jobs)?;
    work::events_are_new(tenant, events)?;
    deliveries::are_new(tenant, new_deliveries)?;
    deliveries::resends_are_free(tenant, resends, delivery_moves)
}

/// A new row that names another workspace than its changeset is a defect of the caller.
fn belongs_together(changeset: &Changeset) -> Result<(), CommitError> {
    let keys = changeset.new_keys.iter().map(|key| key.workspace);
    let engagement = changeset.new_engagement.iter().map(|new| new.engagement.workspace);
    let tags = changeset.new_tags.iter().map(Row::workspace);
    let endpoints = changeset.new_endpoints.iter().map(Row::workspace);
    let workflows = changeset.new_workflows.iter().map(Row::workspace);
    let jobs = changeset.jobs.iter().map(|job| job.workspace);
    let events = changeset.events.iter().map(|event| event.workspace);
    let named = keys.chain(engagement).chain(tags).chain(endpoints).chain(workflows).chain(jobs).chain(events);
    let foreign = { named }.any(|workspace| workspace != changeset.workspace);
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

fn each_once<T: Eq + Hash>(mut things: impl Iterator<Item = T>) -> bool {
    let mut seen = HashSet::new();
    things.all(|thing| seen.insert(thing))
}
