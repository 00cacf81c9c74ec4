//! A create that fails leaves nothing, and the same key can be sent again at once.

use futures_executor::block_on;
use hearken_application::create::CreateError;
use hearken_domain::{
    directory::Lookup,
    engagement::{CreateEngagement, Participant},
    media::{FetchCode, FetchError},
    ports::BlobErrorKind,
    rejection::ViolationCode,
};

use crate::harness::{BYTES, House, LINK, email, made, recording_of, request};

/// Fails once, then mends the link and sends the same again without any time having passed.
async fn fails_and_can_be_sent_again(house: &House, error: &FetchError) {
    let creator = house.creator();
    let answer = creator.create(&house.caller, request("call-1", recording_of(LINK))).await;
    let Err(CreateError::Rejected(rejection)) = answer else { panic!("the link fails: {answer:?}") };
    assert_eq!(rejection.violations[0].code, ViolationCode::Media(error.code));
    assert_eq!(rejection.retryable, Some(error.retryable));
    assert_eq!(house.stored("call-1").await, None);
    house.assert_nothing_is_left().await;
    let events = house.ports().outbox.events(house.workspace.id, None, 10).await.unwrap();
    assert!(events.is_empty());

    house.memory.media.serve(LINK, "audio/mpeg".parse().unwrap(), BYTES);
    made(creator.create(&house.caller, request("call-1", recording_of(LINK))).await.unwrap());
    assert_eq!(house.memory.blobs.keys().len(), 1);
}

#[test]
fn a_link_that_cannot_be_fetched_leaves_nothing() {
    block_on(async {
        let house = House::new().await;
        let error = FetchError::new(FetchCode::ConnectFailed, "nobody answers");
        house.memory.media.fail(LINK, error.clone());
        fails_and_can_be_sent_again(&house, &error).await;
    });
}

#[test]
fn a_recording_that_breaks_off_leaves_nothing() {
    block_on(async {
        let house = House::new().await;
        let error = FetchError::new(FetchCode::TooLarge, "too large");
        house.memory.media.serve_then_fail(LINK, BYTES, error.clone());
        fails_and_can_be_sent_again(&house, &error).await;
    });
}

#[test]
fn no_permit_is_our_fault_and_not_the_links() {
    block_on(async {
        let house = House::new().await;
        house.memory.media.fail(LINK, FetchError::new(FetchCode::Unavailable, "too many fetches"));
        let answer = house.creator().create(&house.caller, request("call-1", recording_of(LINK))).await;
        assert!(matches!(&answer, Err(CreateError::Unavailable(_))), "{answer:?}");
        house.assert_nothing_is_left().await;
    });
}

#[test]
fn a_failed_create_makes_no_contact_and_no_company() {
    block_on(async {
        let house = House::new().await;
        house.memory.media.fail(LINK, FetchError::new(FetchCode::Timeout, "too slow"));
        let email = email("bob@acme.test");
        let bob = Participant { name: None, email: Some(email.clone()), phone: None, is_owner: false, channel: None };
        let command = CreateEngagement { participants: vec![bob], ..recording_of(LINK) };
        house.creator().create(&house.caller, request("call-1", command)).await.unwrap_err();
        let lookup = Lookup { domains: vec![email.domain()], emails: vec![email], ..Lookup::default() };
        let matches = house.ports().directory.matching(house.workspace.id, &lookup).await.unwrap();
        assert!(matches.contacts.is_empty() && matches.companies.is_empty());
    });
}

#[test]
fn a_blob_store_that_fills_up_during_the_fetch_leaves_nothing() {
    block_on(async {
        let house = House::new().await;
        house.memory.media.hold();
        let creator = house.creator();
        let work = creator.create(&house.caller, request("call-1", recording_of(LINK)));
        let filling = async {
            house.memory.media.until_waiting(1).await;
            house.memory.blobs.refuse(BlobErrorKind::Full);
            house.memory.media.release();
        };
        let (answer, ()) = futures_util::future::join(work, filling).await;
        assert!(matches!(&answer, Err(CreateError::Blob(error)) if error.kind == BlobErrorKind::Full), "{answer:?}");
        house.memory.blobs.recover();
        house.assert_nothing_is_left().await;
        made(creator.create(&house.caller, request("call-1", recording_of(LINK))).await.unwrap());
    });
}
