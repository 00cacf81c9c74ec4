//! Problems: how the API says that something went wrong (RFC 9457).
//!
//! The kinds are closed, and each has a page at its `type`, whose text stands here beside it.

use bytes::Bytes;
use hearken_domain::{
    ids::RequestId,
    rejection::{Rejection, Violation},
};
use serde::Serialize;

use crate::{shown::Shown, to_bytes};

/// The content type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $status:literal $slug:literal $title:literal $explanation:literal;)*) => {
        /// What kind of problem it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ProblemKind {
            $($(#[$doc])* $variant,)*
        }

        impl ProblemKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The last segment of its `type`.
            pub fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug,)* }
            }

            /// The same for every problem of the kind.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// The HTTP status.
            pub fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            /// The paragraph of its page: what it means and what to do.
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$variant => $explanation,)* }
            }
        }
    };
}

kinds! {
    /// The request cannot be read.
    BadRequest = 400 "bad_request" "Bad Request"
        "The request could not be read: the body is not a JSON object, or a query parameter is unknown or has a value \
         that it cannot have. `detail` says what was found, and `errors` names each parameter. Sending the same \
         request again gives the same answer.";
    /// No usable token.
    Unauthorized = 401 "unauthorized" "Unauthorized"
        "The request carries no usable token. Send `Authorization: Bearer <token>` with an API key of the form \
         `sk-apik_<id>.<secret>`. A key that is unknown, expired or revoked gets this same answer; the operator of the \
         installation can see which keys there are and make a new one.";
    /// The token's rights do not suffice.
    InsufficientScope = 403 "insufficient_scope" "Insufficient Scope"
        "The token is good but lacks a right that this request needs; `detail` names the scope. Ask the operator for a \
         key that has it. Private engagements need `engagements:private:read` together with `engagements:read`.";
    /// Nothing there.
    NotFound = 404 "not_found" "Not Found"
        "There is nothing under this address, or the resource belongs to another workspace: the two look the same on \
         purpose. Check the id, its prefix and the path.";
    /// Another method.
    MethodNotAllowed = 405 "method_not_allowed" "Method Not Allowed"
        "The address exists but does not take this method. The `Allow` header lists those that it takes.";
    /// No representation that the client accepts.
    NotAcceptable = 406 "not_acceptable" "Not Acceptable"
        "The `Accept` header rules out every form in which the answer could be given. Answers are `application/json`; \
         errors are `application/problem+json`.";
    /// The body is too large.
    PayloadTooLarge = 413 "payload_too_large" "Payload Too Large"
        "The request's body is larger than this installation takes; `detail` names the limit. Recordings are never \
         sent in the body: give a `media_url` from which they are fetched.";
    /// Not JSON by its content type.
    UnsupportedMediaType = 415 "unsupported_media_type" "Unsupported Media Type"
        "The body is not declared as JSON. Send `Content-Type: application/json` and no content coding.";
    /// Too many or too long header fields.
    HeadersTooLarge = 431 "headers_too_large" "Request Header Fields Too Large"
        "The request's header or its address is larger than this installation takes. Shorten it; a long list of ids \
         can be asked for in several requests.";
    /// Clashes with something that exists.
    Conflict = 409 "conflict" "Conflict"
        "The request clashes with a resource that exists, for example an e-mail address that another contact has, or \
         with a change made at the same time. Read the resource and decide again.";
    /// Another request with the same key is being handled.
    RequestInProgress = 409 "request_in_progress" "Request In Progress"
        "Another request with the same `external_id` is being handled and was not done in time. Wait as long as \
         `Retry-After` says and send the request again: it then gets the engagement that the other one created, or \
         creates it itself if that one failed.";
    /// Past the end of a recording.
    RangeNotSatisfiable = 416 "range_not_satisfiable" "Range Not Satisfiable"
        "The `Range` header asks for bytes that the recording does not have. `Content-Range` says how many there are; \
         ask for a range within them, or leave the header out for the whole recording.";
    /// Field errors.
    ValidationFailed = 422 "validation_failed" "Validation Failed"
        "The body could be read, but some of its fields cannot be accepted. `errors` lists all of them with the path, \
         a stable code and a message. When the recording could not be fetched, `retryable` says whether the same \
         request may succeed later. Nothing was created: the same `external_id` can be sent again at once.";
    /// Too many requests.
    RateLimited = 429 "rate_limited" "Too Many Requests"
        "Too many requests in a short time. Wait as long as `Retry-After` says; the `RateLimit` and `RateLimit-Policy` \
         headers on every answer tell how much is left.";
    /// A defect of ours.
    InternalError = 500 "internal_error" "Internal Server Error"
        "Something went wrong that is not the request's fault. The operator finds it in the log under the \
         `request_id`. Creating an engagement again with the same `external_id` is safe: it never makes a second one.";
    /// The recording could not be stored.
    StorageFailed = 503 "storage_failed" "Storage Failed"
        "The recording was fetched, but the storage of this installation could not take it. Nothing was created. Wait as \
         long as `Retry-After` says and send the same request again; the operator finds the reason in the log.";
    /// Not now.
    Unavailable = 503 "unavailable" "Service Unavailable"
        "The service cannot take the request at the moment: it is overloaded, shutting down, cannot reach its storage, \
         or the storage is full. Wait as long as `Retry-After` says and send the same request again.";
}

