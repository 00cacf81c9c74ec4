//! An upload: a row that exists before the first byte of a recording does, so that no byte is ever without a row.

use std::{fmt, str::FromStr};

use crate::{
    ids::{UploadId, WorkspaceId},
    time::Timestamp,
};

/// How far an upload is. The only ways are pending → live, pending → deleting → gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UploadState {
    /// Bytes may be on their way.
    Pending,
    /// An engagement has it.
    Live,
    /// Given up; its bytes are being removed.
    Deleting,
}

impl UploadState {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Pending, Self::Live, Self::Deleting];

    /// As written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Live => "live",
            Self::Deleting => "deleting",
        }
    }
}

/// A text that names no state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such upload state")]
pub struct UnknownUploadState;

impl FromStr for UploadState {
    type Err = UnknownUploadState;

    fn from_str(text: &str) -> Result<Self, UnknownUploadState> {
        Self::ALL.iter().copied().find(|state| state.as_str() == text).ok_or(UnknownUploadState)
    }
}

/// One upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The id.
    pub id: UploadId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// How far it is.
    pub state: UploadState,
    /// From then on a pending one is given up.
    pub expires_at: Timestamp,
}

/// A change of an upload's state, by compare-and-set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UploadMove {
    /// Which.
    pub id: UploadId,
    /// The state it must have.
    pub from: UploadState,
    /// The state it gets; `None` removes the row.
    pub to: Option<UploadState>,
}

/// Where a recording's bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BlobKey {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Which.
    pub upload: UploadId,
}

impl fmt::Display for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.workspace, self.upload)
    }
}
