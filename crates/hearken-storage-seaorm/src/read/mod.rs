//! Reads: each is one statement or a few small ones, outside any transaction.

mod deliveries;
mod directory;
mod drive;
mod engagements;
mod events;
mod insights;
mod keyset;
mod list;
mod outbox;
mod queue;
mod registry;
mod tags;
mod terms;
#[cfg(test)]
mod tests;
mod titles;
mod uploads;
mod webhooks;
mod workflows;

use sea_orm::{DatabaseConnection, DbErr};

/// Everything that is read, over two pools of connections.
pub(crate) struct Reads {
    pub(crate) db: DatabaseConnection,
    /// For lists that may look at every row. It is small, and is the bound on how many of them run at a time: the next
    /// one waits for a connection, and what is short does not wait behind them.
    pub(crate) wide: DatabaseConnection,
}

impl Reads {
    /// Waits for what is under way and closes both pools.
    pub(crate) async fn close(&self) -> Result<(), DbErr> {
        let ended = self.wide.close_by_ref().await;
        self.db.close_by_ref().await.and(ended)
    }
}

/// How many of a process's connections look at every row at a time.
pub(crate) const fn wide_share(connections: u32) -> u32 {
    if connections < 8 { 1 } else { connections / 4 }
}
