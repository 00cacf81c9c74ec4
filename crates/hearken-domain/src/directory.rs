//! The people and companies of a workspace.

use std::{fmt, str::FromStr};

use crate::{
    handle::{DomainName, EmailAddress, PhoneNumber},
    ids::{CompanyId, ContactId, UserId, WorkspaceId},
    text::{Description, Name},
    time::Timestamp,
};

/// A tenant. Nothing crosses from one to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// Its id.
    pub id: WorkspaceId,
    /// What the operator calls it.
    pub name: Name,
    /// Whether an engagement is private when its request does not say.
    pub private_by_default: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A user's place in the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Owns the workspace.
    Owner,
    /// Leads others.
    Manager,
    /// Works in it.
    User,
    /// No longer.
    Inactive,
    /// Not yet.
    NotInvited,
}

impl Role {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Owner, Self::Manager, Self::User, Self::Inactive, Self::NotInvited];

    /// As in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "OWNER",
            Self::Manager => "MANAGER",
            Self::User => "USER",
            Self::Inactive => "INACTIVE",
            Self::NotInvited => "NOT_INVITED",
        }
    }

    /// Whether such a user can own an engagement.
    pub fn is_active(self) -> bool {
        matches!(self, Self::Owner | Self::Manager | Self::User)
    }
}

/// A text that names no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such role: {0}; there are OWNER, MANAGER, USER, INACTIVE and NOT_INVITED")]
pub struct UnknownRole(pub String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.iter().copied().find(|role| role.as_str() == text).ok_or_else(|| UnknownRole(text.to_owned()))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Somebody who works in the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The id.
    pub id: UserId,
    /// The place.
    pub role: Role,
    /// First name.
    pub first_name: Option<Name>,
    /// Last name.
    pub last_name: Option<Name>,
    /// What they do.
    pub job_title: Option<Name>,
    /// IANA time zone.
    pub time_zone: Option<Name>,
    /// The first is the primary one. An address belongs to one user of a workspace.
    pub emails: Vec<EmailAddress>,
    /// For recognising participants; not shown.
    pub phones: Vec<PhoneNumber>,
    /// When the user was made.
    pub created_at: Timestamp,
    /// When the user last changed.
    pub updated_at: Timestamp,
    /// Grows by one with every change; a change names the one it saw.
    pub version: u64,
}

/// Somebody outside the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The id.
    pub id: ContactId,
    /// First name.
    pub first_name: Option<Name>,
    /// Last name.
    pub last_name: Option<Name>,
    /// Free text.
    pub description: Option<Description>,
    /// Where they work.
    pub company: Option<CompanyId>,
    /// The first is the primary one. An address belongs to one contact of a workspace.
    pub emails: Vec<EmailAddress>,
    /// The first is the primary one. Contacts may share one.
    pub phones: Vec<PhoneNumber>,
    /// IANA time zone.
    pub time_zone: Option<Name>,
    /// When the contact was made.
    pub created_at: Timestamp,
    /// When the contact last changed.
    pub updated_at: Timestamp,
}

/// An organisation outside the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    /// The id.
    pub id: CompanyId,
    /// Its name.
    pub name: Option<Name>,
    /// Free text.
    pub description: Option<Description>,
    /// The first is the primary one. A domain belongs to one company of a workspace.
    pub domains: Vec<DomainName>,
    /// When the company was made.
    pub created_at: Timestamp,
    /// When the company last changed.
    pub updated_at: Timestamp,
}

/// What to look for in the directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lookup {
    /// Users and contacts with one of these.
    pub emails: Vec<EmailAddress>,
    /// Users and contacts with one of these, however it is written.
    pub phones: Vec<PhoneNumber>,
    /// Companies with one of these.
    pub domains: Vec<DomainName>,
    /// Users with one of these ids.
    pub users: Vec<UserId>,
}

/// What was found, each once, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    /// Users.
    pub users: Vec<User>,
    /// Contacts.
    pub contacts: Vec<Contact>,
    /// Companies.
    pub companies: Vec<Company>,
}
