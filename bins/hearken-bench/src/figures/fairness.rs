//! Fairness: how long a workspace waits for the first job of a call to begin, alone and beside a workspace that has ten
//! thousand jobs queued.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use hearken_testkit::fixture::Tenant;
use tokio::time::{MissedTickBehavior, interval};

use super::Outcome;
use crate::{
    bench::Bench,
    cli::FigureId::Fairness,
    failure::{Failure, OrFail},
    figure::{Figure, Goal},
    house::{Database, House},
    idle_engines::engines,
    statistics::{Delays, Pairs},
    tenants::{backlog, create, creator, workspaces},
};

/// Three jobs of each wait: ten thousand.
const CALLS: usize = 3_334;
const JOBS_OF_A_CALL: usize = 4;
/// How long each step takes.
const STEP: Duration = Duration::from_millis(5);
const EVERY: Duration = Duration::from_millis(50);
/// After this the steps of the last call were begun.
const REST: Duration = Duration::from_millis(500);

pub(super) async fn measure(bench: &Bench) -> Result<Outcome, Failure> {
    let folder = bench.folder(Fairness)?;
    let [quiet, busy] = ["quiet.db", "busy.db"].map(|name| folder.join(name));
    let house = House::over(Database::sqlite(&quiet).await?);
    let tenants = workspaces(&house, 2).await;
    house.close().await;
    fs::copy(&quiet, &busy).or_fail("the database could not be copied")?;
    let house = House::over(Database::sqlite(&busy).await?);
    backlog(&house, &tenants[..1], CALLS).await?;
    house.close().await;

    let (mut alone, mut beside) = (Delays::default(), Delays::default());
    for round in 0..bench.rounds {
        for (from, delays, least) in [(&quiet, &mut alone, 0), (&busy, &mut beside, 1)] {
            let copy = folder.join(format!("{round}-{least}.db"));
            fs::copy(from, &copy).or_fail("the database could not be copied")?;
            once(bench, (&copy, tenants[1]), (delays, least)).await?;
        }
    }
    let line = |what, (alone, beside): (&[f64], &[f64])| {
        Figure::compared(Fairness, what, (&Pairs::of(alone, beside), "ms")).goal(Goal::RatioAtMost(2.0))
    };
    Ok(Outcome::Measured(vec![
        line("start of a first job beside 10,000 of others", (&alone.p50, &beside.p50))
            .note("the yardstick is the same workspace alone; steps of 5 ms, a worker of the default size, SQLite"),
        line("p99 of these", (&alone.p99, &beside.p99)),
    ]))
}

/// Creates calls of the second workspace for a while. At least so many jobs of the first one must be left then.
async fn once(
    bench: &Bench,
    (path, tenant): (&Path, Tenant),
    (delays, least): (&mut Delays, usize),
) -> Result<(), Failure> {
    let house = House::over(Database::sqlite(path).await?);
    let worker = house.work(engines(&house.marks, STEP), |size| size);
    let creator = creator(&house);
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (begin, mut number) = (Instant::now(), 0);
    while begin.elapsed() < bench.span {
        ticks.tick().await;
        create(&creator, tenant, &format!("call {number}")).await?;
        number += 1;
    }
    tokio::time::sleep(REST).await;
    let own = number * JOBS_OF_A_CALL;
    let left = (CALLS * JOBS_OF_A_CALL + own).saturating_sub(house.marks.settled());
    delays.add(&house.marks.first_delays());
    worker.stop().await?;
    house.close().await;
    if left < least { Err(Failure::plain("the queue ran out; use fewer --seconds")) } else { Ok(()) }
}
