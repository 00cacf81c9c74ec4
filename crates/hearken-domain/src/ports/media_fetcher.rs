//! The port that fetches a recording from a link that a caller chose.

use async_trait::async_trait;

use crate::{
    ids::WorkspaceId,
    media::{FetchError, MediaAuth, MediaUrl, Recording},
};

/// Fetches recordings without ever being led to an internal address.
#[async_trait]
pub trait MediaFetcher: Send + Sync {
    /// Judges the text of a link, without any I/O: what it refuses, [`fetch`](Self::fetch) refuses with the same error.
    fn judge(&self, url: &MediaUrl) -> Result<(), FetchError>;

    /// Fetches the link up to its first good bytes; the rest comes as a stream.
    ///
    /// Permits are counted in all, per workspace and per host. A stream that is dropped closes its connection and
    /// returns its permits.
    async fn fetch(
        &self,
        workspace: WorkspaceId,
        url: &MediaUrl,
        auth: Option<&MediaAuth>,
    ) -> Result<Recording, FetchError>;
}

#[async_trait]
impl<P: MediaFetcher + ?Sized> MediaFetcher for std::sync::Arc<P> {
    fn judge(&self, url: &MediaUrl) -> Result<(), FetchError> {
        (**self).judge(url)
    }

    async fn fetch(
        &self,
        workspace: WorkspaceId,
        url: &MediaUrl,
        auth: Option<&MediaAuth>,
    ) -> Result<Recording, FetchError> {
        (**self).fetch(workspace, url, auth).await
    }
}
