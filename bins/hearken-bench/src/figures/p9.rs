//! P9: from the return of a create's commit to the first call of an analyser for it.

use std::time::{Duration, Instant};

use hearken_testkit::{fixture::Tenant, postgres::PostgresServer};
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::Outcome;
use crate::{
    bench::Bench,
    cli::FigureId::P9,
    failure::Failure,
    figure::{Figure, Goal},
    house::{Database, House},
    idle_engines::engines,
    statistics::Delays,
    tenants::{create, creator, workspaces},
};

/// A create each time: far below what the machine can do.
const EVERY: Duration = Duration::from_millis(50);
/// For the process that only looks now and then: longer than from one look to the next.
const SELDOM: Duration = Duration::from_millis(1_370);
/// The first statements are prepared, the first pages read.
const WARM_UP: Duration = Duration::from_secs(2);
/// After this the steps of the last create were begun.
const REST: Duration = Duration::from_secs(2);

pub(super) async fn measure(bench: &Bench) -> Result<Outcome, Failure> {
    let folder = bench.folder(P9)?;
    let house = House::over(Database::sqlite(&folder.join("hearken.db")).await?);
    let delays = rounds(bench, &house, &house, EVERY).await?;
    house.close().await;
    let mut figures = lines("SQLite", &delays);
    if let Some(server) = PostgresServer::durable() {
        figures.extend(over_postgres(bench, &server).await?);
    }
    Ok(Outcome::Measured(figures))
}

async fn over_postgres(bench: &Bench, server: &PostgresServer) -> Result<Vec<Figure>, Failure> {
    let url = server.create_database();
    let house = House::over(Database::postgres(&url).await?);
    let mut figures = lines("PostgreSQL", &rounds(bench, &house, &house, EVERY).await?);
    let other = House::over(Database::postgres(&url).await?);
    let polled = rounds(bench, &house, &other, SELDOM).await?;
    let what = "the same, a process that nobody wakes";
    figures.push(Figure::alone(P9, what, (&polled.p50, "ms")).note("it looks once a second; PostgreSQL"));
    figures.push(Figure::alone(P9, "p99 of these", (&polled.p99, "ms")));
    house.close().await;
    other.close().await;
    Ok(figures)
}

/// Creates in one house while another one, or the same, works.
async fn rounds(bench: &Bench, creating: &House, working: &House, every: Duration) -> Result<Delays, Failure> {
    let tenant = workspaces(creating, 1).await[0];
    let worker = working.work(engines(&creating.marks, Duration::ZERO), |size| size);
    once(bench.span.min(WARM_UP), (creating, tenant), every).await?;
    let mut delays = Delays::default();
    for _ in 0..bench.rounds {
        creating.marks.clear();
        once(bench.span.max(3 * every), (creating, tenant), every).await?;
        delays.add(&creating.marks.first_delays());
    }
    worker.stop().await?;
    Ok(delays)
}

/// Creates for this long, one each time, and waits until their steps were begun.
async fn once(span: Duration, (house, tenant): (&House, Tenant), every: Duration) -> Result<(), Failure> {
    let creator = creator(house);
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let begin = Instant::now();
    let mut number = 0;
    while begin.elapsed() < span {
        ticks.tick().await;
        create(&creator, tenant, &format!("call {number}")).await?;
        number += 1;
    }
    sleep(REST).await;
    Ok(())
}

fn lines(database: &str, delays: &Delays) -> Vec<Figure> {
    let what = format!("commit to the start of its first job, {database}");
    vec![
        Figure::alone(P9, what, (&delays.p50, "ms")).goal(Goal::OursAtMost(10.0)),
        Figure::alone(P9, "p99 of these", (&delays.p99, "ms")).goal(Goal::OursAtMost(100.0)),
    ]
}
