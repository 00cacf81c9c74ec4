//! What the domain needs from outside, as traits. The doc of a port says what must hold; each sentence has a check in
//! `hearken-testkit`.
//!
//! Every port is small, has one concrete error, and can be shared as `Arc<dyn Port>`.

mod analysers;
mod blob_store;
mod claims;
mod clock;
mod deliveries;
mod directory;
mod dispatcher;
mod engagement_store;
mod event_encoder;
mod ids;
mod insights;
mod job_queue;
mod media_fetcher;
mod media_probe;
mod outbox;
mod registry;
mod tags;
mod transcriber;
mod uploads;
mod webhooks;
mod workflows;

use std::sync::Arc;

pub use self::{
    analysers::{Extractor, Summariser, Tagger},
    blob_store::{BlobError, BlobErrorKind, BlobStore, ByteStream, PutError, StoredBlob},
    claims::Claims,
    clock::Clock,
    deliveries::Deliveries,
    directory::Directory,
    dispatcher::{Address, AutomationDispatcher, Dispatched, Outcome, Parcel, RecapComposer},
    engagement_store::EngagementStore,
    event_encoder::{EventEncoder, EventHead},
    ids::IdSource,
    insights::Insights,
    job_queue::JobQueue,
    media_fetcher::MediaFetcher,
    media_probe::MediaProbe,
    outbox::Outbox,
    registry::{Installation, Registry},
    tags::Tags,
    transcriber::Transcriber,
    uploads::Uploads,
    webhooks::Webhooks,
    workflows::Workflows,
};

/// One adapter for each port. An embedder or a test swaps one: `Ports { store: mine, ..hearken_memory::ports() }`.
#[derive(Clone)]
pub struct Ports {
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
    /// The bytes of recordings.
    pub blobs: Arc<dyn BlobStore>,
    /// Recordings from links.
    pub media: Arc<dyn MediaFetcher>,
    /// Freezes events.
    pub events: Arc<dyn EventEncoder>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The dice.
    pub ids: Arc<dyn IdSource>,
}

/// One engine for each kind of work that follows an accepted engagement. Only who does that work needs them.
#[derive(Clone)]
pub struct Engines {
    /// Reads recordings.
    pub probe: Arc<dyn MediaProbe>,
    /// Listens; `None`: recordings are kept and served, and nobody listens to them.
    pub transcriber: Option<Arc<dyn Transcriber>>,
    /// Summarises.
    pub summariser: Arc<dyn Summariser>,
    /// Tags.
    pub tagger: Arc<dyn Tagger>,
    /// Extracts.
    pub extractor: Arc<dyn Extractor>,
    /// Calls receivers.
    pub webhooks: Arc<dyn AutomationDispatcher>,
    /// Sends mails; without one, e-mail actions fail and say so.
    pub mail: Option<Mail>,
}

/// What sends mails needs.
#[derive(Clone)]
pub struct Mail {
    /// Sends them.
    pub dispatcher: Arc<dyn AutomationDispatcher>,
    /// Writes them.
    pub composer: Arc<dyn RecapComposer>,
}
