//! Hearken's settings: read once at the start, checked completely, and handed on as plain values.
//!
//! Where a value comes from, the later winning over the earlier: the built-in default, `hearken.toml`, a
//! `HEARKEN__SECTION__KEY` environment variable, a command line flag. All layers are merged by dotted key and checked
//! against one table ([`known_keys`]) before any value is interpreted, so that a misspelt key is an error in every
//! layer and is never ignored. Relative paths are relative to the process's working folder, whichever layer they are in.
//!
//! There is no global state, and the environment is not read here: the binary passes it in [`Sources`].

mod blobs;
mod database;
mod egress;
mod email;
mod error;
mod form;
mod http_engine;
mod insights;
mod keys;
mod limits;
mod log;
mod media;
mod merged;
mod nearest;
mod page;
mod quantity;
mod secret;
mod server;
mod speech;
mod worker;

use std::path::PathBuf;

pub use blobs::{BlobLocation, Blobs};
pub use database::{Database, DatabaseLocation};
pub use egress::Egress;
pub use email::Email;
pub use error::{ConfigError, Origin};
pub use http_engine::HttpEngine;
pub use insights::{Insights, InsightsEngine};
pub use keys::{DefaultValue, KnownKey, known_keys};
pub use limits::{Limits, RateLimit};
pub use log::{Log, LogFormat};
pub use media::{Media, MediaTimeouts, OctetStream};
pub use server::{Role, Server, Tls};
pub use speech::{CommandEngine, Speech, SpeechEngine};
pub use worker::Worker;

use merged::Merged;
use page::Page;

/// The layers that settings are read from. Not `Debug`: the environment holds secrets.
#[derive(Clone, Default)]
pub struct Sources {
    /// A TOML file, which must exist when it is named here.
    pub file: Option<PathBuf>,
    /// Environment variables. Those that do not start with `HEARKEN__` are passed over, and so are empty ones.
    pub env: Vec<(String, String)>,
    /// Command line flags as dotted keys with their text: `("listen", "127.0.0.1:0")`.
    pub flags: Vec<(String, String)>,
}

/// Everything that can be configured, checked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the service listens, keeps its data and is reached: the keys without a section, and `tls`.
    pub server: Server,
    /// `limits`: what one client and all clients together may use.
    pub limits: Limits,
    /// `database`: where engagements are stored.
    pub database: Database,
    /// `blobs`: where recordings are stored.
    pub blobs: Blobs,
    /// `egress`: which hosts may be fetched from.
    pub egress: Egress,
    /// `media`: how recordings are fetched.
    pub media: Media,
    /// `speech`: what transcribes.
    pub speech: Speech,
    /// `insights`: what summarises, tags and extracts.
    pub insights: Insights,
    /// `email`: how recaps are sent; without it none are.
    pub email: Option<Email>,
    /// `worker`: how much is processed at a time.
    pub worker: Worker,
    /// `log`: what is logged and how.
    pub log: Log,
}

impl Settings {
    /// Merges the sources and checks every key and value. The first thing that is wrong is the error.
    pub fn load(sources: Sources) -> Result<Self, ConfigError> {
        let merged = Merged::from_sources(sources)?;
        let server = Server::read(&merged)?;
        Ok(Self {
            limits: Limits::read(&merged)?,
            database: Database::read(&merged, &server.data_dir)?,
            blobs: Blobs::read(&merged, &server.data_dir)?,
            egress: Egress::read(&merged)?,
            media: Media::read(&merged)?,
            speech: Speech::read(&merged)?,
            insights: Insights::read(&merged)?,
            email: Email::read(&merged)?,
            worker: Worker::read(&merged)?,
            log: Log::read(&merged)?,
            server,
        })
    }

    /// The effective settings as TOML, one line for each known key, without secrets.
    ///
    /// A secret stands as `(secret)`, which [`Settings::load`] refuses as a value; a key that is not set is a comment.
    /// Without secrets, loading the text gives the same settings.
    pub fn print(&self) -> String {
        let mut page = Page::default();
        self.server.print(&mut page);
        self.limits.print(&mut page);
        self.database.print(&mut page);
        self.blobs.print(&mut page);
        self.egress.print(&mut page);
        self.media.print(&mut page);
        self.speech.print(&mut page);
        self.insights.print(&mut page);
        Email::print(self.email.as_ref(), &mut page);
        self.worker.print(&mut page);
        self.log.print(&mut page);
        page.into_text()
    }
}
