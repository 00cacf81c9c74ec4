//! The checks of a database's ports: engagements and commits, people, workspaces and keys, claims, uploads, the outbox,
//! the queue, what steps find, tags, endpoints, workflows and deliveries.
//!
//! The list of their names is in `suite.rs`, once.

mod atomicity;
mod attempts;
mod claims;
mod conflicts;
mod deliveries;
mod dispatch;
mod endpoints;
mod fan_out;
mod filters;
mod follow_up;
mod leases;
mod lists;
mod moments;
mod once;
mod order;
mod outbox;
mod ownership;
mod people;
mod queue;
mod records;
mod registry;
mod results;
mod round_trip;
mod shown;
mod suspects;
mod tags;
mod tenancy;
mod turns;
mod uploads;
mod versions;
mod workflows;

pub use self::{
    atomicity::*, attempts::*, claims::*, conflicts::*, deliveries::*, dispatch::*, endpoints::*, fan_out::*,
    filters::*, leases::*, lists::*, moments::*, once::*, order::*, outbox::*, ownership::*, people::*, queue::*,
    records::*, registry::*, results::*, round_trip::*, suspects::*, tags::*, tenancy::*, turns::*, uploads::*,
    versions::*, workflows::*,
};
