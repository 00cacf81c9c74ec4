//! Several requests for one key at once: one works, the others wait for it.

use std::time::Duration;

use futures_executor::block_on;
use futures_util::future::{join, join_all, join3};
use hearken_application::create::{CreateError, Creator, Outcome, WAIT};
use hearken_domain::media::{FetchCode, FetchError};

use crate::harness::{House, LINK, found, made, process, recording_of, request, titled};

const DEAD: &str = "https://media.example.com/dead.mp3";

#[test]
fn the_second_waits_for_the_first_and_finds_what_it_made() {
    block_on(async {
        let house = House::new().await;
        house.memory.media.hold();
        let creator = house.creator();
        let create = |title| creator.create(&house.caller, request("call-1", titled(title, recording_of(LINK))));
        let releasing = async {
            house.memory.media.until_waiting(1).await;
            // The first renews its lease, the second has its patience.
            house.memory.clock.until_asleep(2).await;
            house.memory.media.release();
        };
        let (first, second, ()) = join3(create("first"), create("second"), releasing).await;
        let (first, second) = (made(first.unwrap()), found(second.unwrap()));
        assert_eq!((first.id, second.title.as_str()), (second.id, "first"));
        assert_eq!(house.memory.media.fetches(), 1);
    });
}

#[test]
fn when_the_first_fails_a_waiter_takes_over_with_its_own_body() {
    block_on(async {
        let house = House::new().await;
        house.memory.media.fail(DEAD, FetchError::new(FetchCode::UpstreamStatus, "gone"));
        house.memory.media.hold();
        let creator = house.creator();
        let create = |title, link| creator.create(&house.caller, request("call-1", titled(title, recording_of(link))));
        let releasing = async {
            house.memory.media.until_waiting(1).await;
            house.memory.clock.until_asleep(2).await;
            house.memory.media.release();
        };
        let (first, second, ()) = join3(create("first", DEAD), create("second", LINK), releasing).await;
        assert!(matches!(first, Err(CreateError::Rejected(_))), "{first:?}");
        assert_eq!(made(second.unwrap()).title.as_str(), "second");
        assert_eq!(house.memory.blobs.keys().len(), 1);
        assert_eq!(house.unfinished_uploads().await, 0);
    });
}

#[test]
fn eight_wait_and_the_ninth_is_told_to_come_again() {
    block_on(async {
        let house = House::new().await;
        house.memory.media.hold();
        let creator = house.creator();
        let create = || creator.create(&house.caller, request("call-1", recording_of(LINK)));
        let ninth = async {
            house.memory.media.until_waiting(1).await;
            house.memory.clock.until_asleep(9).await;
            let answer = create().await;
            house.memory.media.release();
            answer
        };
        let (answers, ninth) = join(join_all((0..9).map(|_| create())), ninth).await;
        assert!(matches!(ninth, Err(CreateError::InProgress)), "{ninth:?}");
        let is_made = |answer: &&Result<Outcome, CreateError>| matches!(answer, Ok(Outcome::Created(_)));
        let is_found = |answer: &&Result<Outcome, CreateError>| matches!(answer, Ok(Outcome::Existing(_)));
        assert_eq!((answers.iter().filter(is_made).count(), answers.iter().filter(is_found).count()), (1, 8));
    });
}

#[test]
fn nobody_waits_longer_than_the_contract_says() {
    block_on(async {
        let house = House::new().await;
        house.memory.media.hold();
        let creator = house.creator();
        let create = || creator.create(&house.caller, request("call-1", recording_of(LINK)));
        let second = async {
            let answer = create().await;
            house.memory.media.release();
            answer
        };
        let passing = async {
            house.memory.clock.until_asleep(2).await;
            house.memory.clock.advance(WAIT);
        };
        let (first, second, ()) = join3(create(), second, passing).await;
        assert!(matches!(second, Err(CreateError::InProgress)), "{second:?}");
        made(first.unwrap());
    });
}

#[test]
fn the_second_waits_also_when_the_first_is_in_another_process() {
    block_on(async {
        let house = House::new().await;
        house.memory.media.hold();
        let here = house.creator();
        let there = Creator::new(house.ports(), process(2));
        let first = async {
            let answer = here.create(&house.caller, request("call-1", recording_of(LINK))).await;
            // Past the longest pause between two looks.
            house.memory.clock.advance(Duration::from_secs(1));
            answer
        };
        let releasing = async {
            house.memory.media.until_waiting(1).await;
            house.memory.clock.until_asleep(2).await;
            house.memory.media.release();
        };
        let second = there.create(&house.caller, request("call-1", recording_of(LINK)));
        let (first, second, ()) = join3(first, second, releasing).await;
        assert_eq!(made(first.unwrap()).id, found(second.unwrap()).id);
        assert_eq!(house.memory.media.fetches(), 1);
    });
}

#[test]
fn a_lease_lives_as_long_as_its_holder_works() {
    block_on(async {
        let house = House::new().await;
        house.memory.media.hold();
        let here = house.creator();
        let there = Creator::new(house.ports(), process(2));
        let passing = async {
            house.memory.media.until_waiting(1).await;
            // Two minutes, four times the lease, in steps that let the holder renew.
            for _ in 0..12 {
                house.memory.clock.until_asleep(1).await;
                house.memory.clock.advance(Duration::from_secs(10));
                crate::harness::let_others_go_on().await;
            }
            let late = there.create(&house.caller, request("call-1", recording_of(LINK)));
            let answer = crate::harness::while_time_passes(&house.memory.clock, late).await;
            house.memory.media.release();
            answer
        };
        let (first, late) = join(here.create(&house.caller, request("call-1", recording_of(LINK))), passing).await;
        assert!(matches!(late, Err(CreateError::InProgress)), "{late:?}");
        made(first.unwrap());
        assert_eq!(house.memory.media.fetches(), 1);
    });
}
