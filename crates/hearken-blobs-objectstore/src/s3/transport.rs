//! The HTTP client that speaks to the bucket.
//!
//! `object_store` would make one that takes a proxy from the environment and follows redirects; a signed request must
//! do neither.

use std::time::Duration;

use object_store::{
    ClientConfigKey, ClientOptions,
    client::{HttpClient, HttpConnector},
};
use reqwest::redirect::Policy;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);
/// How long nothing may come. It also bounds the sending of a part, since the answer comes only after it.
const SILENCE: Duration = Duration::from_mins(1);

/// Makes the client.
#[derive(Debug)]
pub(super) struct Transport;

impl HttpConnector for Transport {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        // The question for the machine's role is plain HTTP, whatever the bucket is.
        let allow_http = options.get_config_value(&ClientConfigKey::AllowHttp).is_some_and(|allow| allow == "true");
        reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .https_only(!allow_http)
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .build()
            .map(HttpClient::new)
            .map_err(|error| object_store::Error::Generic { store: "S3", source: Box::new(error) })
    }
}
