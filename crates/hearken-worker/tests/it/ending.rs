//! The worker ends in good order: what it could not end is given back, uncounted.

use std::sync::Arc;

use async_trait::async_trait;
use hearken_domain::{
    engine::EngineError,
    insight::{Conversation, Made, Summary},
    job::{JobState, Step},
    ports::{Engines, JobQueue, Summariser},
};
use tokio::sync::Notify;

use crate::house::House;

/// Says that it began, and never ends.
struct Hangs(Arc<Notify>);

#[async_trait]
impl Summariser for Hangs {
    async fn summarise(&self, _: &Conversation) -> Result<Made<Summary>, EngineError> {
        self.0.notify_one();
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_step_that_does_not_end_is_given_back_as_if_nobody_had_taken_it() {
    let house = House::new().await;
    let began = Arc::new(Notify::new());
    let engines = Engines { summariser: Arc::new(Hangs(began.clone())), ..house.memory.engines() };
    let worker = house.begin(engines);
    let created = house.create("call-1").await;
    began.notified().await;
    worker.end().await;
    let jobs = house.ports().queue.of_engagement(house.caller.workspace, created.id).await.unwrap();
    let summary = jobs.iter().find(|record| record.job.step == Step::Summarise).unwrap();
    assert_eq!((summary.state, summary.attempt, summary.crashes), (JobState::Queued, 0, 0));
}
