//! What an operator decides about the transcription server.

use std::time::Duration;

use secrecy::SecretString;
use url::Url;

/// A transcription server.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Its base, with or without `/v1` at the end.
    pub url: Url,
    /// Which model to ask for; `whisper-1` where there is none.
    pub model: Option<String>,
    /// Sent as a bearer token.
    pub api_key: Option<SecretString>,
    /// The largest request that the server takes, in bytes.
    pub max_upload_bytes: u64,
    /// The longest piece of a recording in one request.
    pub max_piece: Duration,
    /// How long a connection may take to be made.
    pub connect_timeout: Duration,
    /// How long a piece may take from its first byte to the end of the answer.
    pub answer_timeout: Duration,
}

impl HttpSettings {
    /// A server that needs no key, with limits that fit the usual ones: just below 25 MiB and ten minutes a piece.
    pub fn new(url: Url) -> Self {
        Self {
            url,
            model: None,
            api_key: None,
            max_upload_bytes: 25 * 1024 * 1024 - 64 * 1024,
            max_piece: Duration::from_mins(10),
            connect_timeout: Duration::from_secs(10),
            // A model on a small machine may need more time than the recording is long.
            answer_timeout: Duration::from_mins(30),
        }
    }
}
