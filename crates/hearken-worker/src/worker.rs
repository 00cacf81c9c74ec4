//! The worker: four loops, and how they end.

use hearken_application::{deliver::Deliverer, pipeline::Pipeline};
use hearken_domain::{
    job::JobLane,
    ports::{Engines, Ports},
};
use tokio::sync::watch;

use crate::{
    Bell, WorkerSettings, company::Company, delivery_loop::DeliveryLoop, job_loop::JobLoop, suspect_loop::SuspectLoop,
};

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
        let company = Company::default();
        let speech = self.jobs((JobLane::Speech, self.settings.speech_jobs), &company);
        let quick = self.jobs((JobLane::Quick, self.settings.quick_jobs), &company);
        let suspects = SuspectLoop::new(self.ports.clone(), self.pipeline(), self.settings, company);
        let deliveries = DeliveryLoop {
            deliverer: Deliverer::new(self.ports.clone(), self.engines.clone()),
            ports: self.ports.clone(),
            settings: self.settings,
        };
        let loops = async {
            tokio::join!(
                speech.run(self.bell.ear(), stopped.clone()),
                quick.run(self.bell.ear(), stopped.clone()),
                suspects.run(stopped.clone()),
                deliveries.run(self.bell.ear(), stopped.clone()),
            );
        };
        let ending = async {
            shutdown.await;
            stop.send_replace(true);
        };
        tokio::join!(loops, ending);
    }

    fn jobs(&self, (lane, places): (JobLane, usize), company: &Company) -> JobLoop {
        let (ports, pipeline, company) = (self.ports.clone(), self.pipeline(), company.clone());
        JobLoop { ports, pipeline, settings: self.settings, company, lane, places: places.max(1) }
    }

    fn pipeline(&self) -> Pipeline {
        Pipeline::new(self.ports.clone(), self.engines.clone())
    }
}
