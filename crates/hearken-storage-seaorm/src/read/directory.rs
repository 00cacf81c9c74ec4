//! Reads of people and companies. A row's handles come with a second statement for all rows at once.

use std::collections::HashMap;

use hearken_domain::{
    directory::{Company, Contact, Lookup, Matches, User},
    handle::{DomainName, EmailAddress, PhoneNumber},
    ids::{CompanyId, ContactId, UserId, WorkspaceId},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, SelectStatement},
};

use super::Reads;
use crate::{
    columns::{key, keys},
    error::Fault,
    rows::people::{self, EMAIL, PHONE},
    schema::people::{companies, company_domains, contact_handles, contacts, user_handles, users},
};

impl Reads {
    pub(crate) async fn matching(&self, workspace: WorkspaceId, lookup: &Lookup) -> Result<Matches, Fault> {
        let Lookup { emails, phones, domains, users } = lookup;
        let workspace = key(workspace);
        let emails: Vec<&str> = emails.iter().map(EmailAddress::as_str).collect();
        let phones: Vec<&str> = phones.iter().map(PhoneNumber::normal).collect();
        let domains: Vec<&str> = domains.iter().map(DomainName::as_str).collect();
        let mut matches = Matches::default();
        let has_handles = !(emails.is_empty() && phones.is_empty());
        if has_handles {
            let owners = contacts_with(&workspace, &emails, &phones);
            matches.contacts = self.contacts_where(&workspace, contacts::Column::Id.in_subquery(owners)).await?;
        }
        if has_handles || !users.is_empty() {
            let owners = has_handles.then(|| users::Column::Id.in_subquery(users_with(&workspace, &emails, &phones)));
            let named = (!users.is_empty()).then(|| users::Column::Id.is_in(keys(users)));
            let rows = Condition::any().add_option(owners).add_option(named);
            matches.users = self.users_where(&workspace, rows).await?;
        }
        if !domains.is_empty() {
            let owners = companies_with(&workspace, &domains);
            matches.companies = self.companies_where(&workspace, companies::Column::Id.in_subquery(owners)).await?;
        }
        Ok(matches)
    }

    pub(crate) async fn users(&self, workspace: WorkspaceId, ids: &[UserId]) -> Result<Vec<User>, Fault> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let found = self.users_where(&key(workspace), users::Column::Id.is_in(keys(ids)).into()).await?;
        let by_id: HashMap<UserId, User> = found.into_iter().map(|user| (user.id, user)).collect();
        Ok(ids.iter().filter_map(|id| by_id.get(id).cloned()).collect())
    }

    pub(crate) async fn all_users(&self, workspace: WorkspaceId) -> Result<Vec<User>, Fault> {
        let workspace = key(workspace);
        let found = users::Entity::find()
            .filter(users::Column::WorkspaceId.eq(&workspace))
            .order_by_asc(users::Column::Id)
            .all(&self.db)
            .await?;
        let handles = user_handles::Entity::find()
            .filter(user_handles::Column::WorkspaceId.eq(&workspace))
            .order_by_asc(user_handles::Column::Position)
            .all(&self.db)
            .await?;
        with_user_handles(found, handles)
    }

    pub(crate) async fn contacts(&self, workspace: WorkspaceId, ids: &[ContactId]) -> Result<Vec<Contact>, Fault> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let found = self.contacts_where(&key(workspace), contacts::Column::Id.is_in(keys(ids))).await?;
        let by_id: HashMap<ContactId, Contact> = found.into_iter().map(|contact| (contact.id, contact)).collect();
        Ok(ids.iter().filter_map(|id| by_id.get(id).cloned()).collect())
    }

    pub(crate) async fn companies(&self, workspace: WorkspaceId, ids: &[CompanyId]) -> Result<Vec<Company>, Fault> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let found = self.companies_where(&key(workspace), companies::Column::Id.is_in(keys(ids))).await?;
        let by_id: HashMap<CompanyId, Company> = found.into_iter().map(|company| (company.id, company)).collect();
        Ok(ids.iter().filter_map(|id| by_id.get(id).cloned()).collect())
    }

    async fn users_where(&self, workspace: &str, rows: Condition) -> Result<Vec<User>, Fault> {
        let found = users::Entity::find()
            .filter(users::Column::WorkspaceId.eq(workspace))
            .filter(rows)
            .order_by_asc(users::Column::Id)
            .all(&self.db)
            .await?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let ids = found.iter().map(|row| row.id.as_str());
        let handles = user_handles::Entity::find()
            .filter(user_handles::Column::WorkspaceId.eq(workspace))
            .filter(user_handles::Column::UserId.is_in(ids))
            .order_by_asc(user_handles::Column::Position)
            .all(&self.db)
            .await?;
        with_user_handles(found, handles)
    }

    async fn contacts_where(&self, workspace: &str, rows: Expr) -> Result<Vec<Contact>, Fault> {
        let found = contacts::Entity::find()
            .filter(contacts::Column::WorkspaceId.eq(workspace))
            .filter(rows)
            .order_by_asc(contacts::Column::Id)
            .all(&self.db)
            .await?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let ids = found.iter().map(|row| row.id.as_str());
        let handles = contact_handles::Entity::find()
            .filter(contact_handles::Column::WorkspaceId.eq(workspace))
            .filter(contact_handles::Column::ContactId.is_in(ids))
            .order_by_asc(contact_handles::Column::Position)
            .all(&self.db)
            .await?;
        let mut handles = grouped(handles, |handle| handle.contact_id.clone());
        let whole = found.into_iter().map(|row| {
            let own = handles.remove(&row.id).unwrap_or_default();
            people::contact_from_rows(row, &own)
        });
        Ok(whole.collect::<Result<_, _>>()?)
    }

    async fn companies_where(&self, workspace: &str, rows: Expr) -> Result<Vec<Company>, Fault> {
        let found = companies::Entity::find()
            .filter(companies::Column::WorkspaceId.eq(workspace))
            .filter(rows)
            .order_by_asc(companies::Column::Id)
            .all(&self.db)
            .await?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let ids = found.iter().map(|row| row.id.as_str());
        let domains = company_domains::Entity::find()
            .filter(company_domains::Column::WorkspaceId.eq(workspace))
            .filter(company_domains::Column::CompanyId.is_in(ids))
            .order_by_asc(company_domains::Column::Position)
            .all(&self.db)
            .await?;
        let mut domains = grouped(domains, |domain| domain.company_id.clone());
        let whole = found.into_iter().map(|row| {
            let own = domains.remove(&row.id).unwrap_or_default();
            people::company_from_rows(row, &own)
        });
        Ok(whole.collect::<Result<_, _>>()?)
    }
}

