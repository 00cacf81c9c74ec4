//! How an embedder or a test swaps **one** adapter: write the port's methods, put the value into `Ports`, and take
//! every other port from somewhere else. Nothing of the use cases changes.
//!
//! Here the fetcher is swapped: recordings come from a shelf instead of from the network, and the shelf remembers who
//! asked. The same three lines swap the store, the blobs or the clock.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use futures_executor::block_on;
use futures_util::{StreamExt, stream};
use hearken_application::create::{CreateError, Creator};
use hearken_domain::{
    ids::WorkspaceId,
    media::{FetchCode, FetchError, MediaAuth, MediaUrl, Recording},
    ports::{MediaFetcher, Ports},
    rejection::ViolationCode,
};

use crate::harness::{House, made, process, recording_of, request};

/// Serves `shelf:<anything>`, and refuses every other link by its text.
#[derive(Default)]
struct Shelf {
    asked: Mutex<Vec<WorkspaceId>>,
}

#[async_trait]
impl MediaFetcher for Shelf {
    fn judge(&self, url: &MediaUrl) -> Result<(), FetchError> {
        if url.expose().starts_with("shelf:") {
            Ok(())
        } else {
            Err(FetchError::new(FetchCode::InvalidUrl, "must be on the shelf"))
        }
    }

    async fn fetch(
        &self,
        workspace: WorkspaceId,
        url: &MediaUrl,
        _: Option<&MediaAuth>,
    ) -> Result<Recording, FetchError> {
        // The port says: what `judge` refuses, `fetch` refuses with the same error.
        self.judge(url)?;
        self.asked.lock().unwrap().push(workspace);
        let bytes = Bytes::from_static(b"RIFF from the shelf");
        let length = Some(bytes.len() as u64);
        Ok(Recording { media_type: "audio/wav".parse().unwrap(), length, body: stream::iter([Ok(bytes)]).boxed() })
    }
}

#[test]
fn one_adapter_is_swapped_and_everything_else_stays() {
    block_on(async {
        let house = House::new().await;
        let shelf = Arc::new(Shelf::default());
        // This is all there is to it:
        let ports = Ports { media: shelf.clone(), ..house.ports() };
        let creator = Creator::new(ports, process(1));

        let outcome = creator.create(&house.caller, request("call-1", recording_of("shelf:7"))).await.unwrap();
        assert_eq!(made(outcome).media.unwrap().bytes, 19);
        assert_eq!(*shelf.asked.lock().unwrap(), [house.workspace.id]);
        assert_eq!(house.memory.media.fetches(), 0, "the other fetcher was not asked");

        let answer = creator.create(&house.caller, request("call-2", recording_of("https://example.com/a.mp3"))).await;
        let Err(CreateError::Rejected(rejection)) = answer else { panic!("it is not on the shelf: {answer:?}") };
        assert_eq!(rejection.violations[0].code, ViolationCode::Media(FetchCode::InvalidUrl));
    });
}
