//! A claim: the right, for a while, to be the one who creates an engagement under an external id.
//!
//! It saves fetching a recording twice. It decides nothing: that is the unique index's part.

use crate::{
    ids::{LeaseToken, ProcessId, UploadId},
    text::ExternalId,
    time::Timestamp,
};

/// A request for a claim. Granting it also makes the row of the pending upload, in the same commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What is claimed.
    pub external_id: ExternalId,
    /// Shows who holds it.
    pub token: LeaseToken,
    /// Who asks.
    pub process: ProcessId,
    /// Until when the lease runs.
    pub until: Timestamp,
    /// The upload that the fetch will fill.
    pub upload: UploadId,
    /// Until when the upload may stay pending.
    pub upload_expires_at: Timestamp,
}

/// The answer to a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimOutcome {
    /// Granted: nobody held it, or its lease had run out.
    Held,
    /// Somebody holds it.
    Busy {
        /// Who.
        process: ProcessId,
        /// How long, unless they renew it.
        until: Timestamp,
    },
}

/// What settles a claim: its lease must still be the one with this token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// What was claimed.
    pub external_id: ExternalId,
    /// Who holds it.
    pub token: LeaseToken,
}
