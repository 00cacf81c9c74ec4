//! A user as the API shows one.

use hearken_domain::{directory::User, ids::UserId, text::Name};
use serde::Serialize;

use crate::{
    contact::{EmailView, emails},
    shown::Shown,
    time::Rfc3339,
};

/// The JSON of a user; made by [`user`].
#[derive(Debug, Serialize)]
pub struct UserView<'a> {
    object: &'static str,
    id: Shown<UserId>,
    role: &'static str,
    created_at: Rfc3339,
    updated_at: Rfc3339,
    first_name: Option<&'a str>,
    last_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_title: Option<&'a str>,
    emails: Vec<EmailView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_zone: Option<&'a str>,
}

/// A user's JSON. Phone numbers are for recognising participants and are not shown.
pub fn user(user: &User) -> UserView<'_> {
    UserView {
        object: "user",
        id: Shown(user.id),
        role: user.role.as_str(),
        created_at: Rfc3339(user.created_at),
        updated_at: Rfc3339(user.updated_at),
        first_name: user.first_name.as_ref().map(Name::as_str),
        last_name: user.last_name.as_ref().map(Name::as_str),
        job_title: user.job_title.as_ref().map(Name::as_str),
        emails: emails(&user.emails),
        time_zone: user.time_zone.as_ref().map(Name::as_str),
    }
}

#[cfg(test)]
mod tests {
    use hearken_domain::{
        directory::Role,
        handle::{EmailAddress, PhoneNumber},
        ids::Ulid,
        time::Timestamp,
    };
    use serde_json::json;

    use super::*;

    #[test]
    fn a_user_is_shown_without_phone_numbers() {
        let at = Timestamp::from_unix_millis(0).unwrap();
        let person = User {
            id: Ulid::from_parts(0, 1).into(),
            role: Role::NotInvited,
            first_name: Some(Name::try_from("Ada").unwrap()),
            last_name: None,
            job_title: None,
            time_zone: Some(Name::try_from("Europe/London").unwrap()),
            emails: vec![EmailAddress::try_from("ada@example.com").unwrap()],
            phones: vec![PhoneNumber::try_from("+15550100123").unwrap()],
            created_at: at,
            updated_at: at,
            version: 3,
        };
        assert_eq!(
            serde_json::to_value(user(&person)).unwrap(),
            json!({
                "object": "user", "id": "usr_00000000000000000000000001", "role": "NOT_INVITED",
                "created_at": "1970-01-01T00:00:00.000Z", "updated_at": "1970-01-01T00:00:00.000Z",
                "first_name": "Ada", "last_name": null,
                "emails": [{"email": "ada@example.com", "is_primary": true}], "time_zone": "Europe/London",
            })
        );
    }
}
