//! People and companies.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use hearken_domain::{
    directory::{Company, Contact, Lookup, Matches, User},
    handle::PhoneNumber,
    ids::{CompanyId, ContactId, UserId, WorkspaceId},
    ports::Directory,
    store_error::StoreError,
};

use super::MemoryStore;

#[async_trait]
impl Directory for MemoryStore {
    async fn matching(&self, workspace: WorkspaceId, lookup: &Lookup) -> Result<Matches, StoreError> {
        let Lookup { emails, phones, domains, users } = lookup;
        Ok(self.read(workspace, |tenant| {
            let is_meant = |user: &&User| {
                users.contains(&user.id) || overlap(emails, &user.emails) || same_number(phones, &user.phones)
            };
            let is_known =
                |contact: &&Contact| overlap(emails, &contact.emails) || same_number(phones, &contact.phones);
            let is_there = |company: &&Company| overlap(domains, &company.domains);
            Matches {
                users: tenant.users.values().filter(is_meant).cloned().collect(),
                contacts: tenant.contacts.values().filter(is_known).cloned().collect(),
                companies: tenant.companies.values().filter(is_there).cloned().collect(),
            }
        }))
    }

    async fn users(&self, workspace: WorkspaceId, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        Ok(self.read(workspace, |tenant| by_id(&tenant.users, ids)))
    }

    async fn all_users(&self, workspace: WorkspaceId) -> Result<Vec<User>, StoreError> {
        Ok(self.read(workspace, |tenant| tenant.users.values().cloned().collect()))
    }

    async fn contacts(&self, workspace: WorkspaceId, ids: &[ContactId]) -> Result<Vec<Contact>, StoreError> {
        Ok(self.read(workspace, |tenant| by_id(&tenant.contacts, ids)))
    }

    async fn companies(&self, workspace: WorkspaceId, ids: &[CompanyId]) -> Result<Vec<Company>, StoreError> {
        Ok(self.read(workspace, |tenant| by_id(&tenant.companies, ids)))
    }
}

fn overlap<T: PartialEq>(some: &[T], others: &[T]) -> bool {
    some.iter().any(|one| others.contains(one))
}

fn same_number(some: &[PhoneNumber], others: &[PhoneNumber]) -> bool {
    some.iter().any(|one| others.iter().any(|other| other.is_same_as(one)))
}

/// Each once, in the order of the ids.
fn by_id<K: Copy + Ord, V: Clone>(table: &BTreeMap<K, V>, ids: &[K]) -> Vec<V> {
    let mut given = BTreeSet::new();
    ids.iter().filter(|id| given.insert(**id)).filter_map(|id| table.get(id).cloned()).collect()
}
