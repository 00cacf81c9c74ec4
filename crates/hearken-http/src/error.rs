//! Every error an answer can have, and its problem document: one `match`, without a wildcard.

use std::{error::Error, time::Duration};

use hearken_application::{
    authenticate::AuthenticationError,
    create::CreateError,
    desk::{DeskError, ReplaceError},
    read::ReadError,
};
use hearken_domain::{
    access::{MissingScope, Scope},
    ids::RequestId,
    ports::{BlobError, BlobErrorKind},
    rejection::{Rejection, Violation},
    store_error::{StoreError, StoreErrorKind},
};
use hearken_wire::{
    body::BodyError,
    problem::{Problem, ProblemKind},
};
use http::{
    HeaderValue, Method, Response,
    header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};

use crate::{
    body::{self, Body, BoxError},
    rate_limit::{Exceeded, seconds},
};

/// Why a request has no other answer.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// Nothing has this address.
    NoRoute,
    /// The address does not take the method.
    MethodNotAllowed(Vec<Method>),
    /// No form of the answer is acceptable to the client.
    NotAcceptable,
    /// The head is larger than the limit.
    HeadersTooLarge { limit: usize },
    /// The request carries no token.
    NoToken,
    /// The token opens nothing.
    BadToken,
    /// The key lacks a right.
    Forbidden(Scope),
    /// The key, or its workspace, has used up its requests.
    RateLimited(Exceeded),
    /// The body is not declared as JSON.
    NotJsonType,
    /// The body is larger than the limit.
    PayloadTooLarge { limit: usize },
    /// The body did not arrive in time.
    SlowBody,
    /// The body broke off.
    BrokenBody,
    /// The body is no JSON object.
    BadJson(String),
    /// Query parameters are wrong.
    BadParameters(Vec<Violation>),
    /// Fields are wrong, or a link could not be fetched.
    Rejected(Rejection),
    /// There is no such resource.
    NotFound(&'static str),
    /// A range of a recording that is not there.
    RangeNotSatisfiable { length: u64 },
    /// Something that is there is in the way.
    Conflict(&'static str),
    /// Another request is creating the same engagement.
    InProgress,
    /// Not now.
    Unavailable { detail: String, retry_after: Duration },
    /// The recording could not be stored.
    StorageFailed,
    /// A defect of ours, or of the installation: for the log only.
    Internal(BoxError),
}

impl ApiError {
    /// Too much is being done already.
    pub(crate) fn overloaded() -> Self {
        Self::unavailable("the service is handling as many requests as it can; send this one again in a moment")
    }

    pub(crate) fn unavailable(detail: impl Into<String>) -> Self {
        Self::Unavailable { detail: detail.into(), retry_after: Duration::from_secs(2) }
    }

    /// The answer.
    pub(crate) fn into_response(self, request_id: RequestId, public_url: &str) -> Response<Body> {
        let mut headers = Vec::new();
        let problem = problem(self, request_id, &mut headers);
        let mut response = Response::new(body::full(problem.to_bytes(public_url)));
        *response.status_mut() =
            http::StatusCode::from_u16(problem.kind.status()).expect("the kinds have statuses of HTTP");
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(hearken_wire::problem::MEDIA_TYPE));
        for (name, value) in headers {
            let value = HeaderValue::try_from(value).expect("methods, scopes and numbers are visible ASCII");
            response.headers_mut().insert(name, value);
        }
        response
    }
}

type Headers = Vec<(http::HeaderName, String)>;

