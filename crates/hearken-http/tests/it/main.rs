//! The API without a socket: requests go into the service as values, over the ports in memory.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod authentication;
mod background;
mod busy;
mod collections;
mod creating;
mod deliveries;
mod engagement_tags;
mod events;
mod expanding;
mod harness;
mod listing;
mod media;
mod operations;
mod panicking;
mod public;
mod rate_limit;
mod reading;
mod refused_bodies;
mod refused_heads;
mod rights;
mod spelling;
mod tags;
mod walking;
mod webhooks;
mod workflows;
