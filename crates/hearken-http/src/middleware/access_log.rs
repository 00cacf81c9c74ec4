//! One line a request, and its counters. A path is logged as its route, because a media link's path is a credential.

use std::{error::Error, time::Instant};

use http::{Method, Response};

use crate::body::Body;

/// What is known of a request when it is answered.
pub(crate) struct Entry<'a> {
    pub(crate) method: &'a Method,
    pub(crate) route: &'static str,
    pub(crate) began: Instant,
}

impl Entry<'_> {
    /// Writes the line and counts. A 5xx comes with its causes.
    pub(crate) fn write(&self, response: &Response<Body>, error: Option<&(dyn Error + 'static)>) {
        let status = response.status().as_u16();
        let took = self.began.elapsed();
        let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        match error {
            Some(error) => {
                tracing::error!(http.method = %self.method, http.route = self.route, http.status = status, duration_ms, error, causes = %causes(error), "request failed");
            }
            None => {
                tracing::info!(http.method = %self.method, http.route = self.route, http.status = status, duration_ms, "request");
            }
        }
        metrics::counter!("hearken_http_requests_total", "route" => self.route, "status" => status.to_string())
            .increment(1);
        metrics::histogram!("hearken_http_request_seconds", "route" => self.route).record(took.as_secs_f64());
    }
}

/// The errors below an error, outermost first.
fn causes(error: &(dyn Error + 'static)) -> String {
    let chain = std::iter::successors(error.source(), |&error| error.source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
