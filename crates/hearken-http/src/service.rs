//! The service behind the socket, and without one: a request in, an answer out.
//!
//! The order of a request: its route → its key → its share of requests → its scope → a place among those in flight →
//! its endpoint, which alone reads the body, and gives its place back while it does.

use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use hearken_domain::{
    access::{Caller, Scope},
    ids::{ProcessId, RequestId},
    ports::{Clock, IdSource, Ports},
};
use http::{HeaderValue, Method, Request, Response, header::CONTENT_LENGTH, request::Parts};
use http_body_util::BodyExt;
use metrics_exporter_prometheus::PrometheusHandle;
use tracing::Instrument;

use crate::{
    body::{self, Body, BoxError, RequestBody},
    call::{Answer, Call},
    error::ApiError,
    intake::Intake,
    middleware::{access_log, authentication, head_limit, negotiation, panics},
    rate_limit::Standing,
    router::{self, Endpoint, Found, Router},
    settings::ApiSettings,
    state::State,
};

/// The API as a tower service.
#[derive(Clone)]
pub struct Api {
    state: Arc<State>,
    router: Arc<Router>,
}

impl Api {
    /// Over these ports, for this process.
    pub fn new(ports: Ports, process: ProcessId, settings: ApiSettings, metrics: Option<PrometheusHandle>) -> Self {
        let router = Router::new(settings.serves);
        Self { state: State::new(ports, process, settings, metrics), router: Arc::new(router) }
    }

    /// Answers a request.
    pub async fn handle<B>(&self, request: Request<B>) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        let ports = &self.state.ports;
        let request_id = RequestId::from(ports.ids.ulid(ports.clock.now()));
        let span = tracing::info_span!(
            "request",
            request.id = %request_id,
            workspace.id = tracing::field::Empty,
            key.id = tracing::field::Empty,
            engagement.id = tracing::field::Empty,
        );
        let (head, body) = request.into_parts();
        let body = body.map_err(Into::into).boxed_unsync();
        self.answered(head, body, request_id).instrument(span).await
    }

    /// From now on the service says that it is not ready.
    pub fn begin_draining(&self) {
        self.state.begin_draining();
    }

    /// Returns once no create is under way, or after the deadline; says how many still are.
    pub async fn drained(&self, deadline: Duration) -> usize {
        self.state.ingests.close();
        let _ = tokio::time::timeout(deadline, self.state.ingests.wait()).await;
        self.state.ingests.len()
    }

    async fn answered(&self, head: Parts, body: RequestBody, request_id: RequestId) -> Response<Body> {
        let began = Instant::now();
        let method = head.method.clone();
        let is_versioned = router::is_versioned(head.uri.path());
        let mut standing = None;
        let mut route = "unmatched";
        let answer = match self.router.find(&head.method, head.uri.path()) {
            Ok(found) => {
                route = found.route.path;
                panics::caught(self.dispatch(found, head, body, &mut standing)).await
            }
            Err(error) => Err(error),
        };
        let (mut response, error) = match answer {
            Ok(response) => (response, None),
            Err(error) => self.failed(error, request_id),
        };
        let headers = response.headers_mut();
        headers.insert("x-request-id", HeaderValue::try_from(request_id.to_string()).expect("ids are visible ASCII"));
        if is_versioned {
            headers.insert("x-api-version", HeaderValue::from_static("v2"));
        }
        self.state.rates.write(headers, standing);
        if method == Method::HEAD {
            without_body(&mut response);
        }
        access_log::Entry { method: &method, route, began }.write(&response, error.as_deref().map(|error| error as _));
        response
    }

    /// The answer to an error, and the error itself when it is ours to log.
    fn failed(&self, error: ApiError, request_id: RequestId) -> (Response<Body>, Option<BoxError>) {
        match error {
            ApiError::Internal(error) => {
                let shown = ApiError::Internal("shown to nobody".into());
                (shown.into_response(request_id, &self.state.settings.public_url), Some(error))
            }
            error => (error.into_response(request_id, &self.state.settings.public_url), None),
        }
    }

    async fn dispatch(
        &self,
        found: Found<'_>,
        head: Parts,
        body: RequestBody,
        standing: &mut Option<Standing>,
    ) -> Answer {
        head_limit::check(&head)?;
        let call = |head, intake| Call { state: self.state.clone(), head, intake, parameter: found.parameter };
        let (scope, endpoint) = match found.route.endpoint {
            Endpoint::Open(endpoint) => return endpoint(call(head, None)).await,
            Endpoint::Keyed(endpoint) => (None, endpoint),
            Endpoint::Scoped(scope, endpoint) => (Some(scope), endpoint),
        };
        let caller = self.admit(&head, scope, standing).await?;
        let intake = Intake::begin(&self.state, caller.workspace, body)?;
        endpoint(call(head, Some(intake)), caller).await
    }

    /// Who asks, whether they may ask so often, and whether they may ask this.
    async fn admit(
        &self,
        head: &Parts,
        scope: Option<Scope>,
        standing: &mut Option<Standing>,
    ) -> Result<Caller, ApiError> {
        let caller = authentication::caller(&self.state, &head.headers).await?;
        let span = tracing::Span::current();
        span.record("workspace.id", tracing::field::display(caller.workspace));
        span.record("key.id", tracing::field::display(caller.key));
        match self.state.rates.count(&caller) {
            Ok(left) => *standing = left,
            Err(exceeded) => {
                *standing = Some(exceeded.standing);
                return Err(ApiError::RateLimited(exceeded));
            }
        }
        caller.require(scope.as_slice())?;
        negotiation::accepts_json(&head.headers)?;
        Ok(caller)
    }
}

/// An answer to `HEAD` says how long the body would be, and has none (RFC 9110, 9.3.2). HTTP/2 needs this done here.
fn without_body(response: &mut Response<Body>) {
    let length = http_body::Body::size_hint(response.body()).exact();
    *response.body_mut() = body::empty();
    if let Some(length) = length {
        response.headers_mut().entry(CONTENT_LENGTH).or_insert(HeaderValue::from(length));
    }
}

impl<B> tower::Service<Request<B>> for Api
where
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let api = self.clone();
        Box::pin(async move { Ok(api.handle(request).await) })
    }
}
