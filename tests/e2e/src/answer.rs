//! An answer of the service, whole.

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{HeaderMap, Response, body::Incoming};
use serde_json::Value;

/// Why there is no answer: the connection failed, or broke off.
pub type Broken = Box<dyn std::error::Error + Send + Sync>;

/// Status, header and body.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body, to its end.
    pub body: Bytes,
}

impl Answer {
    /// Reads a response to its end.
    pub async fn of(response: Response<Incoming>) -> Result<Self, Broken> {
        let (head, body) = response.into_parts();
        Ok(Self { status: head.status.as_u16(), headers: head.headers, body: body.collect().await?.to_bytes() })
    }

    /// The same, when it has this status; else the test ends here and shows the body.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    /// A header field.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The resource's id.
    #[track_caller]
    pub fn id(&self) -> String {
        self.json()["id"].as_str().expect("a resource has an id").to_owned()
    }

    /// Whether it says that it repeats an earlier answer.
    pub fn is_replay(&self) -> bool {
        self.header("idempotent-replayed") == Some("true")
    }

    /// A problem's body without what differs from request to request.
    #[track_caller]
    pub fn masked(&self) -> Value {
        let mut json = self.json();
        json["request_id"] = Value::Null;
        json
    }

    /// The messages of a problem's errors in a field with a code.
    #[track_caller]
    pub fn messages(&self, field: &str, code: &str) -> Vec<String> {
        let json = self.json();
        let errors = json["errors"].as_array().cloned().unwrap_or_default();
        let fits = |error: &&Value| error["field"] == field && error["code"] == code;
        errors.iter().filter(fits).filter_map(|error| error["message"].as_str().map(str::to_owned)).collect()
    }
}
