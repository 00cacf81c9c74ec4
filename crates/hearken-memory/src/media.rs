//! Recordings behind links, as a test says: what a link serves or how it fails, how often it was fetched, and a gate
//! that holds fetches until they are released.

use std::collections::HashMap;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use hearken_domain::{
    ids::WorkspaceId,
    media::{FetchCode, FetchError, MediaAuth, MediaUrl, Recording},
    ports::MediaFetcher,
};
use mime::Mime;

use crate::watched::Watched;

/// Bodies come in pieces of at most this many bytes, as they do from a socket.
const PIECE: usize = 16 * 1024;

/// A fetcher without a network. A link that nobody registered answers like a host with status 404.
#[derive(Debug, Default)]
pub struct MemoryMedia {
    state: Watched<State>,
}

#[derive(Debug, Default)]
struct State {
    answers: HashMap<String, Answer>,
    fetches: HashMap<String, usize>,
    gate: Gate,
    waiting: usize,
}

#[derive(Debug, Default, PartialEq)]
enum Gate {
    #[default]
    Open,
    Closed,
}

#[derive(Clone, Debug)]
enum Answer {
    Serves { media_type: Mime, bytes: Bytes, then: Option<FetchError> },
    Fails(FetchError),
    Refused(FetchError),
}

impl MemoryMedia {
    /// One without any link.
    pub fn new() -> Self {
        Self::default()
    }

    /// The link serves this recording.
    pub fn serve(&self, url: &str, media_type: Mime, bytes: impl Into<Bytes>) {
        self.answer(url, Answer::Serves { media_type, bytes: bytes.into(), then: None });
    }

    /// The link serves audio that breaks off with the error after these bytes.
    pub fn serve_then_fail(&self, url: &str, bytes: impl Into<Bytes>, error: FetchError) {
        let media_type = "audio/mpeg".parse().expect("it is a media type");
        self.answer(url, Answer::Serves { media_type, bytes: bytes.into(), then: Some(error) });
    }

    /// The text passes, the fetch fails.
    pub fn fail(&self, url: &str, error: FetchError) {
        self.answer(url, Answer::Fails(error));
    }

    /// The text itself is refused, without a fetch.
    pub fn refuse(&self, url: &str, error: FetchError) {
        self.answer(url, Answer::Refused(error));
    }

    /// How many fetches there were, of any link.
    pub fn fetches(&self) -> usize {
        self.state.read(|state| state.fetches.values().sum())
    }

    /// How many fetches there were of this link.
    pub fn fetches_of(&self, url: &str) -> usize {
        self.state.read(|state| state.fetches.get(url).copied().unwrap_or(0))
    }

    /// From now on fetches wait at the gate.
    pub fn hold(&self) {
        self.state.change(|state| state.gate = Gate::Closed);
    }

    /// Lets all waiting fetches go on, and all later ones.
    pub fn release(&self) {
        self.state.change(|state| state.gate = Gate::Open);
    }

    /// Returns once at least so many fetches wait at the gate.
    pub async fn until_waiting(&self, fetches: usize) {
        self.state.until(|state| state.waiting >= fetches).await;
    }

    fn answer(&self, url: &str, answer: Answer) {
        self.state.change(|state| state.answers.insert(url.to_owned(), answer));
    }

    async fn pass_the_gate(&self) {
        let _waiting = Waiting::new(self);
        self.state.until(|state| state.gate == Gate::Open).await;
    }
}

#[async_trait]
impl MediaFetcher for MemoryMedia {
    fn judge(&self, url: &MediaUrl) -> Result<(), FetchError> {
        match self.state.read(|state| state.answers.get(url.expose()).cloned()) {
            Some(Answer::Refused(error)) => Err(error),
            _ => Ok(()),
        }
    }

    async fn fetch(&self, _: WorkspaceId, url: &MediaUrl, _: Option<&MediaAuth>) -> Result<Recording, FetchError> {
        self.judge(url)?;
        self.state.change(|state| *state.fetches.entry(url.expose().to_owned()).or_default() += 1);
        self.pass_the_gate().await;
        match self.state.read(|state| state.answers.get(url.expose()).cloned()) {
            Some(Answer::Serves { media_type, bytes, then }) => Ok(recording(media_type, bytes, then)),
            Some(Answer::Fails(error) | Answer::Refused(error)) => Err(error),
            None => Err(not_found()),
        }
    }
}

fn recording(media_type: Mime, bytes: Bytes, then: Option<FetchError>) -> Recording {
    let length = then.is_none().then_some(bytes.len() as u64);
    let mut rest = bytes;
    let pieces = std::iter::from_fn(move || (!rest.is_empty()).then(|| rest.split_to(rest.len().min(PIECE))));
    Recording { media_type, length, body: stream::iter(pieces.map(Ok).chain(then.map(Err))).boxed() }
}

fn not_found() -> FetchError {
    FetchError {
        upstream_status: Some(404),
        ..FetchError::new(FetchCode::UpstreamStatus, "the host answered with status 404")
    }
}

/// Counted while it lives, also when the fetch is dropped at the gate.
struct Waiting<'a>(&'a MemoryMedia);

impl<'a> Waiting<'a> {
    fn new(media: &'a MemoryMedia) -> Self {
        media.state.change(|state| state.waiting += 1);
        Self(media)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.state.change(|state| state.waiting -= 1);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, TryStreamExt};
    use hearken_domain::ids::Ulid;

    use super::*;

    #[test]
    fn a_held_fetch_waits_until_it_is_released() {
        let (media, url) = (MemoryMedia::new(), MediaUrl::new("https://example.com/a.mp3"));
        media.serve(url.expose(), mime::APPLICATION_OCTET_STREAM, "abc");
        media.hold();
        let mut fetch = media.fetch(Ulid::nil().into(), &url, None);
        assert!((&mut fetch).now_or_never().is_none());
        assert!(media.until_waiting(1).now_or_never().is_some());
        media.release();
        let recording = (&mut fetch).now_or_never().unwrap().unwrap();
        let body: Vec<Bytes> = recording.body.try_collect().now_or_never().unwrap().unwrap();
        assert_eq!(body.concat(), b"abc");
        assert_eq!(media.fetches_of(url.expose()), 1);
    }

    #[test]
    fn what_is_refused_is_not_fetched_and_what_is_unknown_is_not_found() {
        let (media, url) = (MemoryMedia::new(), MediaUrl::new("http://localhost/"));
        media.refuse(url.expose(), FetchError::new(FetchCode::MediaUrlNotAllowed, "no"));
        assert_eq!(media.judge(&url).unwrap_err().code, FetchCode::MediaUrlNotAllowed);
        let refused = media.fetch(Ulid::nil().into(), &url, None).now_or_never().unwrap().unwrap_err();
        assert_eq!((refused.code, media.fetches()), (FetchCode::MediaUrlNotAllowed, 0));
        let unknown = MediaUrl::new("https://example.com/none");
        let missing = media.fetch(Ulid::nil().into(), &unknown, None).now_or_never().unwrap().unwrap_err();
        assert_eq!(missing.upstream_status, Some(404));
    }
}
