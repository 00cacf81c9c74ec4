//! The ports of a database, side by side.

use std::sync::Arc;

use hearken_domain::ports::{Claims, Directory, EngagementStore, Outbox, Registry, Uploads};

/// The ports that one database implements, as the checks need them.
#[derive(Clone)]
pub struct Stores {
    /// Engagements, and every write.
    pub store: Arc<dyn EngagementStore>,
    /// People and companies.
    pub directory: Arc<dyn Directory>,
    /// Workspaces and keys.
    pub registry: Arc<dyn Registry>,
    /// Leases on external ids.
    pub claims: Arc<dyn Claims>,
    /// Rows of recordings on their way.
    pub uploads: Arc<dyn Uploads>,
    /// Jobs and events as they were committed.
    pub outbox: Arc<dyn Outbox>,
}

impl Stores {
    /// All six ports of one adapter.
    pub fn of<S>(store: Arc<S>) -> Self
    where
        S: EngagementStore + Directory + Registry + Claims + Uploads + Outbox + 'static,
    {
        Self {
            store: store.clone(),
            directory: store.clone(),
            registry: store.clone(),
            claims: store.clone(),
            uploads: store.clone(),
            outbox: store,
        }
    }
}
