//! What an operator decides about the place of recordings.

use std::path::PathBuf;

use secrecy::SecretString;
use url::Url;

/// A folder on local disk.
#[derive(Clone, Debug)]
pub struct LocalSettings {
    /// The folder; nothing else may write in it.
    pub root: PathBuf,
    /// New recordings are refused while fewer bytes than this are free.
    pub low_water_bytes: u64,
}

/// A bucket that is spoken to by the S3 protocol.
#[derive(Clone, Debug)]
pub struct S3Settings {
    /// Its name.
    pub bucket: String,
    /// Put before every key; may be empty and may have slashes.
    pub prefix: String,
    /// The server, addressed with the bucket in the path; `None` is AWS.
    pub endpoint: Option<Url>,
    /// Its region; servers other than AWS mostly take any.
    pub region: String,
    /// Together with the secret key; without both, the machine's own role is asked.
    pub access_key_id: Option<String>,
    /// Together with the key's id.
    pub secret_access_key: Option<SecretString>,
    /// For a temporary credential.
    pub session_token: Option<SecretString>,
    /// Whether the endpoint may be `http:`.
    pub allow_http: bool,
}
