//! A request that has an endpoint, and what endpoints read from it.

use std::sync::Arc;

use bytes::Bytes;
use hearken_application::read::ReadError;
use hearken_domain::{ids::Id, query::ListQuery};
use hearken_wire::query::{self, collection::SortedBy};
use http::{Response, request::Parts};

use crate::{body::Body, error::ApiError, intake::Intake, middleware::negotiation, state::State};

/// The most bytes of a body that carries neither a timeline nor a transcript.
const MAX_SMALL_BODY: usize = 1024 * 1024;

/// A request that has an endpoint.
pub(crate) struct Call {
    pub(crate) state: Arc<State>,
    pub(crate) head: Parts,
    /// The body and what it takes; none on an open route, which needs no body.
    pub(crate) intake: Option<Intake>,
    /// The path's one parameter, where it has one.
    pub(crate) parameter: Option<String>,
}

/// The answer of an endpoint.
pub(crate) type Answer = Result<Response<Body>, ApiError>;

impl Call {
    /// The raw query string; empty when there is none.
    pub(crate) fn query(&self) -> &str {
        self.head.uri.query().unwrap_or_default()
    }

    /// There are no query parameters.
    pub(crate) fn without_parameters(&self) -> Result<(), ApiError> {
        query::parse_nothing(self.query()).map_err(ApiError::BadParameters)
    }

    /// The page of a list that is asked for.
    pub(crate) fn page<I: Id>(&self, sorted_by: SortedBy) -> Result<ListQuery<I>, ApiError> {
        query::collection::parse_list(self.query(), sorted_by).map_err(ApiError::BadParameters)
    }

    /// The path's id. A text that is no id is answered as an id that never existed.
    pub(crate) fn id<I: Id>(&self) -> Result<I, ApiError> {
        let text = self.parameter.as_deref().unwrap_or_default();
        text.parse().map_err(|_| ReadError::NotFound.into())
    }

    /// The body. It must be declared as JSON, and it is small.
    pub(crate) async fn json(&mut self) -> Result<Bytes, ApiError> {
        self.json_within(MAX_SMALL_BODY).await
    }

    /// The body. It must be declared as JSON, and has at most so many bytes, or as many as the installation takes.
    pub(crate) async fn json_within(&mut self, limit: usize) -> Result<Bytes, ApiError> {
        negotiation::require_json(&self.head.headers)?;
        self.bytes(limit).await
    }

    /// Needs no body, however its absence is declared. One that is sent all the same must be JSON, and says nothing.
    pub(crate) async fn without_body(&mut self) -> Result<(), ApiError> {
        match negotiation::require_json(&self.head.headers) {
            Ok(()) => self.bytes(MAX_SMALL_BODY).await.map(drop),
            Err(not_json) => match self.bytes(0).await {
                Err(ApiError::PayloadTooLarge { .. }) => Err(not_json),
                read => read.map(drop),
            },
        }
    }

    async fn bytes(&mut self, limit: usize) -> Result<Bytes, ApiError> {
        let limit = limit.min(self.state.settings.max_body_bytes);
        match &mut self.intake {
            Some(intake) => intake.read(&self.state, limit).await,
            None => Ok(Bytes::new()),
        }
    }
}
