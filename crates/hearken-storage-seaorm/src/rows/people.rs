//! Rows of users, contacts and companies, and of what they are recognised by.

use hearken_domain::{
    directory::{Company, Contact, User},
    handle::PhoneNumber,
};

use crate::{
    columns::{Place, count, key, position},
    error::Misfit,
    schema::people::{companies, company_domains, contact_handles, contacts, user_handles, users},
};

/// The kind of an e-mail address.
pub(crate) const EMAIL: &str = "email";
/// The kind of a phone number.
pub(crate) const PHONE: &str = "phone";

/// What is looked for, and what was sent where that differs.
fn phone_to_columns(phone: &PhoneNumber) -> (&str, Option<String>) {
    let sent = phone.as_sent();
    (phone.normal(), (sent != phone.normal()).then(|| sent.to_owned()))
}

/// A row that an earlier release wrote shows the normal form.
fn phone_from_columns(place: Place<'_>, (value, shown): (&str, Option<&str>)) -> Result<PhoneNumber, Misfit> {
    let phone: PhoneNumber = place.handle("shown", shown.unwrap_or(value))?;
    if phone.normal() == value { Ok(phone) } else { Err(place.misfit("shown")) }
}

/// The row of a user at a version.
pub(crate) fn user_to_row(workspace: &str, user: &User, version: u64) -> users::Model {
    users::Model {
        workspace_id: workspace.to_owned(),
        id: key(user.id),
        role: user.role.as_str().to_owned(),
        first_name: user.first_name.as_ref().map(|name| name.as_str().to_owned()),
        last_name: user.last_name.as_ref().map(|name| name.as_str().to_owned()),
        job_title: user.job_title.as_ref().map(|name| name.as_str().to_owned()),
        time_zone: user.time_zone.as_ref().map(|name| name.as_str().to_owned()),
        created_at: user.created_at.unix_millis(),
        updated_at: user.updated_at.unix_millis(),
        version: count(version),
    }
}

/// The rows of what a user is recognised by.
pub(crate) fn user_handles_to_rows(workspace: &str, user: &User) -> Vec<user_handles::Model> {
    let row = |kind: &str, index: usize, (value, shown): (&str, Option<String>)| user_handles::Model {
        workspace_id: workspace.to_owned(),
        user_id: key(user.id),
        kind: kind.to_owned(),
        position: position(index),
        value: value.to_owned(),
        shown,
    };
    let emails = user.emails.iter().enumerate().map(|(index, email)| row(EMAIL, index, (email.as_str(), None)));
    let phones = user.phones.iter().enumerate().map(|(index, phone)| row(PHONE, index, phone_to_columns(phone)));
    emails.chain(phones).collect()
}

/// The user of a row and of its handles, which come in their order.
pub(crate) fn user_from_rows(row: users::Model, handles: &[user_handles::Model]) -> Result<User, Misfit> {
    let name = row.id.clone();
    let place = Place { table: "users", row: &name };
    let of_kind = |kind: &'static str| handles.iter().filter(move |handle| handle.kind == kind);
    let handle_place = Place { table: "user_handles", row: &name };
    Ok(User {
        id: place.id("id", &row.id)?,
        role: place.parsed("role", &row.role)?,
        first_name: place.maybe_text("first_name", row.first_name)?,
        last_name: place.maybe_text("last_name", row.last_name)?,
        job_title: place.maybe_text("job_title", row.job_title)?,
        time_zone: place.maybe_text("time_zone", row.time_zone)?,
        emails: of_kind(EMAIL).map(|row| handle_place.handle("value", &row.value)).collect::<Result<_, _>>()?,
        phones: of_kind(PHONE)
            .map(|row| phone_from_columns(handle_place, (&row.value, row.shown.as_deref())))
            .collect::<Result<_, _>>()?,
        created_at: place.time("created_at", row.created_at)?,
        updated_at: place.time("updated_at", row.updated_at)?,
        version: place.number("version", row.version)?,
    })
}

