//! Users, contacts, companies and keys: ids, addresses and domains belong to one row.

use std::collections::BTreeMap;

use hearken_domain::{
    access::ApiKey,
    changeset::{Change, CommitError, Revocation},
    directory::{Company, Contact, User},
};

use super::each_once;
use crate::store::state::{State, Tenant};

/// A key opens one workspace, and is looked up without one: its id must be new in all of them.
pub(in crate::store) fn keys_are_new(state: &State, new: &[ApiKey]) -> Result<(), CommitError> {
    let known = |key: &ApiKey| state.tenants.values().any(|tenant| tenant.keys.contains_key(&key.id));
    refuse!(new.iter().any(known) || !each_once(new.iter().map(|key| key.id)), CommitError::Exists);
    Ok(())
}

/// Judges the users as they would be afterwards, so an address may go from one to another in one write.
pub(super) fn users_are_sound(tenant: &Tenant, new: &[User], changed: &[Change<User>]) -> Result<(), CommitError> {
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

pub(super) fn keys_are_in_force(tenant: &Tenant, revoked: &[Revocation]) -> Result<(), CommitError> {
    let in_force = |it: &Revocation| tenant.keys.get(&it.key).is_some_and(|key| key.revoked_at.is_none());
    refuse!(!revoked.iter().all(in_force) || !each_once(revoked.iter().map(|it| it.key)), CommitError::Stale);
    Ok(())
}

pub(super) fn companies_are_new(tenant: &Tenant, new: &[Company]) -> Result<(), CommitError> {
    if new.is_empty() {
        return Ok(());
    }
    let all = || tenant.companies.values().chain(new);
    refuse!(!each_once(all().map(|company| company.id)), CommitError::Exists);
    refuse!(!each_once(all().flat_map(|company| &company.domains)), CommitError::Stale);
    Ok(())
}

pub(super) fn contacts_are_new(tenant: &Tenant, new: &[Contact]) -> Result<(), CommitError> {
    if new.is_empty() {
        return Ok(());
    }
    let all = || tenant.contacts.values().chain(new);
    refuse!(!each_once(all().map(|contact| contact.id)), CommitError::Exists);
    refuse!(!each_once(all().flat_map(|contact| &contact.emails)), CommitError::Stale);
    Ok(())
}
