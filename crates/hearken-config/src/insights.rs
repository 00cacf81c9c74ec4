//! `insights`: what summarises, tags and extracts.

use crate::error::ConfigError;
use crate::form::{Form, choice};
use crate::http_engine::{HttpEngine, HttpEngineKeys};
use crate::merged::Merged;
use crate::page::Page;

const HTTP: HttpEngineKeys =
    HttpEngineKeys { url: "insights.http.url", model: "insights.http.model", api_key: "insights.http.api_key" };

const ENGINE: Form<InsightsEngine> = Form {
    accepted: "auto, local or http",
    example: "auto",
    parse: |text| {
        choice(text, &[InsightsEngine::Auto, InsightsEngine::Local, InsightsEngine::Http], InsightsEngine::as_str)
    },
};

/// What analyses transcripts, and the server as far as it is configured.
#[derive(Debug, Clone)]
pub struct Insights {
    /// Which engine to use.
    pub engine: InsightsEngine,
    /// A chat server; always there when `engine` is `Http`.
    pub http: Option<HttpEngine>,
}

/// Which engine analyses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InsightsEngine {
    /// The server if there is one, else the embedded analyser.
    Auto,
    /// The embedded analyser.
    Local,
    /// A server.
    Http,
}

impl InsightsEngine {
    /// The word for it in settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Local => "local",
            Self::Http => "http",
        }
    }
}

impl Insights {
    pub(crate) fn read(merged: &Merged) -> Result<Self, ConfigError> {
        let engine = merged.required("insights.engine", &ENGINE)?;
        let http = if engine == InsightsEngine::Http {
            Some(HttpEngine::read_needed(merged, &HTTP, "insights.engine")?)
        } else {
            HttpEngine::read(merged, &HTTP)?
        };
        Ok(Self { engine, http })
    }

    pub(crate) fn print(&self, page: &mut Page) {
        page.text("insights.engine", self.engine.as_str());
        HttpEngine::print(self.http.as_ref(), &HTTP, page);
    }
}
