//! A panic is a 500 for its own request: without a detail, and without harm to anybody else.

use std::sync::Arc;

use async_trait::async_trait;
use hearken_domain::{
    ids::WorkspaceId,
    media::{FetchError, MediaAuth, MediaUrl, Recording},
    ports::{MediaFetcher, Ports},
};
use http::StatusCode;

use crate::harness::{Answer, House, recording, settings, timeline};

/// What nobody outside may read.
const SECRET: &str = "secret detail 4711";

/// A fetcher with a defect.
struct Panicking;

#[async_trait]
impl MediaFetcher for Panicking {
    fn judge(&self, _: &MediaUrl) -> Result<(), FetchError> {
        panic!("{SECRET}")
    }

    async fn fetch(&self, _: WorkspaceId, _: &MediaUrl, _: Option<&MediaAuth>) -> Result<Recording, FetchError> {
        panic!("{SECRET}")
    }
}

#[track_caller]
fn assert_tells_nothing(answer: &Answer) {
    let problem = answer.problem(500, "internal_error");
    let text = problem.to_string();
    assert!(!text.contains("4711") && !text.contains("panic"), "{text}");
}

#[tokio::test]
async fn a_panic_tells_nothing_and_harms_nobody_else() {
    let house = House::with(settings(), |ports| Ports { media: Arc::new(Panicking), ..ports }).await;
    // In the create's own task.
    assert_tells_nothing(&house.post(&recording("call-1")).await);
    // In the endpoint: without an id the link is judged there.
    let mut body = recording("call-2");
    body.as_object_mut().unwrap().remove("external_id");
    assert_tells_nothing(&house.post(&body).await);
    assert_eq!(house.post(&timeline("call-3")).await.status, StatusCode::CREATED);
    assert_eq!(house.read("/v2/engagements").await.status, StatusCode::OK);
}
