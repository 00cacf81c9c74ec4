//! The ports of a database, side by side.

use std::sync::Arc;

use hearken_domain::ports::{
    Claims, Deliveries, Directory, EngagementStore, Insights, JobQueue, Outbox, Registry, Tags, Uploads, Webhooks,
    Workflows,
};

use crate::kept::KeepsMoments;

/// The ports that one database implements, as the checks need them.
#[derive(Clone)]
pub struct Stores {
    /// Engagements, and every write; the moments of what is written stay as the test gives them.
    pub store: Arc<dyn EngagementStore>,
    /// The same with the moments in the order of commits, as the service writes.
    pub ordered: Arc<dyn EngagementStore>,
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
    /// Queued steps.
    pub queue: Arc<dyn JobQueue>,
    /// What must reach somebody outside.
    pub deliveries: Arc<dyn Deliveries>,
    /// Tags.
    pub tags: Arc<dyn Tags>,
    /// Webhook endpoints.
    pub webhooks: Arc<dyn Webhooks>,
    /// Workflows and their runs.
    pub workflows: Arc<dyn Workflows>,
    /// What steps found.
    pub insights: Arc<dyn Insights>,
}

impl Stores {
    /// All ports of one adapter.
    pub fn of<S>(store: Arc<S>) -> Self
    where
        S: EngagementStore
            + Directory
            + Registry
            + Claims
            + Uploads
            + Outbox
            + JobQueue
            + Deliveries
            + Tags
            + Webhooks
            + Workflows
            + Insights
            + 'static,
    {
        Self {
            store: Arc::new(KeepsMoments::over(store.clone())),
            ordered: store.clone(),
            directory: store.clone(),
            registry: store.clone(),
            claims: store.clone(),
            uploads: store.clone(),
            outbox: store.clone(),
            queue: store.clone(),
            deliveries: store.clone(),
            tags: store.clone(),
            webhooks: store.clone(),
            workflows: store.clone(),
            insights: store,
        }
    }
}