impl ProblemKind {
    /// The kind with this slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.slug() == slug)
    }
}

/// One occurrence of a problem.
#[derive(Clone, Debug)]
pub struct Problem {
    /// What kind.
    pub kind: ProblemKind,
    /// This occurrence, for the caller: never a detail of ours.
    pub detail: String,
    /// Finds it in the log.
    pub request_id: RequestId,
    /// Field errors; empty when there are none.
    pub errors: Vec<Violation>,
    /// For a recording that could not be fetched: whether the same request may succeed later.
    pub retryable: Option<bool>,
    /// The status that the recording's host answered.
    pub upstream_status: Option<u16>,
}

impl Problem {
    /// A problem without field errors.
    pub fn new(kind: ProblemKind, detail: impl Into<String>, request_id: RequestId) -> Self {
        Self { kind, detail: detail.into(), request_id, errors: Vec::new(), retryable: None, upstream_status: None }
    }

    /// A `validation_failed` with everything that is wrong.
    pub fn validation_failed(rejection: Rejection, request_id: RequestId) -> Self {
        let Rejection { violations, retryable, upstream_status } = rejection;
        Self {
            kind: ProblemKind::ValidationFailed,
            detail: counted(violations.len(), "field"),
            request_id,
            errors: violations,
            retryable,
            upstream_status,
        }
    }

    /// A `bad_request` that names each wrong query parameter.
    pub fn bad_parameters(violations: Vec<Violation>, request_id: RequestId) -> Self {
        let detail = counted(violations.len(), "query parameter");
        Self { errors: violations, ..Self::new(ProblemKind::BadRequest, detail, request_id) }
    }

    /// The document. `public_base` is the installation's public address, with or without a slash at its end.
    pub fn to_bytes(&self, public_base: &str) -> Bytes {
        to_bytes(&Document {
            type_: format!("{}/errors/{}", public_base.trim_end_matches('/'), self.kind.slug()),
            title: self.kind.title(),
            status: self.kind.status(),
            detail: &self.detail,
            request_id: Shown(self.request_id),
            errors: self.errors.iter().map(field_error).collect(),
            retryable: self.retryable,
            upstream_status: self.upstream_status,
        })
    }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what} is not acceptable") } else { format!("{count} {what}s are not acceptable") }
}

fn field_error(violation: &Violation) -> FieldError<'_> {
    FieldError { field: &violation.field, code: violation.code.as_str(), message: &violation.message }
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "type")]
    type_: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    request_id: Shown<RequestId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retryable: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upstream_status: Option<u16>,
}

#[derive(Serialize)]
struct FieldError<'a> {
    field: &'a str,
    code: &'static str,
    message: &'a str,
}

#[cfg(test)]
mod tests {
    use hearken_domain::{
        ids::Ulid,
        media::{FetchCode, FetchError},
        rejection::ViolationCode,
    };
    use serde_json::{Value, json};

    use super::*;

    fn document(problem: &Problem) -> Value {
        serde_json::from_slice(&problem.to_bytes("https://api.example.com/")).unwrap()
    }

    #[test]
    fn a_problem_without_field_errors_has_five_members() {
        let problem = Problem::new(ProblemKind::NotFound, "there is no such engagement", Ulid::from_parts(0, 1).into());
        assert_eq!(
            document(&problem),
            json!({
                "type": "https://api.example.com/errors/not_found", "title": "Not Found", "status": 404,
                "detail": "there is no such engagement", "request_id": "rid_00000000000000000000000001",
            })
        );
    }

    #[test]
    fn field_errors_and_the_media_verdict_come_in_one_answer() {
        let mut rejection = Rejection::one("title", ViolationCode::Required, "is required");
        rejection.add_media(FetchError {
            upstream_status: Some(403),
            ..FetchError::new(FetchCode::UpstreamStatus, "the host answered 403")
        });
        assert_eq!(
            document(&Problem::validation_failed(rejection, Ulid::from_parts(0, 1).into())),
            json!({
                "type": "https://api.example.com/errors/validation_failed", "title": "Validation Failed", "status": 422,
                "detail": "2 fields are not acceptable", "request_id": "rid_00000000000000000000000001",
                "errors": [
                    {"field": "title", "code": "required", "message": "is required"},
                    {"field": "media_url", "code": "upstream_status", "message": "the host answered 403"},
                ],
                "retryable": false, "upstream_status": 403,
            })
        );
    }

    #[test]
    fn every_slug_is_found_again() {
        for kind in ProblemKind::ALL {
            assert_eq!(ProblemKind::from_slug(kind.slug()), Some(*kind));
            assert!((400..600).contains(&kind.status()));
            assert!(kind.explanation().ends_with('.'));
        }
        assert_eq!(ProblemKind::from_slug("teapot"), None);
    }
}
