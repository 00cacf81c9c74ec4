//! What is refused before anything is fetched, and that all of it comes in one answer.

use futures_executor::block_on;
use hearken_application::create::{CreateError, CreateRequest};
use hearken_domain::{
    engagement::{CreateEngagement, Participant},
    media::{FetchCode, FetchError},
    ports::BlobErrorKind,
    rejection::{Rejection, Violation, ViolationCode},
};

use crate::harness::{House, LINK, key, recording_of, request};

#[test]
fn every_error_comes_in_one_answer_the_links_too() {
    block_on(async {
        let house = House::new().await;
        house.memory.media.refuse(LINK, FetchError::new(FetchCode::MediaUrlNotAllowed, "not allowed"));
        let wrong = vec![
            Violation::new("title", ViolationCode::Required, "is required"),
            Violation::new("type", ViolationCode::InvalidEnumValue, "must be CALL or MEETING"),
        ];
        let asked = CreateRequest {
            external_id: key("call-1"),
            media_url: request("call-1", recording_of(LINK)).media_url,
            command: Err(Rejection::from(wrong)),
            shows: Vec::new(),
        };
        let Err(CreateError::Rejected(rejection)) = house.creator().create(&house.caller, asked).await else {
            panic!("the request is wrong")
        };
        let fields: Vec<&str> = rejection.violations.iter().map(|violation| violation.field.as_str()).collect();
        assert_eq!(fields, ["title", "type", "media_url"]);
        assert_eq!(rejection.violations[2].code, ViolationCode::Media(FetchCode::MediaUrlNotAllowed));
        assert_eq!(rejection.retryable, Some(false));
        assert_eq!(house.memory.media.fetches(), 0);
        house.assert_nothing_is_left().await;
    });
}

#[test]
fn an_owner_who_does_not_resolve_is_refused_before_the_fetch() {
    block_on(async {
        let house = House::new().await;
        let owner = Participant {
            name: None,
            email: Some("nobody@initech.test".try_into().unwrap()),
            phone: None,
            is_owner: true,
            channel: None,
        };
        let command = CreateEngagement { participants: vec![owner], ..recording_of(LINK) };
        let answer = house.creator().create(&house.caller, request("call-1", command)).await;
        let Err(CreateError::Rejected(rejection)) = answer else { panic!("nobody owns it") };
        assert_eq!(rejection.violations[0].field, "participants[0].is_owner");
        assert_eq!(rejection.violations[0].code, ViolationCode::NotFound);
        assert_eq!(house.memory.media.fetches(), 0);
        house.assert_nothing_is_left().await;
    });
}

#[test]
fn a_full_blob_store_admits_nothing_but_repeats() {
    block_on(async {
        let house = House::new().await;
        house.create("call-1", recording_of(LINK)).await;
        house.memory.blobs.refuse(BlobErrorKind::Full);
        let answer = house.creator().create(&house.caller, request("call-2", recording_of(LINK))).await;
        assert!(matches!(&answer, Err(CreateError::Blob(error)) if error.kind == BlobErrorKind::Full), "{answer:?}");
        assert_eq!(house.memory.media.fetches(), 1);
        crate::harness::found(house.create("call-1", recording_of(LINK)).await);
    });
}
