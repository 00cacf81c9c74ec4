//! P14: a live call each second, alone and beside a burst of ten thousand of its own workspace, from its commit to that
//! of its completion; and how long a call of the burst takes, beside first in, first out by steps.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use hearken_domain::job::Priority;
use hearken_testkit::fixture::Tenant;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::Outcome;
use crate::{
    bench::Bench,
    cli::FigureId::P14,
    failure::Failure,
    figure::{Figure, Goal},
    house::{Database, House},
    idle_engines::engines,
    statistics::{Delays, Pairs, count},
    tenants::{burst, create, creator, workspaces},
};

const CALLS: usize = 10_000;
const EVERY: Duration = Duration::from_secs(1);
/// How long each step takes.
const STEP: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(600);
/// By steps, every one of the three first steps of a burst goes before the first of its ends: the ends are spread over
/// the last quarter.
const MEAN_BY_STEPS: f64 = 0.875;

/// What a burst says of itself, and what its live calls and its own took.
struct Burst {
    what: &'static str,
    priority: Option<Priority>,
    beside: Delays,
    means: Pairs,
}

pub(super) async fn measure(bench: &Bench) -> Result<Outcome, Failure> {
    let folder = bench.folder(P14)?;
    let mut alone = Delays::default();
    let mut bursts = [("a backfill", Some(Priority::Backfill)), ("calls that say nothing", None)]
        .map(|(what, priority)| Burst { what, priority, beside: Delays::default(), means: Pairs::default() });
    for round in 0..bench.rounds {
        let at = |side: &str| folder.join(format!("{round}-{side}.db"));
        one_each_second(bench, &at("alone"), &mut alone).await?;
        for burst in &mut bursts {
            beside_a_burst(&at(burst.what), burst).await?;
        }
    }
    let mut figures = Vec::new();
    for Burst { what, beside, means, .. } in &bursts {
        let line = |text: String, (alone, beside): (&[f64], &[f64])| {
            Figure::compared(P14, text, (&Pairs::of(alone, beside), "ms"))
        };
        let live = format!("a live call to its completion beside 10,000 of {what}");
        figures.push(
            line(live, (&alone.p50, &beside.p50))
                .goal(Goal::RatioAtMost(2.0))
                .note("the yardstick is the live ones alone; steps of 5 ms, a worker of the default size, SQLite"),
        );
        figures.push(line("p99 of these".to_owned(), (&alone.p99, &beside.p99)));
        figures.push(
            Figure::compared(P14, format!("a call of the burst to its completion, mean, {what}"), (means, "s"))
                .goal(Goal::RatioAtMost(0.6))
                .note("the yardstick is computed: 7/8 of the whole burst, as when steps go first in, first out"),
        );
    }
    Ok(Outcome::Measured(figures))
}

async fn one_each_second(bench: &Bench, path: &Path, delays: &mut Delays) -> Result<(), Failure> {
    let house = House::over(Database::sqlite(path).await?);
    let tenant = workspaces(&house, 1).await[0];
    let worker = house.work(engines(&house.marks, STEP), |size| size);
    let begin = Instant::now();
    live_calls(&house, tenant, || begin.elapsed() < bench.span).await?;
    delays.add(&house.marks.completions("live"));
    worker.stop().await?;
    house.close().await;
    Ok(())
}

async fn beside_a_burst(path: &Path, found: &mut Burst) -> Result<(), Failure> {
    let house = House::over(Database::sqlite(path).await?);
    let tenants = workspaces(&house, 1).await;
    let worker = house.work(engines(&house.marks, STEP), |size| size);
    let begin = Instant::now();
    let is_going_on = || house.marks.completions("waiting").len() < CALLS && begin.elapsed() < PATIENCE;
    let (creates, live) =
        tokio::join!(burst(&house, &tenants, (CALLS, found.priority)), live_calls(&house, tenants[0], is_going_on),);
    creates?;
    live?;
    let own = house.marks.completions("waiting");
    if own.len() < CALLS {
        return Err(Failure::plain(format!("only {} of {CALLS} calls were completed", own.len())));
    }
    let mean = own.iter().sum::<Duration>().as_secs_f64() / count(own.len());
    found.means.add(MEAN_BY_STEPS * begin.elapsed().as_secs_f64(), mean);
    found.beside.add(&house.marks.completions("live"));
    worker.stop().await?;
    house.close().await;
    Ok(())
}

/// A call each second for as long as this says; returns once all are completed.
async fn live_calls(house: &House, tenant: Tenant, is_going_on: impl Fn() -> bool) -> Result<(), Failure> {
    let creator = creator(house);
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut number = 0;
    while is_going_on() {
        ticks.tick().await;
        create(&creator, tenant, &format!("live {number}")).await?;
        number += 1;
    }
    let begin = Instant::now();
    while house.marks.completions("live").len() < number {
        if begin.elapsed() > PATIENCE {
            return Err(Failure::plain("live calls were not completed"));
        }
        sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}
