//! What a create makes, and that a repeat finds it.

use std::time::Duration;

use futures_executor::block_on;
use hearken_application::{
    administer::{NewKey, Privacy},
    create::CreateRequest,
};
use hearken_domain::{
    access::{Caller, Scope, Scopes},
    engagement::{CreateEngagement, Material, ProcessingStatus},
    ids::WorkspaceId,
    job::Step,
    media::{FetchCode, FetchError},
    rejection::{Rejection, ViolationCode},
    time::Timestamp,
    timeline::Entry,
    upload::{BlobKey, UploadState},
};

use crate::harness::{
    BYTES, House, LINK, found, key, made, name, new_user, recording_of, request, timeline_only, titled,
};

#[test]
fn a_recording_is_stored_whole_and_the_engagement_with_it() {
    block_on(async {
        let house = House::new().await;
        let engagement = made(house.create("call-1", recording_of(LINK)).await);
        let media = engagement.media.clone().unwrap();
        assert_eq!((media.bytes, media.media_type.essence_str()), (BYTES.len() as u64, "audio/mpeg"));
        assert_eq!(house.memory.blobs.keys(), [BlobKey { workspace: house.workspace.id, upload: media.upload }]);
        let row = house.ports().uploads.by_id(house.workspace.id, media.upload).await.unwrap().unwrap();
        assert_eq!(row.state, UploadState::Live);
        assert_eq!(engagement.status, ProcessingStatus::Pending);
        assert_eq!((engagement.owner, engagement.host), (house.owner.id, None));
        assert_eq!(house.stored("call-1").await, Some(engagement));
    });
}

#[test]
fn a_recording_is_probed_first_and_a_timeline_goes_to_the_analysers() {
    block_on(async {
        let house = House::new().await;
        let steps = async |id| {
            let jobs = house.ports().outbox.jobs(house.workspace.id, id).await.unwrap();
            jobs.into_iter().map(|job| job.step).collect::<Vec<_>>()
        };
        let recording = made(house.create("call-1", recording_of(LINK)).await);
        assert_eq!(steps(recording.id).await, [Step::Probe]);
        let timeline = made(house.create("call-2", timeline_only()).await);
        assert_eq!(steps(timeline.id).await, [Step::Summarise, Step::Tag, Step::Extract]);
        assert_eq!(timeline.duration_seconds, Some(2));
        let events = house.ports().outbox.events(house.workspace.id, None, 10).await.unwrap();
        assert_eq!(events.len(), 3, "one engagement.created each, and that the timeline can be read");
    });
}

#[test]
fn turns_out_of_order_are_stored_by_their_start() {
    block_on(async {
        let house = House::new().await;
        let mut command = timeline_only();
        let supplied = command.material.timeline.as_mut().expect("it has one");
        let turn = |start_ms, end_ms, text: &str| Entry {
            start_ms,
            end_ms,
            text: text.to_owned(),
            ..supplied.entries[0].clone()
        };
        // The one that ends last is not the one that begins last.
        supplied.entries =
            [turn(5_000, 6_000, "c"), turn(0, 9_000, "a"), turn(5_000, 5_500, "d"), turn(1_000, 2_000, "b")].into();
        let engagement = made(house.create("call-1", command).await);
        let texts = house.ports().store.transcripts(house.workspace.id, engagement.id).await.unwrap();
        assert_eq!(texts.text().as_deref(), Some("Bob: a\nBob: b\nBob: c\nBob: d"));
        assert_eq!(engagement.duration_seconds, Some(9));
        assert_eq!(engagement.end_at, Some(engagement.start_at.after(Duration::from_secs(9))));
    });
}

#[test]
fn an_end_beyond_the_last_year_is_unknown() {
    block_on(async {
        let house = House::new().await;
        let command = CreateEngagement { start_at: Some(Timestamp::MAX), ..timeline_only() };
        let engagement = made(house.create("call-1", command).await);
        assert_eq!((engagement.end_at, engagement.duration_seconds), (None, Some(2)));
    });
}

#[test]
fn a_supplied_timeline_beside_a_recording_is_the_engagements_timeline() {
    block_on(async {
        let house = House::new().await;
        let media = recording_of(LINK).material.media;
        let command =
            CreateEngagement { material: Material { media, ..timeline_only().material }, ..recording_of(LINK) };
        let engagement = made(house.create("call-1", command).await);
        assert!(engagement.media.is_some());
        let transcripts = house.ports().store.transcripts(house.workspace.id, engagement.id).await.unwrap();
        assert_eq!(transcripts.text().as_deref(), Some("Bob: Hello."));
    });
}

#[test]
fn a_repeat_finds_the_first_unchanged_whatever_it_says() {
    block_on(async {
        let house = House::new().await;
        let first = made(house.create("call-1", recording_of(LINK)).await);
        let again = found(house.create("call-1", titled("Another title", timeline_only())).await);
        assert_eq!(again, first);
        assert_eq!(house.memory.media.fetches(), 1);
    });
}

#[test]
fn the_key_is_compared_byte_for_byte_and_per_workspace() {
    block_on(async {
        let house = House::new().await;
        let first = made(house.create("call-1", timeline_only()).await);
        let other_case = made(house.create("Call-1", timeline_only()).await);
        assert_ne!(first.id, other_case.id);
        let workspace = house.administrator.create_workspace(name("Elsewhere"), Privacy::Open).await.unwrap();
        let elsewhere = a_caller_in(&house, workspace.id).await;
        let other = made(house.creator().create(&elsewhere, request("call-1", timeline_only())).await.unwrap());
        assert_ne!(other.workspace, first.workspace);
    });
}

#[test]
fn a_repeat_is_found_although_the_rest_is_wrong_and_the_link_is_dead() {
    block_on(async {
        let house = House::new().await;
        let first = made(house.create("call-1", recording_of(LINK)).await);
        house.memory.media.refuse(LINK, FetchError::new(FetchCode::MediaUrlNotAllowed, "no longer"));
        let wrong = CreateRequest {
            external_id: key("call-1"),
            media_url: request("call-1", recording_of(LINK)).media_url,
            command: Err(Rejection::one("title", ViolationCode::Required, "is required")),
            shows: Vec::new(),
        };
        let again = found(house.creator().create(&house.caller, wrong).await.unwrap());
        assert_eq!(again.id, first.id);
        assert_eq!(house.memory.media.fetches(), 1);
    });
}

#[test]
fn the_workspace_decides_about_privacy_when_the_request_does_not() {
    block_on(async {
        let house = House::new().await;
        let workspace = house.administrator.create_workspace(name("Discreet"), Privacy::Private).await.unwrap();
        let caller = a_caller_in(&house, workspace.id).await;
        let with = |is_private| CreateEngagement { is_private, ..timeline_only() };
        for (id, asked, is_private) in [("a", None, true), ("b", Some(false), false), ("c", Some(true), true)] {
            let outcome = house.creator().create(&caller, request(id, with(asked))).await.unwrap();
            assert_eq!(made(outcome).is_private, is_private, "{asked:?}");
        }
        assert!(!made(house.create("d", timeline_only()).await).is_private);
    });
}

async fn a_caller_in(house: &House, workspace: WorkspaceId) -> Caller {
    let user = house.administrator.add_user(workspace, new_user("eve@elsewhere.test")).await.unwrap();
    let scopes = Scopes::from_iter([Scope::WorkspaceAdmin]);
    let key = NewKey { user: user.id, scopes: scopes.clone(), name: None, life: None };
    let issued = house.administrator.create_key(workspace, key).await.unwrap();
    Caller { workspace, key: issued.key.id, user: user.id, scopes }
}