fn with_user_handles(found: Vec<users::Model>, handles: Vec<user_handles::Model>) -> Result<Vec<User>, Fault> {
    let mut handles = grouped(handles, |handle| handle.user_id.clone());
    let whole = found.into_iter().map(|row| {
        let own = handles.remove(&row.id).unwrap_or_default();
        people::user_from_rows(row, &own)
    });
    Ok(whole.collect::<Result<_, _>>()?)
}

/// Rows by whose they are, each group in the order of the rows.
fn grouped<T>(rows: Vec<T>, owner: impl Fn(&T) -> String) -> HashMap<String, Vec<T>> {
    let mut groups: HashMap<String, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(owner(&row)).or_default().push(row);
    }
    groups
}

fn users_with(workspace: &str, emails: &[&str], phones: &[&str]) -> SelectStatement {
    use user_handles::Column;
    let one_of = |kind: &str, values: &[&str]| {
        Condition::all().add(Column::Kind.eq(kind)).add(Column::Value.is_in(values.iter().copied()))
    };
    user_handles::Entity::find()
        .select_only()
        .column(Column::UserId)
        .filter(Column::WorkspaceId.eq(workspace))
        .filter(Condition::any().add(one_of(EMAIL, emails)).add(one_of(PHONE, phones)))
        .into_query()
}

fn contacts_with(workspace: &str, emails: &[&str], phones: &[&str]) -> SelectStatement {
    use contact_handles::Column;
    let one_of = |kind: &str, values: &[&str]| {
        Condition::all().add(Column::Kind.eq(kind)).add(Column::Value.is_in(values.iter().copied()))
    };
    contact_handles::Entity::find()
        .select_only()
        .column(Column::ContactId)
        .filter(Column::WorkspaceId.eq(workspace))
        .filter(Condition::any().add(one_of(EMAIL, emails)).add(one_of(PHONE, phones)))
        .into_query()
}

fn companies_with(workspace: &str, domains: &[&str]) -> SelectStatement {
    use company_domains::Column;
    company_domains::Entity::find()
        .select_only()
        .column(Column::CompanyId)
        .filter(Column::WorkspaceId.eq(workspace))
        .filter(Column::Domain.is_in(domains.iter().copied()))
        .into_query()
}
