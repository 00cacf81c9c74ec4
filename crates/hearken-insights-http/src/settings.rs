//! What an operator decides about the chat server, and who stands in for it.

use std::{fmt, sync::Arc, time::Duration};

use hearken_domain::ports::{Extractor, Summariser, Tagger};
use secrecy::SecretString;
use url::Url;

/// A chat server.
#[derive(Clone, Debug)]
pub struct ChatSettings {
    /// Its base, with or without `/v1` at the end.
    pub url: Url,
    /// Which model to ask for; where there is none the request names none, which servers of a single model take.
    pub model: Option<String>,
    /// Sent as a bearer token.
    pub api_key: Option<SecretString>,
    /// How long one request may take, from connecting to the end of the answer.
    pub timeout: Duration,
    /// The most characters of a message that carries a part of a conversation; instructions and schema, some 4,000
    /// characters, come on top. Less than 8,000 counts as 8,000.
    pub max_input_chars: usize,
}

impl ChatSettings {
    /// A server that needs no key: ten minutes a request, 24,000 characters a message, which is 6,000 to 8,000 tokens of
    /// most languages.
    pub fn new(url: Url) -> Self {
        // A model on a small machine may need minutes.
        Self { url, model: None, api_key: None, timeout: Duration::from_mins(10), max_input_chars: 24_000 }
    }
}

/// Who does it where the server's answer does not fit.
#[derive(Clone)]
pub struct Fallback {
    /// Summarises.
    pub summariser: Arc<dyn Summariser>,
    /// Tags.
    pub tagger: Arc<dyn Tagger>,
    /// Extracts.
    pub extractor: Arc<dyn Extractor>,
}

impl fmt::Debug for Fallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fallback").finish_non_exhaustive()
    }
}
