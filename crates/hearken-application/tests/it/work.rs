//! Does the queued work of a house, step by step: what the worker does, without a runtime.

use hearken_application::{deliver::Deliverer, jobs::take_back, pipeline::Pipeline};
use hearken_domain::{
    delivery::LeasedDelivery,
    engagement::Engagement,
    ids::{EngagementId, LeaseToken, ProcessId},
    job::{JobLane, JobRecord, LeaseTerms, LeasedJob, LostLeases, Share, Step},
    ports::{Clock, Deliveries, EngagementStore, Engines, IdSource, JobQueue},
};

use crate::harness::{House, process, while_time_passes};

impl House {
    /// Terms that are good for a minute.
    pub(crate) fn terms(&self, who: ProcessId) -> LeaseTerms {
        let now = self.memory.clock.now();
        let until = now.after(std::time::Duration::from_mins(1));
        LeaseTerms { token: LeaseToken::from(self.memory.ids.ulid(now)), process: who, now, until }
    }

    /// Leases every job that is due, those first that lost their process.
    pub(crate) async fn leased_jobs(&self) -> Vec<LeasedJob> {
        take_back(&self.ports(), LostLeases::RunOut).await.unwrap();
        let mut leased = Vec::new();
        for lane in JobLane::ALL {
            let wanted = [Share::of(self.workspace.id, 100)];
            leased.extend(self.ports().queue.lease(*lane, &wanted, self.terms(process(1))).await.unwrap());
        }
        leased
    }

    /// Takes every step that is due, until none is.
    pub(crate) async fn work(&self) {
        self.work_with(self.memory.engines()).await;
    }

    pub(crate) async fn work_with(&self, engines: Engines) {
        let pipeline = Pipeline::new(self.ports(), engines);
        loop {
            let leased = self.leased_jobs().await;
            if leased.is_empty() {
                return;
            }
            for job in leased {
                while_time_passes(&self.memory.clock, pipeline.take(&job)).await.unwrap();
            }
        }
    }

    /// Makes every attempt that is due, once.
    pub(crate) async fn deliver(&self) {
        let deliverer = Deliverer::new(self.ports(), self.memory.engines());
        for leased in self.leased_deliveries().await {
            deliverer.deliver(&leased).await.unwrap();
        }
    }

    pub(crate) async fn leased_deliveries(&self) -> Vec<LeasedDelivery> {
        let ports = self.ports();
        let lanes = ports.deliveries.due(self.memory.clock.now(), None, 100).await.unwrap();
        let wanted: Vec<_> = lanes.into_iter().map(|lane| (lane, 100)).collect();
        ports.deliveries.lease(&wanted, self.terms(process(1))).await.unwrap()
    }

    /// The engagement as the store has it.
    pub(crate) async fn engagement(&self, id: EngagementId) -> Engagement {
        self.ports().store.by_id(self.workspace.id, id).await.unwrap().unwrap()
    }

    /// The job of a step.
    pub(crate) async fn job(&self, id: EngagementId, step: Step) -> Option<JobRecord> {
        let jobs = self.ports().queue.of_engagement(self.workspace.id, id).await.unwrap();
        jobs.into_iter().find(|record| record.job.step == step)
    }
}