/// The row of a contact.
pub(crate) fn contact_to_row(workspace: &str, contact: &Contact) -> contacts::Model {
    contacts::Model {
        workspace_id: workspace.to_owned(),
        id: key(contact.id),
        first_name: contact.first_name.as_ref().map(|name| name.as_str().to_owned()),
        last_name: contact.last_name.as_ref().map(|name| name.as_str().to_owned()),
        description: contact.description.as_ref().map(|text| text.as_str().to_owned()),
        company_id: contact.company.map(key),
        time_zone: contact.time_zone.as_ref().map(|name| name.as_str().to_owned()),
        created_at: contact.created_at.unix_millis(),
        updated_at: contact.updated_at.unix_millis(),
    }
}

/// The rows of what a contact is recognised by.
pub(crate) fn contact_handles_to_rows(workspace: &str, contact: &Contact) -> Vec<contact_handles::Model> {
    let row = |kind: &str, index: usize, (value, shown): (&str, Option<String>)| contact_handles::Model {
        workspace_id: workspace.to_owned(),
        contact_id: key(contact.id),
        kind: kind.to_owned(),
        position: position(index),
        value: value.to_owned(),
        shown,
    };
    let emails = contact.emails.iter().enumerate().map(|(index, email)| row(EMAIL, index, (email.as_str(), None)));
    let phones = contact.phones.iter().enumerate().map(|(index, phone)| row(PHONE, index, phone_to_columns(phone)));
    emails.chain(phones).collect()
}

/// The contact of a row and of its handles, which come in their order.
pub(crate) fn contact_from_rows(row: contacts::Model, handles: &[contact_handles::Model]) -> Result<Contact, Misfit> {
    let name = row.id.clone();
    let place = Place { table: "contacts", row: &name };
    let of_kind = |kind: &'static str| handles.iter().filter(move |handle| handle.kind == kind);
    let handle_place = Place { table: "contact_handles", row: &name };
    Ok(Contact {
        id: place.id("id", &row.id)?,
        first_name: place.maybe_text("first_name", row.first_name)?,
        last_name: place.maybe_text("last_name", row.last_name)?,
        description: place.maybe_text("description", row.description)?,
        company: place.maybe_id("company_id", row.company_id.as_deref())?,
        emails: of_kind(EMAIL).map(|row| handle_place.handle("value", &row.value)).collect::<Result<_, _>>()?,
        phones: of_kind(PHONE)
            .map(|row| phone_from_columns(handle_place, (&row.value, row.shown.as_deref())))
            .collect::<Result<_, _>>()?,
        time_zone: place.maybe_text("time_zone", row.time_zone)?,
        created_at: place.time("created_at", row.created_at)?,
        updated_at: place.time("updated_at", row.updated_at)?,
    })
}

/// The row of a company.
pub(crate) fn company_to_row(workspace: &str, company: &Company) -> companies::Model {
    companies::Model {
        workspace_id: workspace.to_owned(),
        id: key(company.id),
        name: company.name.as_ref().map(|name| name.as_str().to_owned()),
        description: company.description.as_ref().map(|text| text.as_str().to_owned()),
        created_at: company.created_at.unix_millis(),
        updated_at: company.updated_at.unix_millis(),
    }
}

/// The rows of a company's domains.
pub(crate) fn domains_to_rows(workspace: &str, company: &Company) -> Vec<company_domains::Model> {
    let row = |(index, domain): (usize, &hearken_domain::handle::DomainName)| company_domains::Model {
        workspace_id: workspace.to_owned(),
        company_id: key(company.id),
        position: position(index),
        domain: domain.as_str().to_owned(),
    };
    company.domains.iter().enumerate().map(row).collect()
}

/// The company of a row and of its domains, which come in their order.
pub(crate) fn company_from_rows(row: companies::Model, domains: &[company_domains::Model]) -> Result<Company, Misfit> {
    let name = row.id.clone();
    let place = Place { table: "companies", row: &name };
    let domain_place = Place { table: "company_domains", row: &name };
    Ok(Company {
        id: place.id("id", &row.id)?,
        name: place.maybe_text("name", row.name)?,
        description: place.maybe_text("description", row.description)?,
        domains: domains.iter().map(|row| domain_place.handle("domain", &row.domain)).collect::<Result<_, _>>()?,
        created_at: place.time("created_at", row.created_at)?,
        updated_at: place.time("updated_at", row.updated_at)?,
    })
}
