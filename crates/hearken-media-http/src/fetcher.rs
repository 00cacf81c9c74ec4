//! The port: from a link to a recording whose head and first bytes were found good.

use async_trait::async_trait;
use hearken_domain::{
    ids::WorkspaceId,
    media::{FetchCode, FetchError, MediaAuth, MediaUrl, Recording},
    ports::MediaFetcher,
};
use hearken_egress::{CheckedUrl, GetRequest, Guard, Response};
use http::{HeaderValue, StatusCode};
use mime::Mime;
use tokio_util::sync::CancellationToken;

use crate::{
    body::{RecordingBody, Terms, too_large},
    content_type::{Declared, declared, declared_length, refuse_encoding},
    credential::with_credential,
    error::{answered, told, unavailable, upstream_status},
    permits::{Permit, Permits},
    settings::{MediaSettings, OctetStream},
    sniff::{known_media, not_a_recording},
};

/// Fetches recordings over HTTPS through the guard.
pub struct HttpMediaFetcher {
    guard: Guard,
    settings: MediaSettings,
    permits: Permits,
    down: CancellationToken,
}

impl HttpMediaFetcher {
    /// A fetcher with its own counts of what is in flight.
    pub fn new(guard: Guard, settings: MediaSettings) -> Self {
        Self { permits: Permits::new(&settings), guard, settings, down: CancellationToken::new() }
    }

    /// Ends every running fetch, and every later one, as unavailable: the same request may succeed elsewhere or later.
    pub fn shut_down(&self) {
        self.down.cancel();
    }

    /// How many fetches could begin now, were they all for different workspaces and hosts. For a gauge.
    pub fn free_permits(&self) -> usize {
        self.permits.free()
    }

    async fn fetch_judged(
        &self,
        url: CheckedUrl,
        auth: Option<&MediaAuth>,
        permit: Permit,
    ) -> Result<Recording, FetchError> {
        let request = GetRequest::new(url).accept(HeaderValue::from_static("audio/*, video/*"));
        let response = self.guard.get(with_credential(request, auth)?).await.map_err(|error| told(&error))?;
        let status = response.status.as_u16();
        if response.status != StatusCode::OK {
            return Err(upstream_status(status));
        }
        self.open(response, permit).await.map_err(|error| answered(error, status))
    }

    /// Holds what the answer says about itself, and its first bytes, against the rules.
    async fn open(&self, response: Response, permit: Permit) -> Result<Recording, FetchError> {
        let declared = declared(&response.headers)?;
        if declared == Declared::Octets && self.settings.octet_stream == OctetStream::Refuse {
            let message = "the link serves content without a type (octet-stream), not audio or video";
            return Err(FetchError::new(FetchCode::UnsupportedMediaType, message));
        }
        refuse_encoding(&response.headers)?;
        let length = declared_length(&response.headers);
        if length.is_some_and(|length| length > self.settings.max_bytes) {
            return Err(too_large(self.settings.max_bytes));
        }
        let mut body = RecordingBody::new(
            response.body,
            Terms {
                max_bytes: self.settings.max_bytes,
                status: response.status.as_u16(),
                permit,
                halt: Box::pin(self.down.clone().cancelled_owned()),
            },
        );
        let first = body.first_bytes().await?;
        Ok(Recording { media_type: media_type(declared, &first)?, length, body: Box::pin(body) })
    }
}

/// The type of a recording that begins with these bytes.
fn media_type(declared: Declared, first: &[u8]) -> Result<Mime, FetchError> {
    if first.is_empty() {
        return Err(FetchError::new(FetchCode::EmptyMedia, "the link serves an empty body"));
    }
    if let Some(what) = not_a_recording(first) {
        let message = format!("the link says that it serves a recording, but its content is {what}");
        return Err(FetchError::new(FetchCode::ContentMismatch, message));
    }
    match declared {
        Declared::Media(media_type) => Ok(media_type),
        Declared::Octets => known_media(first).and_then(|known| known.parse().ok()).ok_or_else(|| {
            let message = "the link serves content without a type, and its first bytes are those of no known recording";
            FetchError::new(FetchCode::UnsupportedMediaType, message)
        }),
    }
}

#[async_trait]
impl MediaFetcher for HttpMediaFetcher {
    fn judge(&self, url: &MediaUrl) -> Result<(), FetchError> {
        self.guard.judge(url.expose()).map(drop).map_err(|error| told(&error))
    }

    async fn fetch(
        &self,
        workspace: WorkspaceId,
        url: &MediaUrl,
        auth: Option<&MediaAuth>,
    ) -> Result<Recording, FetchError> {
        let url = self.guard.judge(url.expose()).map_err(|error| told(&error))?;
        let fetching = Box::pin(async {
            let permit = self.permits.acquire(workspace, url.host().to_string()).await?;
            self.fetch_judged(url, auth, permit).await
        });
        self.down
            .run_until_cancelled(fetching)
            .await
            .unwrap_or_else(|| Err(unavailable("hearken is shutting down; try again soon")))
    }
}
