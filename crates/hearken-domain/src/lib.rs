//! The domain of Hearken: engagements, the rules about them, and the ports to the world outside.
//!
//! Nothing here does I/O, knows a runtime, reads a clock or throws dice, and nothing here knows JSON or a database:
//! decisions are functions from what is known and what is asked to what shall be written. That is why most rules are
//! tested without a runtime, and why another program can embed them.
//!
//! - [`engagement`]: the aggregate, the command to create one, and the decision.
//! - [`changeset`]: every write of the service is one value, applied whole or not at all.
//! - [`ports`]: what adapters implement.

pub mod access;
pub mod automation;
pub mod changeset;
pub mod claim;
pub mod delivery;
pub mod directory;
pub mod engagement;
pub mod engine;
pub mod event;
pub mod handle;
pub mod ids;
pub mod insight;
pub mod job;
pub mod link;
mod mail_providers;
pub mod media;
pub mod order;
pub mod pipeline;
pub mod ports;
pub mod query;
pub mod recap;
pub mod rejection;
pub mod result;
pub mod speech;
pub mod store_error;
pub mod tag;
pub mod text;
pub mod time;
pub mod timeline;
pub mod upload;
pub mod webhook;
mod words;
pub mod workflow;
