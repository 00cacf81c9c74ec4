//! Identifiers: a type each, written `<prefix>_` and a 26-character upper-case ULID.
//!
//! The bits come from the [`IdSource`](crate::ports::IdSource) port: nothing here throws dice.

use std::{fmt, str::FromStr};

pub use ulid::Ulid;

/// A text that is no identifier of the wanted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected `{prefix}_` and 26 characters of an upper-case ULID")]
pub struct IdError {
    /// The prefix that was wanted.
    pub prefix: &'static str,
}

/// What every identifier has.
pub trait Id: Copy + Eq + Ord + fmt::Display + FromStr<Err = IdError> + From<Ulid> + Send + Sync + 'static {
    /// The text before the underscore.
    const PREFIX: &'static str;

    /// The 128 bits.
    fn ulid(self) -> Ulid;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Ulid);

        impl Id for $name {
            const PREFIX: &'static str = $prefix;

            fn ulid(self) -> Ulid {
                self.0
            }
        }

        impl From<Ulid> for $name {
            fn from(ulid: Ulid) -> Self {
                Self(ulid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut text = [0; ulid::ULID_LEN];
                write!(f, concat!($prefix, "_{}"), self.0.array_to_str(&mut text))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                text.strip_prefix(concat!($prefix, "_")).and_then(canonical_ulid).map(Self).ok_or(IdError { prefix: $prefix })
            }
        }
    )*};
}

ids! {
    /// An engagement.
    EngagementId = "ngmt";
    /// A contact.
    ContactId = "cnt";
    /// A company.
    CompanyId = "cmp";
    /// A user of the workspace.
    UserId = "usr";
    /// A tag.
    TagId = "tag";
    /// A transcript timeline.
    TimelineId = "tt";
    /// An event.
    EventId = "evt";
    /// A workspace, the tenant.
    WorkspaceId = "wrks";
    /// One request to the API.
    RequestId = "rid";
    /// An API key.
    ApiKeyId = "apik";
    /// A job of the pipeline.
    JobId = "job";
    /// An action item.
    ActionItemId = "act";
    /// A signal.
    SignalId = "sig";
    /// A webhook endpoint.
    WebhookEndpointId = "whep";
    /// A delivery.
    DeliveryId = "dlv";
    /// A workflow.
    WorkflowId = "wfl";
    /// A run of a workflow.
    WorkflowRunId = "wfr";
    /// An upload: the attempt to make one recording durable, and the recording once it is.
    UploadId = "upl";
    /// The token of a lease: who shows it holds the lease.
    LeaseToken = "lse";
    /// A process of the service.
    ProcessId = "prc";
}

/// Reads a ULID in the one spelling we write, so that no resource has two names.
fn canonical_ulid(text: &str) -> Option<Ulid> {
    let ulid = Ulid::from_string(text).ok()?;
    let mut buffer = [0; ulid::ULID_LEN];
    (ulid.array_to_str(&mut buffer) == text).then_some(ulid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_written() {
        let id = EngagementId::from(Ulid::from_parts(1_700_000_000_000, 42));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!(id.to_string().starts_with("ngmt_"));
    }

    #[test]
    fn another_prefix_or_spelling_is_refused() {
        let text = EngagementId::from(Ulid::from_parts(1_700_000_000_000, 42)).to_string();
        assert!(text.parse::<ContactId>().is_err());
        assert!(text.to_lowercase().parse::<EngagementId>().is_err());
        assert!("ngmt_".parse::<EngagementId>().is_err());
        assert!("ngmt_ZZZZZZZZZZZZZZZZZZZZZZZZZZ".parse::<EngagementId>().is_err());
    }
}