fn problem(error: ApiError, id: RequestId, headers: &mut Headers) -> Problem {
    use ProblemKind as Kind;
    match error {
        ApiError::NoRoute => Problem::new(Kind::NotFound, "nothing has this address", id),
        ApiError::MethodNotAllowed(allowed) => {
            let allowed = allowed.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
            let detail = format!("this address takes {allowed}");
            headers.push((ALLOW, allowed));
            Problem::new(Kind::MethodNotAllowed, detail, id)
        }
        ApiError::NotAcceptable => {
            Problem::new(Kind::NotAcceptable, "the answer is application/json, which the Accept header rules out", id)
        }
        ApiError::HeadersTooLarge { limit } => {
            Problem::new(Kind::HeadersTooLarge, format!("the request's head may have at most {limit} bytes"), id)
        }
        ApiError::NoToken => {
            headers.push((WWW_AUTHENTICATE, "Bearer".to_owned()));
            Problem::new(Kind::Unauthorized, "send an API key as `Authorization: Bearer <token>`", id)
        }
        ApiError::BadToken => {
            headers.push((WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"".to_owned()));
            Problem::new(Kind::Unauthorized, "the token opens nothing", id)
        }
        ApiError::Forbidden(scope) => {
            headers.push((WWW_AUTHENTICATE, format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"")));
            Problem::new(Kind::InsufficientScope, format!("the token lacks the scope {scope}"), id)
        }
        ApiError::RateLimited(exceeded) => {
            let wait = seconds(exceeded.standing.reset).max(1);
            headers.push((RETRY_AFTER, wait.to_string()));
            Problem::new(
                Kind::RateLimited,
                format!("this {} has sent too many requests; wait {wait} s", exceeded.standing.policy),
                id,
            )
        }
        ApiError::NotJsonType => {
            Problem::new(Kind::UnsupportedMediaType, "send the body with Content-Type: application/json", id)
        }
        ApiError::PayloadTooLarge { limit } => {
            Problem::new(Kind::PayloadTooLarge, format!("the body may have at most {limit} bytes"), id)
        }
        ApiError::SlowBody => Problem::new(Kind::BadRequest, "the body did not arrive in time", id),
        ApiError::BrokenBody => Problem::new(Kind::BadRequest, "the body broke off", id),
        ApiError::BadJson(detail) => Problem::new(Kind::BadRequest, detail, id),
        ApiError::BadParameters(violations) => Problem::bad_parameters(violations, id),
        ApiError::Rejected(rejection) => Problem::validation_failed(rejection, id),
        ApiError::NotFound(detail) => Problem::new(Kind::NotFound, detail, id),
        ApiError::RangeNotSatisfiable { length } => {
            headers.push((http::header::CONTENT_RANGE, format!("bytes */{length}")));
            Problem::new(Kind::RangeNotSatisfiable, format!("the recording has {length} bytes"), id)
        }
        ApiError::Conflict(detail) => Problem::new(Kind::Conflict, detail, id),
        ApiError::InProgress => {
            headers.push((RETRY_AFTER, "2".to_owned()));
            Problem::new(Kind::RequestInProgress, "another request is creating this engagement; send it again", id)
        }
        ApiError::Unavailable { detail, retry_after } => {
            headers.push((RETRY_AFTER, seconds(retry_after).max(1).to_string()));
            Problem::new(Kind::Unavailable, detail, id)
        }
        ApiError::StorageFailed => {
            headers.push((RETRY_AFTER, "5".to_owned()));
            Problem::new(Kind::StorageFailed, "the recording could not be stored; nothing was created", id)
        }
        ApiError::Internal(_) => Problem::new(Kind::InternalError, "the request id finds the reason in the log", id),
    }
}

impl From<AuthenticationError> for ApiError {
    fn from(error: AuthenticationError) -> Self {
        match error {
            AuthenticationError::Refused => Self::BadToken,
            AuthenticationError::Store(error) => error.into(),
        }
    }
}

impl From<MissingScope> for ApiError {
    fn from(MissingScope(scope): MissingScope) -> Self {
        Self::Forbidden(scope)
    }
}

impl From<ReadError> for ApiError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::NotFound => Self::NotFound("there is no such resource"),
            ReadError::Forbidden(scope) => Self::Forbidden(scope),
            ReadError::Store(error) => error.into(),
        }
    }
}

impl From<CreateError> for ApiError {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::Rejected(rejection) => Self::Rejected(rejection),
            CreateError::Forbidden(scope) => Self::Forbidden(scope),
            CreateError::InProgress => Self::InProgress,
            CreateError::Unavailable(detail) => Self::unavailable(detail),
            CreateError::Blob(error) if error.kind == BlobErrorKind::Full => error.into(),
            CreateError::Blob(error) => {
                tracing::error!(error = &error as &dyn Error, "a recording could not be stored");
                Self::StorageFailed
            }
            CreateError::Store(error) => error.into(),
            CreateError::Unknown => Self::unavailable(
                "the database did not say whether it stored the engagement; send the same request again to find out",
            ),
        }
    }
}

impl From<DeskError> for ApiError {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::NotFound => ReadError::NotFound.into(),
            DeskError::Conflict(detail) => Self::Conflict(detail),
            DeskError::Rejected(rejection) => Self::Rejected(rejection),
            DeskError::Store(error) => error.into(),
            DeskError::Unknown => Self::unavailable(
                "the database did not say whether it stored the change; read the resource to find out",
            ),
        }
    }
}

impl From<ReplaceError> for ApiError {
    fn from(error: ReplaceError) -> Self {
        match error {
            ReplaceError::Read(error) => error.into(),
            ReplaceError::Desk(error) => error.into(),
        }
    }
}

impl From<BodyError> for ApiError {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::NotAnObject(detail) => Self::BadJson(detail),
            BodyError::Rejected(rejection) => Self::Rejected(rejection),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error.kind {
            StoreErrorKind::Full => logged(&error, "the storage is full; nothing was stored"),
            StoreErrorKind::Unavailable => logged(&error, "the database is not available at the moment"),
            StoreErrorKind::Inconsistent | StoreErrorKind::Broken => Self::Internal(error.into()),
        }
    }
}

impl From<BlobError> for ApiError {
    fn from(error: BlobError) -> Self {
        match error.kind {
            BlobErrorKind::Full => logged(&error, "the storage is full; nothing was stored"),
            BlobErrorKind::Unavailable => logged(&error, "the storage of recordings is not available at the moment"),
            BlobErrorKind::NotFound | BlobErrorKind::Broken => Self::Internal(error.into()),
        }
    }
}

/// An operator must see why a request was turned away, and a caller must not.
fn logged(error: &(dyn Error + 'static), detail: &str) -> ApiError {
    tracing::error!(error, "a request was turned away");
    ApiError::Unavailable { detail: detail.to_owned(), retry_after: Duration::from_secs(5) }
}
