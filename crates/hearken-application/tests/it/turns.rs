//! In which order a workspace's calls are completed: a burst one by one, and a live call before a backfill.

use std::time::Duration;

use futures_executor::block_on;
use hearken_application::pipeline::Pipeline;
use hearken_domain::{
    engagement::{CreateEngagement, ProcessingStatus},
    ids::EngagementId,
    job::{JobLane, Priority, Rank, Share, Step},
    ports::{Clock, JobQueue, Outbox},
};

use crate::harness::{House, LINK, made, process, recording_of, timeline_only};

/// How many jobs are under way at a time.
const PLACES: u16 = 4;
const BURST: usize = 30;

impl House {
    /// Takes as many steps as there are places, so many of them for the newest; `false` when none is due.
    async fn round(&self, newest: u16) -> bool {
        let share = Share { workspace: self.workspace.id, most: PLACES, newest };
        let leased = self.ports().queue.lease(JobLane::Quick, &[share], self.terms(process(1))).await.unwrap();
        let pipeline = Pipeline::new(self.ports(), self.memory.engines());
        for job in &leased {
            pipeline.take(job).await.unwrap();
        }
        self.memory.clock.advance(Duration::from_millis(1));
        !leased.is_empty()
    }

    async fn burst(&self, command: &CreateEngagement) -> Vec<EngagementId> {
        let mut ids = Vec::new();
        for number in 0..BURST {
            ids.push(made(self.create(&format!("burst-{number}"), command.clone()).await).id);
            self.memory.clock.advance(Duration::from_millis(1));
        }
        ids
    }

    async fn count(&self, ids: &[EngagementId], status: ProcessingStatus) -> usize {
        let mut count = 0;
        for id in ids {
            count += usize::from(self.engagement(*id).await.status == status);
        }
        count
    }

    /// How many rounds it takes until this one is completed.
    async fn rounds_until_completed(&self, id: EngagementId, newest: u16) -> usize {
        let mut rounds = 0;
        while self.engagement(id).await.status != ProcessingStatus::Completed {
            assert!(self.round(newest).await, "it is never completed");
            rounds += 1;
        }
        rounds
    }

    async fn ranks(&self, id: EngagementId) -> Vec<(Step, Rank)> {
        let jobs = self.ports().outbox.jobs(self.workspace.id, id).await.unwrap();
        let mut ranks: Vec<_> = jobs.into_iter().map(|job| (job.step, job.rank)).collect();
        ranks.sort_unstable();
        ranks
    }
}

#[test]
fn a_burst_is_completed_one_by_one() {
    block_on(async {
        let house = House::new().await;
        let burst = house.burst(&timeline_only()).await;
        while house.round(0).await {
            // Three steps begin an engagement: of so many places two or three have something left of theirs to do.
            let begun = house.count(&burst, ProcessingStatus::Processing).await;
            assert!(begun <= usize::from(PLACES), "{begun} were begun before one was finished");
        }
        assert_eq!(house.count(&burst, ProcessingStatus::Completed).await, BURST);
    });
}

#[test]
fn a_live_call_does_not_wait_for_a_backfill() {
    block_on(async {
        let house = House::new().await;
        let burst = house.burst(&CreateEngagement { priority: Some(Priority::Backfill), ..timeline_only() }).await;
        house.round(0).await;
        let live = made(house.create("live", timeline_only()).await);
        assert_eq!(house.rounds_until_completed(live.id, 0).await, 2, "its three steps, and then its end");
        assert!(house.count(&burst, ProcessingStatus::Completed).await < 3);
        while house.round(0).await {}
        assert_eq!(house.count(&burst, ProcessingStatus::Completed).await, BURST);
    });
}

#[test]
fn the_newest_live_call_has_a_share_beside_a_burst_that_says_nothing() {
    block_on(async {
        let house = House::new().await;
        let burst = house.burst(&timeline_only()).await;
        let live = made(house.create("live", timeline_only()).await);
        assert_eq!(house.rounds_until_completed(live.id, 1).await, 4, "a step a round, and then its end");
        assert!(house.count(&burst, ProcessingStatus::Completed).await < BURST / 2);
    });
}

#[test]
fn jobs_get_their_rank_from_the_create_and_hand_it_on() {
    block_on(async {
        let house = House::new().await;
        let long_ago = Some(house.memory.clock.now().before(Duration::from_hours(48)));
        let with = |priority, start_at| CreateEngagement { priority, start_at, ..recording_of(LINK) };
        for (name, command, first, begun) in [
            ("says nothing", with(None, None), Rank::Live, Rank::LiveBegun),
            ("says so", with(Some(Priority::Backfill), None), Rank::Backfill, Rank::BackfillBegun),
            ("looks like it", with(None, long_ago), Rank::Backfill, Rank::BackfillBegun),
            ("says otherwise", with(Some(Priority::Live), long_ago), Rank::Live, Rank::LiveBegun),
            (
                "with workflows",
                CreateEngagement { run_workflows: true, ..with(None, long_ago) },
                Rank::Live,
                Rank::LiveBegun,
            ),
        ] {
            let created = made(house.create(name, command).await);
            assert_eq!(house.ranks(created.id).await, [(Step::Probe, first)], "{name}");
            house.work().await;
            let ranks = house.ranks(created.id).await;
            let is_first = |step| matches!(step, Step::Probe | Step::Transcribe);
            assert!(ranks.len() >= 6, "{name}: {ranks:?}");
            for (step, rank) in ranks {
                assert_eq!(rank, if is_first(step) { first } else { begun }, "{name}: {step}");
            }
        }
    });
}
