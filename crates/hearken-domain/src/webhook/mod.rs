//! Webhook endpoints: who hears of events, and how that is signed.

pub mod decide;

use std::{fmt, time::Duration};

use secrecy::{ExposeSecret, SecretSlice};

use crate::{
    event::EventKind,
    ids::{WebhookEndpointId, WorkspaceId},
    text::Description,
    time::Timestamp,
    words::texts_of,
};

/// The most endpoints of a workspace.
pub const MAX_ENDPOINTS: usize = 10_000;
/// How long an endpoint may fail before it is disabled.
pub const FAILING_LIMIT: Duration = Duration::from_hours(5 * 24);
/// How long a rotated secret goes on signing beside the new one.
pub const SECRET_OVERLAP: Duration = Duration::from_hours(24);

/// Where events are sent.
#[derive(Clone, Debug)]
pub struct WebhookEndpoint {
    /// The id. Its last twenty bits are its own in its workspace: they are part of its deliveries' ids.
    pub id: WebhookEndpointId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// Where to.
    pub url: ReceiverUrl,
    /// Which events; none means all.
    pub event_types: Vec<EventKind>,
    /// Free text.
    pub description: Option<Description>,
    /// Whether events that happen now are sent there.
    pub enabled: bool,
    /// Why it was disabled, when Hearken did it.
    pub disabled_reason: Option<DisabledReason>,
    /// The newest first; at least one.
    pub secrets: Vec<EndpointSecret>,
    /// Since when every attempt has failed. The deliverer's own, and no change that a client sees.
    pub failing_since: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// From then on it is nowhere to be seen.
    pub deleted_at: Option<Timestamp>,
    /// Grows by one with every change; a change names the one it saw.
    pub version: u64,
}

impl WebhookEndpoint {
    /// The secrets that sign at a moment, the newest first.
    pub fn secrets_at(&self, now: Timestamp) -> Vec<SigningSecret> {
        let in_force = |secret: &&EndpointSecret| secret.expires_at.is_none_or(|end| now < end);
        self.secrets.iter().filter(in_force).map(|secret| secret.secret.clone()).collect()
    }
}

texts_of! {
    /// Why Hearken disabled an endpoint.
    DisabledReason, UnknownDisabledReason {
        /// Every attempt of five days failed.
        Failing = "FAILING",
        /// The receiver answered 410 Gone.
        Gone = "GONE",
    }
}

/// A secret of an endpoint, and until when it signs.
#[derive(Clone, Debug)]
pub struct EndpointSecret {
    /// The secret.
    pub secret: SigningSecret,
    /// `None`: until it is rotated.
    pub expires_at: Option<Timestamp>,
}

/// The key of a Standard Webhooks signature: 24 to 64 random bytes. Written `whsec_` and base64.
#[derive(Clone, Debug)]
pub struct SigningSecret(SecretSlice<u8>);

impl SigningSecret {
    /// Keeps the bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(SecretSlice::from(bytes.into()))
    }

    /// The bytes: for signing, storing, and the one answer that shows them.
    pub fn expose(&self) -> &[u8] {
        self.0.expose_secret()
    }
}

/// A receiver's https URL, as sent; the egress guard judges it. Never shown by `Debug`: receivers put tokens there.
#[derive(Clone, PartialEq, Eq)]
pub struct ReceiverUrl(String);

/// A text that is too long or empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must have 1 to 2048 characters")]
pub struct ReceiverUrlError;

impl ReceiverUrl {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ReceiverUrl {
    type Error = ReceiverUrlError;

    fn try_from(text: String) -> Result<Self, ReceiverUrlError> {
        if (1..=2048).contains(&text.chars().count()) { Ok(Self(text)) } else { Err(ReceiverUrlError) }
    }
}

impl fmt::Debug for ReceiverUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReceiverUrl(…)")
    }
}
