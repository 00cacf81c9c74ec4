//! Tags, endpoints and workflows: new ones are new, and changed ones are as they were read.

use std::collections::{BTreeMap, HashSet};

use hearken_domain::{
    changeset::{Change, CommitError},
    ids::{Id, WebhookEndpointId},
    tag::Tag,
    webhook::WebhookEndpoint,
    workflow::WorkflowRun,
};

use super::each_once;
use crate::store::{
    row::{self, Row},
    state::Tenant,
};

/// Ids that nobody has, and versions that are the stored ones.
pub(super) fn are_sound<T: Row>(
    table: &BTreeMap<T::Id, T>,
    new: &[T],
    changed: &[Change<T>],
) -> Result<(), CommitError> {
    refuse!(!each_once(changed.iter().map(|change| change.row.id())), CommitError::Stale);
    for Change { row, expected } in changed {
        let is_as_read = table.get(&row.id()).is_some_and(|stored| stored.version() == *expected);
        refuse!(!is_as_read, CommitError::Stale);
    }
    let known = |row: &T| table.contains_key(&row.id());
    refuse!(new.iter().any(known) || !each_once(new.iter().map(Row::id)), CommitError::Exists);
    Ok(())
}

/// A name belongs to one tag that is not deleted. Changes are judged one after another, in their order: a name is free
/// for those that come after the one that gives it up.
pub(super) fn tag_names_are_free(tenant: &Tenant, new: &[Tag], changed: &[Change<Tag>]) -> Result<(), CommitError> {
    let mut there: BTreeMap<_, &Tag> = row::there(&tenant.tags).map(|tag| (tag.id, tag)).collect();
    for tag in new.iter().chain(changed.iter().map(|change| &change.row)) {
        there.remove(&tag.id);
        if tag.deleted_at.is_none() {
            refuse!(there.values().any(|other| other.name == tag.name), CommitError::Exists);
            there.insert(tag.id, tag);
        }
    }
    Ok(())
}

/// The last twenty bits of an endpoint's id are part of its deliveries' ids, also when it is deleted.
pub(super) fn endpoints_are_their_own(tenant: &Tenant, new: &[WebhookEndpoint]) -> Result<(), CommitError> {
    let own = |id: &WebhookEndpointId| id.ulid().0 & ((1 << 20) - 1);
    let mut taken: HashSet<u128> = tenant.endpoints.keys().map(own).collect();
    refuse!(!new.iter().all(|endpoint| taken.insert(own(&endpoint.id))), CommitError::Exists);
    Ok(())
}

/// A workflow runs once for an engagement.
pub(super) fn runs_are_new(tenant: &Tenant, new: &[WorkflowRun]) -> Result<(), CommitError> {
    let place = |run: &WorkflowRun| (run.workflow, run.engagement);
    let known = |run: &WorkflowRun| {
        tenant.runs.contains_key(&run.id) || tenant.runs.values().any(|other| place(other) == place(run))
    };
    let twice = !each_once(new.iter().map(|run| run.id)) || !each_once(new.iter().map(place));
    refuse!(twice || new.iter().any(known), CommitError::Exists);
    Ok(())
}
