//! The rows as sea-orm sees them. The columns of the tables themselves are in [`migration`](crate::migration).
//!
//! Ids are the 26 characters of the ULID without the prefix, moments are milliseconds since the Unix epoch.

pub(crate) mod access;
pub(crate) mod automation;
pub(crate) mod engagement;
pub(crate) mod insight;
pub(crate) mod people;
pub(crate) mod tag;
pub(crate) mod work;
