//! P12: from the start of the process to readiness, and what it has in memory when nothing is asked of it.

use std::time::Duration;

use super::Outcome;
use crate::{
    bench::Bench,
    cli::FigureId::P12,
    failure::Failure,
    figure::{Figure, Goal},
    service::Setup,
    statistics::millis,
};

/// After this nothing of the start is still going on.
const REST: Duration = Duration::from_secs(2);

pub(super) async fn measure(bench: &Bench) -> Result<Outcome, Failure> {
    let folder = bench.folder(P12)?;
    let (mut first, mut later, mut idle) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..bench.rounds {
        // As anybody starts it: with the worker and its engines.
        let setup = Setup::new(&bench.binary, folder.join(format!("data-{round}"))).with("role", "all");
        let service = setup.start().await?;
        first.push(millis(service.ready_after));
        service.stop().await?;
        let service = setup.start().await?;
        later.push(millis(service.ready_after));
        tokio::time::sleep(REST).await;
        idle.push(service.memory()?.resident);
        service.stop().await?;
    }
    Ok(Outcome::Measured(vec![
        Figure::alone(P12, "start to ready, on data of an earlier start", (&later, "ms")).goal(Goal::OursAtMost(100.0)),
        Figure::alone(P12, "start to ready, the very first", (&first, "ms"))
            .note("makes the tables, a workspace, an owner and a key before it listens"),
        Figure::alone(P12, "resident memory when idle", (&idle, "MiB")).goal(Goal::OursAtMost(64.0)),
    ]))
}
