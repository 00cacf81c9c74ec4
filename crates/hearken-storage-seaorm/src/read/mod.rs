//! Reads: each is one statement or a few small ones, outside any transaction.

mod deliveries;
mod directory;
mod engagements;
mod events;
mod insights;
mod keyset;
mod list;
mod outbox;
mod queue;
mod registry;
mod tags;
mod uploads;
mod webhooks;
mod workflows;

use sea_orm::DatabaseConnection;

/// Everything that is read, over a pool of connections.
pub(crate) struct Reads {
    pub(crate) db: DatabaseConnection,
}
