//! The worker: three loops, and how they end.

use hearken_application::{deliver::Deliverer, pipeline::Pipeline};
use hearken_domain::{
    job::JobLane,
    ports::{Engines, Ports},
};
use tokio::sync::watch;

use crate::{Bell, WorkerSettings, delivery_loop::DeliveryLoop, job_loop::JobLoop};

/// Does queued work.
pub struct Worker {
    ports: Ports,
    engines: Engines,
    settings: WorkerSettings,
    bell: Bell,
}

impl Worker {
    /// Over these ports and engines; the bell wakes it before its next look.
    pub fn new(ports: Ports, engines: Engines, settings: WorkerSettings, bell: Bell) -> Self {
        Self { ports, engines, settings, bell }
    }

    /// Works until the shutdown, and returns once what was under way has ended or was given back. Needs a tokio runtime
    /// with time.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let (stop, stopped) = watch::channel(false);
        let speech = self.jobs(JobLane::Speech, self.settings.speech_jobs);
        let quick = self.jobs(JobLane::Quick, self.settings.quick_jobs);
        let deliveries = DeliveryLoop {
            deliverer: Deliverer::new(self.ports.clone(), self.engines.clone()),
            ports: self.ports.clone(),
            settings: self.settings,
        };
        let loops = async {
            tokio::join!(
                speech.run(self.bell.ear(), stopped.clone()),
                quick.run(self.bell.ear(), stopped.clone()),
                deliveries.run(self.bell.ear(), stopped.clone()),
            );
        };
        let ending = async {
            shutdown.await;
            stop.send_replace(true);
        };
        tokio::join!(loops, ending);
    }

    fn jobs(&self, lane: JobLane, places: usize) -> JobLoop {
        let pipeline = Pipeline::new(self.ports.clone(), self.engines.clone());
        JobLoop { ports: self.ports.clone(), pipeline, settings: self.settings, lane, places: places.max(1) }
    }
}
