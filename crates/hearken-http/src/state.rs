//! What every endpoint can reach.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use hearken_application::{authenticate::Authenticator, create::Creator, desk::Desk, read::Reader};
use hearken_domain::{
    ids::ProcessId,
    media::{FetchError, MediaUrl},
    ports::{MediaFetcher, Ports},
    webhook::ReceiverUrl,
};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::{media_link::LinkSigner, rate_limit::RateLimits, settings::ApiSettings, shares::Shares};

/// The service's use cases and limits.
pub(crate) struct State {
    pub(crate) ports: Ports,
    pub(crate) authenticator: Authenticator,
    pub(crate) creator: Creator,
    pub(crate) reader: Reader,
    pub(crate) desk: Desk,
    pub(crate) links: LinkSigner,
    pub(crate) rates: RateLimits,
    /// Keys that are looked up at a time. They belong to no workspace yet.
    pub(crate) lookups: Semaphore,
    /// Requests that are handled at a time.
    pub(crate) places: Shares,
    /// Bytes of bodies and of long answers.
    pub(crate) buffers: Shares,
    /// Creates that go on although their client may have gone.
    pub(crate) ingests: TaskTracker,
    pub(crate) metrics: Option<PrometheusHandle>,
    pub(crate) settings: ApiSettings,
    draining: AtomicBool,
}

impl State {
    pub(crate) fn new(
        ports: Ports,
        process: ProcessId,
        settings: ApiSettings,
        metrics: Option<PrometheusHandle>,
    ) -> Arc<Self> {
        Arc::new(Self {
            authenticator: Authenticator::new(ports.clone()),
            creator: Creator::new(ports.clone(), process).with_longest_fetch(settings.longest_fetch),
            reader: Reader::new(ports.clone()),
            desk: Desk::new(ports.clone()),
            links: LinkSigner::new(settings.link_key.clone(), settings.link_ttl),
            rates: RateLimits::new(settings.rate),
            lookups: Semaphore::new(settings.max_in_flight),
            places: Shares::new(settings.max_in_flight, 3),
            buffers: Shares::new(settings.max_buffered_bytes, 1),
            ingests: TaskTracker::new(),
            metrics,
            draining: AtomicBool::new(false),
            ports,
            settings,
        })
    }

    /// The verdict on a receiver's URL by its text, to be told beside the other errors of its body. The use case asks
    /// again.
    pub(crate) fn judge(&self, url: &ReceiverUrl) -> Result<(), FetchError> {
        self.ports.media.judge(&MediaUrl::new(url.as_str()))
    }

    /// From now on the service says that it is not ready.
    pub(crate) fn begin_draining(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}
