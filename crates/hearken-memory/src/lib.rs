//! Every port of Hearken in memory: the reference behaviour, and an embedder's verified fakes.
//!
//! Nothing here does I/O, knows a runtime, reads a clock or throws dice, so a test on these ports is the same on every
//! run. [`MemoryStore`] and [`MemoryBlobs`] pass the checks of `hearken-testkit` that the real adapters pass: a test
//! that is green here means something there. Nothing outlives the process.
//!
//! ```
//! use hearken_domain::ports::Ports;
//!
//! let memory = hearken_memory::Memory::new();
//! let ports = Ports { ..memory.ports() }; // swap one port here
//! # drop(ports);
//! ```

mod blobs;
mod clock;
mod engines;
mod events;
mod ids;
mod media;
mod store;
mod watched;

use std::sync::Arc;

use hearken_domain::ports::{Engines, Mail, Ports};

pub use self::{
    blobs::MemoryBlobs,
    clock::ManualClock,
    engines::{MemoryAnalyser, MemoryComposer, MemoryDispatcher, MemoryProbe, MemoryTranscriber},
    events::TextEventEncoder,
    ids::SeededIds,
    media::MemoryMedia,
    store::MemoryStore,
};

/// One of each, fresh. For a test that also moves the clock or serves a recording, see [`Memory`].
pub fn ports() -> Ports {
    Memory::new().ports()
}

/// The concrete handles behind [`Memory::ports`] and [`Memory::engines`].
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// Every row.
    pub store: Arc<MemoryStore>,
    /// Every recording that was kept.
    pub blobs: Arc<MemoryBlobs>,
    /// What links serve.
    pub media: Arc<MemoryMedia>,
    /// Stands until it is moved.
    pub clock: Arc<ManualClock>,
    /// Guessable on purpose.
    pub ids: Arc<SeededIds>,
    /// What recordings are.
    pub probe: Arc<MemoryProbe>,
    /// What is heard.
    pub transcriber: Arc<MemoryTranscriber>,
    /// What is read out of it.
    pub analyser: Arc<MemoryAnalyser>,
    /// What was brought to receivers of webhooks, and what they answer.
    pub receivers: Arc<MemoryDispatcher>,
    /// What was brought to mailboxes, and what becomes of it.
    pub mailboxes: Arc<MemoryDispatcher>,
}

impl Memory {
    /// All of them fresh.
    pub fn new() -> Self {
        Self::default()
    }

    /// The ports over these handles. Every call gives the same ones.
    pub fn ports(&self) -> Ports {
        Ports {
            store: self.store.clone(),
            directory: self.store.clone(),
            registry: self.store.clone(),
            claims: self.store.clone(),
            uploads: self.store.clone(),
            outbox: self.store.clone(),
            queue: self.store.clone(),
            deliveries: self.store.clone(),
            tags: self.store.clone(),
            webhooks: self.store.clone(),
            workflows: self.store.clone(),
            insights: self.store.clone(),
            blobs: self.blobs.clone(),
            media: self.media.clone(),
            events: Arc::new(TextEventEncoder),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
        }
    }

    /// The engines over these handles. Every call gives the same ones.
    pub fn engines(&self) -> Engines {
        Engines {
            probe: self.probe.clone(),
            transcriber: Some(self.transcriber.clone()),
            summariser: self.analyser.clone(),
            tagger: self.analyser.clone(),
            extractor: self.analyser.clone(),
            webhooks: self.receivers.clone(),
            mail: Some(Mail { dispatcher: self.mailboxes.clone(), composer: Arc::new(MemoryComposer) }),
        }
    }
}
