//! What no engagement will ever have is removed, and what one has is left alone.

use std::time::Duration;

use bytes::Bytes;
use futures_executor::block_on;
use futures_util::{FutureExt, StreamExt, stream};
use hearken_application::sweep::Sweeper;
use hearken_domain::{
    claim::{Claim, ClaimOutcome},
    ids::{Ulid, UploadId},
    upload::BlobKey,
};

use crate::harness::{House, LINK, key, made, process, recording_of, request};

/// Longer than any upload may stay pending.
const LONG: Duration = Duration::from_hours(1);

/// What a process leaves that was killed after its last byte and before its commit.
async fn killed_before_its_commit(house: &House) -> UploadId {
    let now = house.ports().clock.now();
    let upload = Ulid::from_parts(9, 9).into();
    let claim = Claim {
        external_id: key("killed"),
        token: Ulid::from_parts(9, 10).into(),
        process: process(9),
        until: now.after(Duration::from_secs(30)),
        upload,
        upload_expires_at: now.after(Duration::from_mins(30)),
    };
    let outcome = house.ports().claims.claim(house.workspace.id, &claim, now).await.unwrap();
    assert_eq!(outcome, ClaimOutcome::Held);
    let body = stream::iter([Ok(Bytes::from_static(b"ID3 half a call"))]).boxed();
    house.ports().blobs.put(BlobKey { workspace: house.workspace.id, upload }, body).await.unwrap();
    upload
}

#[test]
fn a_pending_upload_is_removed_with_its_bytes_once_its_time_has_run_out() {
    block_on(async {
        let house = House::new().await;
        let upload = killed_before_its_commit(&house).await;
        let sweeper = Sweeper::new(house.ports());
        assert_eq!(sweeper.sweep().await.unwrap(), 0, "its time has not run out");
        house.memory.clock.advance(LONG);
        assert_eq!(sweeper.sweep().await.unwrap(), 1);
        house.assert_nothing_is_left().await;
        assert_eq!(house.ports().uploads.by_id(house.workspace.id, upload).await.unwrap(), None);
        assert_eq!(sweeper.sweep().await.unwrap(), 0);
    });
}

#[test]
fn a_live_recording_is_never_swept() {
    block_on(async {
        let house = House::new().await;
        made(house.create("call-1", recording_of(LINK)).await);
        house.memory.clock.advance(LONG);
        let sweeper = Sweeper::new(house.ports());
        assert_eq!(sweeper.sweep().await.unwrap(), 0);
        sweeper.take_over(process(2)).await.unwrap();
        house.memory.clock.advance(LONG);
        assert_eq!(sweeper.sweep().await.unwrap(), 0);
        assert_eq!(house.memory.blobs.keys().len(), 1);
    });
}

#[test]
fn a_process_that_takes_over_ends_what_the_killed_one_began() {
    block_on(async {
        let house = House::new().await;
        killed_before_its_commit(&house).await;
        let sweeper = Sweeper::new(house.ports());
        let at_once = sweeper.take_over(process(1)).await.unwrap();
        house.memory.clock.advance(Duration::from_millis(1));
        let soon = sweeper.sweep().await.unwrap();
        assert_eq!(at_once + soon, 1, "long before its own time has run out");
        house.assert_nothing_is_left().await;
        made(house.create("killed", recording_of(LINK)).await);
    });
}

#[test]
fn a_create_that_was_cut_off_is_swept_and_can_be_sent_again() {
    block_on(async {
        let house = House::new().await;
        house.memory.media.hold();
        let creator = house.creator();
        let cut_off = creator.create(&house.caller, request("call-1", recording_of(LINK))).now_or_never();
        assert!(cut_off.is_none(), "it waits for its recording");
        assert_eq!(house.unfinished_uploads().await, 1);
        house.memory.media.release();
        house.memory.clock.advance(LONG);
        assert_eq!(Sweeper::new(house.ports()).sweep().await.unwrap(), 1);
        made(creator.create(&house.caller, request("call-1", recording_of(LINK))).await.unwrap());
    });
}
