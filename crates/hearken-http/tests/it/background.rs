//! What the background does, at once and when a test says so: due steps are taken, due deliveries are tried.

use std::time::Duration;

use hearken_application::{deliver::Deliverer, pipeline::Pipeline};
use hearken_domain::{
    delivery::LeasedDelivery,
    ids::Ulid,
    job::{JobLane, LeaseTerms, Share},
    ports::{Clock, Deliveries, IdSource, JobQueue},
};

use crate::harness::House;

impl House {
    /// Takes every step that is due, and every one that follows from it.
    pub(crate) async fn process(&self) {
        let pipeline = Pipeline::new(self.ports.clone(), self.memory.engines());
        loop {
            let mut jobs = Vec::new();
            for lane in [JobLane::Speech, JobLane::Quick] {
                let wanted = [Share::of(self.workspace.id, 10)];
                jobs.extend(self.ports.queue.lease(lane, &wanted, self.terms()).await.unwrap());
            }
            if jobs.is_empty() {
                return;
            }
            for job in &jobs {
                pipeline.take(job).await.unwrap();
            }
        }
    }

    /// Makes one attempt for every delivery that is due.
    pub(crate) async fn deliver(&self) {
        let deliverer = Deliverer::new(self.ports.clone(), self.memory.engines());
        for leased in self.lease_deliveries().await {
            deliverer.deliver(&leased).await.unwrap();
        }
    }

    /// Begins one attempt for every delivery that is due, and leaves it at that.
    pub(crate) async fn lease_deliveries(&self) -> Vec<LeasedDelivery> {
        let lanes = self.ports.deliveries.due(self.ports.clock.now(), None, 100).await.unwrap();
        let wanted: Vec<_> = lanes.into_iter().map(|lane| (lane, 100)).collect();
        self.ports.deliveries.lease(&wanted, self.terms()).await.unwrap()
    }

    fn terms(&self) -> LeaseTerms {
        let now = self.ports.clock.now();
        LeaseTerms {
            token: self.ports.ids.ulid(now).into(),
            process: Ulid::from_parts(1, 1).into(),
            now,
            until: now.after(Duration::from_mins(1)),
        }
    }
}
