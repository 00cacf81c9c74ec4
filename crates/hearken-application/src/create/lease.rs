//! Keeps a claim's lease alive while its holder works.

use std::{pin::pin, time::Duration};

use futures_channel::oneshot;
use futures_util::future::{Either, join, select};
use hearken_domain::{
    claim::Settlement,
    ids::WorkspaceId,
    ports::{Claims, Clock, Ports},
};

/// How long a lease runs without being renewed.
pub(super) const LEASE: Duration = Duration::from_secs(30);
/// How often it is renewed.
const RENEW_EVERY: Duration = Duration::from_secs(10);

/// Does the work, renewing the lease beside it.
///
/// The store is never asked inside a race, so no query is ever cut off. A lease that was lost all the same is found out
/// by the commit, which names its token.
pub(super) async fn while_renewing<T>(
    ports: &Ports,
    workspace: WorkspaceId,
    held: &Settlement,
    work: impl Future<Output = T>,
) -> T {
    let (finished, mut is_finished) = oneshot::channel::<()>();
    let work = async {
        let result = work.await;
        drop(finished);
        result
    };
    let renewal = async {
        loop {
            match select(pin!(ports.clock.sleep(RENEW_EVERY)), &mut is_finished).await {
                Either::Left(_) => {
                    if let Err(error) = ports.claims.renew(workspace, held, ports.clock.now().after(LEASE)).await {
                        tracing::warn!(error = &error as &dyn std::error::Error, "a lease could not be renewed");
                    }
                }
                Either::Right(_) => return,
            }
        }
    };
    join(work, renewal).await.0
}
