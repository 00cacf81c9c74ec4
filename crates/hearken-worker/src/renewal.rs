//! Keeps a job's lease alive while its step is taken.

use std::{error::Error, pin::pin, time::Duration};

use futures_util::future::{Either, join, select};
use hearken_domain::{
    job::LeasedJob,
    ports::{Clock, JobQueue, Ports},
};
use tokio::sync::oneshot;

/// How long a lease runs without being renewed.
pub(crate) const LEASE: Duration = Duration::from_secs(60);
/// How often it is renewed.
const RENEW_EVERY: Duration = Duration::from_secs(20);

/// Does the work, renewing the lease beside it. The store is never asked inside a race, so no query is cut off. A lease
/// that was lost all the same is found out by the commit that names its token.
pub(crate) async fn while_renewing<T>(ports: &Ports, job: &LeasedJob, work: impl Future<Output = T>) -> T {
    let (finished, mut is_finished) = oneshot::channel::<()>();
    let work = async {
        let result = work.await;
        drop(finished);
        result
    };
    let renewal = async {
        loop {
            match select(pin!(ports.clock.sleep(RENEW_EVERY)), &mut is_finished).await {
                Either::Left(_) => renew(ports, job).await,
                Either::Right(_) => return,
            }
        }
    };
    join(work, renewal).await.0
}

async fn renew(ports: &Ports, job: &LeasedJob) {
    let until = ports.clock.now().after(LEASE);
    match ports.queue.renew(job.job.workspace, (job.job.id, job.token), until).await {
        Ok(true) => {}
        // The step may just have been settled; if not, its result will be refused.
        Ok(false) => tracing::debug!(job.id = %job.job.id, "the lease is somebody else's now"),
        Err(error) => {
            tracing::warn!(job.id = %job.job.id, error = &error as &dyn Error, "a lease could not be renewed");
        }
    }
}
