//! Steps are taken as soon as they are made, and one that breaks off takes nothing with it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use hearken_domain::{
    engagement::ProcessingStatus,
    engine::EngineError,
    insight::{Conversation, Made, Summary},
    job::{JobState, Step},
    ports::{Engines, JobQueue, Summariser},
};

use crate::house::House;

#[tokio::test]
async fn what_a_create_leaves_to_be_done_is_done_at_the_bell() {
    let house = House::new().await;
    let worker = house.begin(house.memory.engines());
    // The clock of these ports stands still: nothing but the bell can wake the worker in time.
    for n in 0..20 {
        let created = house.create(&format!("call-{n}")).await;
        let done = house.until(created.id, ProcessingStatus::Completed).await;
        assert!(done.summary.is_some());
    }
    worker.end().await;
}

/// Panics the first two times.
#[derive(Default)]
struct Stumbles(AtomicUsize);

#[async_trait]
impl Summariser for Stumbles {
    async fn summarise(&self, _: &Conversation) -> Result<Made<Summary>, EngineError> {
        assert!(self.0.fetch_add(1, Ordering::Relaxed) >= 2, "it stumbles");
        let value = Summary { text: "Said hello.".to_owned(), ..Summary::default() };
        Ok(Made { by: "me".to_owned(), value })
    }
}

#[tokio::test]
async fn a_step_that_panics_is_taken_again_and_its_neighbours_go_on() {
    let house = House::new().await;
    let engines = Engines { summariser: Arc::new(Stumbles::default()), ..house.memory.engines() };
    let worker = house.begin(engines);
    let created = house.create("call-1").await;
    loop {
        let jobs = house.ports().queue.of_engagement(house.caller.workspace, created.id).await.unwrap();
        let summary = jobs.iter().find(|record| record.job.step == Step::Summarise).unwrap();
        if summary.state == JobState::Done {
            assert_eq!(summary.attempt, 3);
            break;
        }
        // Its pause is a part of a second; the bell is what looks again once it is over. No lease may run out by it.
        if summary.state == JobState::Queued {
            house.memory.clock.advance(std::time::Duration::from_secs(1));
            house.bell.ring();
        }
        tokio::task::yield_now().await;
    }
    house.until(created.id, ProcessingStatus::Completed).await;
    worker.end().await;
}
