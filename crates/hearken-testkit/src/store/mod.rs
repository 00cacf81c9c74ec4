//! The checks of a database's six ports: engagements and commits, people, workspaces and keys, claims, uploads, outbox.
//!
//! The list of their names is in `suite.rs`, once.

mod atomicity;
mod claims;
mod conflicts;
mod filters;
mod leases;
mod lists;
mod once;
mod outbox;
mod people;
mod registry;
mod round_trip;
mod tenancy;
mod uploads;
mod versions;

pub use self::{
    atomicity::*, claims::*, conflicts::*, filters::*, leases::*, lists::*, once::*, outbox::*, people::*, registry::*,
    round_trip::*, tenancy::*, uploads::*, versions::*,
};
