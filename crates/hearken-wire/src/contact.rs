//! A contact as the API shows it.

use hearken_domain::{
    directory::Contact,
    handle::{EmailAddress, PhoneNumber},
    ids::{CompanyId, ContactId},
    text::{Description, Name},
};
use serde::Serialize;

use crate::{shown::Shown, time::Rfc3339};

/// The JSON of a contact; made by [`contact`].
#[derive(Debug, Serialize)]
pub struct ContactView<'a> {
    object: &'static str,
    id: Shown<ContactId>,
    created_at: Rfc3339,
    updated_at: Rfc3339,
    first_name: Option<&'a str>,
    last_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    company: Option<CompanyReference>,
    emails: Vec<EmailView<'a>>,
    phone_numbers: Vec<PhoneView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_zone: Option<&'a str>,
}

/// Where a contact works, by id.
#[derive(Debug, Serialize)]
struct CompanyReference {
    id: Shown<CompanyId>,
    object: &'static str,
}

/// An e-mail address of a person.
#[derive(Debug, Serialize)]
pub(crate) struct EmailView<'a> {
    email: &'a str,
    is_primary: bool,
}

/// A phone number of a person.
#[derive(Debug, Serialize)]
struct PhoneView<'a> {
    phone_number: &'a str,
    is_primary: bool,
}

/// A contact's JSON.
pub fn contact(contact: &Contact) -> ContactView<'_> {
    ContactView {
        object: "contact",
        id: Shown(contact.id),
        created_at: Rfc3339(contact.created_at),
        updated_at: Rfc3339(contact.updated_at),
        first_name: contact.first_name.as_ref().map(Name::as_str),
        last_name: contact.last_name.as_ref().map(Name::as_str),
        description: contact.description.as_ref().map(Description::as_str),
        company: contact.company.map(|id| CompanyReference { id: Shown(id), object: "company" }),
        emails: emails(&contact.emails),
        phone_numbers: phones(&contact.phones),
        time_zone: contact.time_zone.as_ref().map(Name::as_str),
    }
}

/// E-mail addresses, the first as the primary one.
pub(crate) fn emails(emails: &[EmailAddress]) -> Vec<EmailView<'_>> {
    emails.iter().enumerate().map(|(i, email)| EmailView { email: email.as_str(), is_primary: i == 0 }).collect()
}

fn phones(phones: &[PhoneNumber]) -> Vec<PhoneView<'_>> {
    let view = |(i, phone)| PhoneView { phone_number: PhoneNumber::as_sent(phone), is_primary: i == 0 };
    phones.iter().enumerate().map(view).collect()
}

#[cfg(test)]
mod tests {
    use hearken_domain::{ids::Ulid, time::Timestamp};
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_null_and_other_absent_values_are_left_out() {
        let at = Timestamp::from_unix_millis(0).unwrap();
        let mut person = Contact {
            id: Ulid::from_parts(0, 1).into(),
            first_name: None,
            last_name: Some(Name::try_from("Lovelace").unwrap()),
            description: None,
            company: None,
            emails: vec![
                EmailAddress::try_from("ada@example.com").unwrap(),
                EmailAddress::try_from("a@example.com").unwrap(),
            ],
            phones: vec![PhoneNumber::try_from("+1 (555) 010-0199").unwrap(), PhoneNumber::try_from("12345").unwrap()],
            time_zone: None,
            created_at: at,
            updated_at: at,
        };
        assert_eq!(
            serde_json::to_value(contact(&person)).unwrap(),
            json!({
                "object": "contact", "id": "cnt_00000000000000000000000001",
                "created_at": "1970-01-01T00:00:00.000Z", "updated_at": "1970-01-01T00:00:00.000Z",
                "first_name": null, "last_name": "Lovelace",
                "emails": [
                    {"email": "ada@example.com", "is_primary": true},
                    {"email": "a@example.com", "is_primary": false},
                ],
                "phone_numbers": [
                    {"phone_number": "+1 (555) 010-0199", "is_primary": true},
                    {"phone_number": "12345", "is_primary": false},
                ],
            })
        );
        person.company = Some(Ulid::from_parts(0, 2).into());
        assert_eq!(
            serde_json::to_value(contact(&person)).unwrap()["company"],
            json!({"id": "cmp_00000000000000000000000002", "object": "company"})
        );
    }
}
