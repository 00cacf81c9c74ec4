//! `speech.http` and `insights.http`: a model server with the interface that `OpenAI` made common.

use secrecy::SecretString;
use url::Url;

use crate::error::ConfigError;
use crate::form::{Form, PLAIN_TEXT, WEB_BASE};
use crate::merged::Merged;
use crate::page::Page;
use crate::secret::SECRET;

/// A model server.
#[derive(Debug, Clone)]
pub struct HttpEngine {
    /// The server's base, with a path that ends in a slash.
    pub url: Url,
    /// Which model to ask for, if the server has several.
    pub model: Option<String>,
    /// What to authenticate with, if the server asks for it.
    pub api_key: Option<SecretString>,
}

/// The names of one section's keys.
pub(crate) struct HttpEngineKeys {
    pub(crate) url: &'static str,
    pub(crate) model: &'static str,
    pub(crate) api_key: &'static str,
}

impl HttpEngine {
    /// The server, or none when nothing of it is set. A model or a key without a server would do nothing, so it is an
    /// error.
    pub(crate) fn read(merged: &Merged, keys: &HttpEngineKeys) -> Result<Option<Self>, ConfigError> {
        match [keys.url, keys.model, keys.api_key].into_iter().find(|key| merged.has(key)) {
            Some(because) => Self::read_needed(merged, keys, because).map(Some),
            None => Ok(None),
        }
    }

    /// The server, which has to be there because of another key.
    pub(crate) fn read_needed(
        merged: &Merged,
        keys: &HttpEngineKeys,
        because: &'static str,
    ) -> Result<Self, ConfigError> {
        Ok(Self {
            url: merged.needed(keys.url, &Form { example: "https://models.example.org", ..WEB_BASE }, because)?,
            model: merged.optional(keys.model, &PLAIN_TEXT)?,
            api_key: merged.optional(keys.api_key, &SECRET)?,
        })
    }

    pub(crate) fn print(engine: Option<&Self>, keys: &HttpEngineKeys, page: &mut Page) {
        page.optional(keys.url, engine.map(|engine| &engine.url));
        page.optional(keys.model, engine.and_then(|engine| engine.model.as_ref()));
        page.secret(keys.api_key, engine.and_then(|engine| engine.api_key.as_ref()));
    }
}
