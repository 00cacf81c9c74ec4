//! What a create does when its commit's answer is lost, or when somebody else writes between its look and its commit.

use futures_executor::block_on;
use futures_util::future::join;
use hearken_application::create::{CreateError, Creator, Outcome};
use hearken_domain::{
    changeset::Changeset,
    directory::{Contact, Lookup},
    engagement::{CreateEngagement, Participant, Who},
    event::EventKind,
    ids::Ulid,
};

use crate::{
    harness::{
        House, LINK, email, found, made, process, recording_of, request, timeline_only, titled, while_time_passes,
    },
    interference::{Step, with_plan},
};

/// Creates through a store with a plan, while time passes.
async fn create(house: &House, command: CreateEngagement, plan: Vec<Step>) -> Result<Outcome, CreateError> {
    let creator = Creator::new(with_plan(house.ports(), plan), process(1));
    while_time_passes(&house.memory.clock, creator.create(&house.caller, request("call-1", command))).await
}

#[test]
fn a_lost_answer_is_found_out_and_nothing_happens_twice() {
    block_on(async {
        for plan in [
            vec![Step::LoseAnswer],
            vec![Step::LoseRequest],
            vec![Step::LoseRequest, Step::LoseRequest, Step::LoseAnswer],
        ] {
            for command in [timeline_only(), recording_of(LINK)] {
                let house = House::new().await;
                let plan = plan.iter().map(copy).collect();
                let engagement = made(create(&house, command, plan).await.unwrap());
                assert_eq!(house.stored("call-1").await, Some(engagement));
                let events = house.ports().outbox.events(house.workspace.id, None, 10).await.unwrap();
                let made = events.iter().filter(|event| event.kind == EventKind::EngagementCreated).count();
                assert_eq!(made, 1, "the engagement was made once");
                assert_eq!(house.unfinished_uploads().await, 0);
            }
        }
    });
}

fn copy(step: &Step) -> Step {
    match step {
        Step::LoseRequest => Step::LoseRequest,
        Step::LoseAnswer => Step::LoseAnswer,
        Step::After(first) => Step::After(first.clone()),
    }
}

#[test]
fn a_store_that_never_answers_is_not_asked_for_ever() {
    block_on(async {
        let house = House::new().await;
        let plan = (0..1_000).map(|_| Step::LoseRequest).collect();
        let answer = create(&house, recording_of(LINK), plan).await;
        assert!(matches!(answer, Err(CreateError::Unknown)), "{answer:?}");
        // The recording may be an engagement's: only the sweeper may remove it, once its time has run out.
        assert_eq!((house.memory.blobs.keys().len(), house.unfinished_uploads().await), (1, 1));
    });
}

#[test]
fn a_lost_request_that_somebody_else_overtakes_finds_theirs() {
    block_on(async {
        let house = House::new().await;
        let theirs = a_write_of_another_process(&house, "theirs").await;
        let plan = vec![Step::LoseRequest, Step::After(Box::new(theirs))];
        let existing = found(create(&house, recording_of(LINK), plan).await.unwrap());
        assert_eq!(existing.title.as_str(), "theirs");
        house.assert_nothing_is_left().await;
    });
}

#[test]
fn a_key_that_another_process_took_meanwhile_is_a_replay() {
    block_on(async {
        for command in [timeline_only(), recording_of(LINK)] {
            let house = House::new().await;
            let theirs = a_write_of_another_process(&house, "theirs").await;
            let plan = vec![Step::After(Box::new(theirs))];
            let existing = found(create(&house, titled("mine", command), plan).await.unwrap());
            assert_eq!(existing.title.as_str(), "theirs");
            house.assert_nothing_is_left().await;
        }
    });
}

/// The changeset of an engagement under the same key, decided but not committed.
async fn a_write_of_another_process(house: &House, title: &str) -> Changeset {
    use hearken_domain::engagement::{Context, Surroundings, decide_create, lookup_for};

    let command = titled(title, timeline_only());
    let ports = house.ports();
    let matches = ports.directory.matching(house.workspace.id, &lookup_for(&command)).await.unwrap();
    let known = Surroundings { caller: &house.caller, workspace: &house.workspace, matches, media: None };
    let context = Context { now: ports.clock.now(), ids: &*ports.ids, events: &*ports.events };
    decide_create(&crate::harness::key("call-1"), &command, known, &context).unwrap().changeset
}

#[test]
fn a_contact_made_meanwhile_is_met_and_not_made_again() {
    block_on(async {
        let house = House::new().await;
        let bob = a_contact("bob@acme.test", &house);
        let first = Changeset { new_contacts: vec![bob.clone()], ..Changeset::new(house.workspace.id) };
        let participant = Participant {
            name: None,
            email: Some(email("bob@acme.test")),
            phone: None,
            is_owner: false,
            channel: None,
        };
        let command = CreateEngagement { participants: vec![participant], ..timeline_only() };
        let engagement = made(create(&house, command, vec![Step::After(Box::new(first))]).await.unwrap());
        let took_part = house.ports().store.participants(house.workspace.id, &[engagement.id]).await.unwrap();
        assert_eq!(took_part[0][0].who, Who::Contact(bob.id));
        let lookup = Lookup { emails: bob.emails.clone(), ..Lookup::default() };
        let matches = house.ports().directory.matching(house.workspace.id, &lookup).await.unwrap();
        assert_eq!(matches.contacts, [bob]);
    });
}

fn a_contact(address: &str, house: &House) -> Contact {
    Contact {
        id: Ulid::from_parts(7, 7).into(),
        first_name: None,
        last_name: None,
        description: None,
        company: None,
        emails: vec![email(address)],
        phones: Vec::new(),
        time_zone: None,
        created_at: house.workspace.created_at,
        updated_at: house.workspace.created_at,
    }
}

#[test]
fn a_lease_that_was_lost_is_noticed_and_the_work_begins_again() {
    block_on(async {
        let house = House::new().await;
        house.memory.media.hold();
        let creator = house.creator();
        let losing = async {
            house.memory.media.until_waiting(1).await;
            // Another process believes itself to be the only one.
            let now = house.ports().clock.now();
            house.ports().claims.abandon_others(process(2), now).await.unwrap();
            house.memory.media.release();
        };
        let (answer, ()) = join(creator.create(&house.caller, request("call-1", recording_of(LINK))), losing).await;
        let engagement = made(answer.unwrap());
        assert_eq!(house.memory.media.fetches(), 2);
        let kept: Vec<_> = house.memory.blobs.keys().into_iter().map(|key| key.upload).collect();
        assert_eq!(kept, [engagement.media.unwrap().upload]);
        assert_eq!(house.unfinished_uploads().await, 0);
    });
}
