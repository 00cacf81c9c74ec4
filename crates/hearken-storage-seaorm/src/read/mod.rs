//! Reads: each is one statement or a few small ones, outside any transaction.

mod directory;
mod engagements;
mod list;
mod outbox;
mod registry;
mod uploads;

use sea_orm::DatabaseConnection;

/// Everything that is read, over a pool of connections.
pub(crate) struct Reads {
    pub(crate) db: DatabaseConnection,
}
