//! A call of a webhook, as it arrived.

use bytes::Bytes;
use hyper::HeaderMap;
use serde_json::Value;
use standardwebhooks::Webhook;

/// A call.
#[derive(Clone, Debug)]
pub struct Call {
    /// Whom for: each path is a receiver.
    pub path: String,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Call {
    /// A header field.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).unwrap_or_else(|| panic!("{name} is missing in {:?}", self.headers));
        value.to_str().expect("it is text")
    }

    /// `webhook-id`.
    #[track_caller]
    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }

    /// The body as JSON.
    #[track_caller]
    pub fn envelope(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    /// The envelope's `type`.
    #[track_caller]
    pub fn kind(&self) -> String {
        self.envelope()["type"].as_str().expect("an envelope has a type").to_owned()
    }

    /// Whether it was signed with this secret, `whsec_…`, as the library of Standard Webhooks sees it.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let webhook = Webhook::new(secret).expect("a secret has this form");
        webhook.verify(&self.body, &self.headers).is_ok()
    }

    /// Insists on what every call must be: signed, with the forerunner's headers of the same values, and an envelope.
    #[track_caller]
    pub fn check(&self, secret: &str) {
        assert!(self.is_signed_with(secret), "{} is not signed by {secret:.10}…", self.id());
        for name in ["id", "timestamp", "signature"] {
            assert_eq!(self.header(&format!("webhook-{name}")), self.header(&format!("svix-{name}")));
        }
        assert_eq!(self.header("content-type"), "application/json");
        let envelope = self.envelope();
        assert_eq!(envelope["id"], self.id());
        assert_eq!(envelope["api_version"], "v1");
        let id = self.id();
        assert!(id.starts_with("evt_") && id.len() == 30, "{id}");
        let workspace = envelope["workspace_id"].as_str().unwrap_or_default();
        assert!(workspace.starts_with("wrks_"), "{envelope}");
        let at = envelope["created_at"].as_str().unwrap_or_default();
        assert!(at.len() == 24 && at.ends_with('Z'), "{at} is no time with milliseconds");
        assert!(envelope["data"]["object"]["object"].is_string(), "{envelope}");
    }
}
