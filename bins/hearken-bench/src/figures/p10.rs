//! P10: how fast jobs that do nothing are leased, taken and settled, beside a loop that writes their leases and
//! settlements and nothing else. Both sides drain copies of the same backlog.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use hearken_domain::{
    changeset::Changeset,
    engagement::{Engagement, ProcessingStatus},
    job::{JobLane, JobNext, LeaseTerms, Share, Step},
    ports::{Clock, EngagementStore, JobQueue},
};
use hearken_testkit::{
    fixture::{Tenant, a_job, an_engagement, creating, ending, new_id},
    postgres::PostgresServer,
};

use super::Outcome;
use crate::{
    bench::Bench,
    calls::new_external_id,
    cli::FigureId::P10,
    failure::{Failure, OrFail},
    figure::{Figure, Goal},
    house::{Database, House, Working},
    idle_engines::engines,
    statistics::{Pairs, count},
    tenants::{backlog, workspaces},
    yardstick::{
        job_loop::{self, PgJobs},
        pgbench,
    },
};

const WORKSPACES: u16 = 8;
/// How many jobs are under way at a time: enough to fill the writer's groups.
const PLACES: usize = 64;
/// The same, of each workspace.
const EACH: u16 = 8;
const LEASE: Duration = Duration::from_mins(1);
/// Of each backlog, for each second of `--seconds`.
const CALLS_A_SECOND: usize = 400;
const PATIENCE: Duration = Duration::from_secs(300);

/// What waits to be done.
#[derive(Clone, Copy)]
struct Backlog {
    what: &'static str,
    /// How many calls, for each of [`CALLS_A_SECOND`].
    times: usize,
    /// The jobs that each has at first, and after all.
    jobs: (usize, usize),
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Calls as they are created: three analyses that meet in one row, and the end.
    Created,
    /// Calls that have one analysis left.
    OneStep,
    /// The same, leased and settled by the store's ports alone: no worker, no result.
    Queue,
}

const BACKLOGS: [Backlog; 3] = [
    Backlog { what: "jobs leased and settled, no worker", times: 3, jobs: (1, 1), kind: Kind::Queue },
    Backlog { what: "no-op jobs, one of a call", times: 3, jobs: (1, 1), kind: Kind::OneStep },
    Backlog { what: "no-op jobs, all four of a call", times: 1, jobs: (3, 4), kind: Kind::Created },
];

pub(super) async fn measure(bench: &Bench) -> Result<Outcome, Failure> {
    let mut figures = Vec::new();
    for (number, waiting) in BACKLOGS.iter().enumerate() {
        let folder = bench.folder(P10)?.join(number.to_string());
        fs::create_dir_all(&folder).or_fail("a folder could not be made")?;
        let pairs = on_sqlite(bench, waiting, &folder).await?;
        figures.push(line(waiting, "SQLite", &pairs).goal(Goal::OursAtLeast(1_000.0)));
        if let Some(server) = PostgresServer::durable()
            && let Some(yardstick) = PgJobs::prepare(&folder)?
        {
            let pairs = on_postgres(bench, waiting, (&server, &yardstick)).await?;
            figures.push(line(waiting, "PostgreSQL", &pairs).goal(Goal::OursAtLeast(2_000.0)));
        }
    }
    Ok(Outcome::Measured(figures))
}

fn line(waiting: &Backlog, database: &str, pairs: &Pairs) -> Figure {
    Figure::compared(P10, format!("{}, {database}", waiting.what), (pairs, "/s"))
}

async fn on_sqlite(bench: &Bench, waiting: &Backlog, folder: &Path) -> Result<Pairs, Failure> {
    let prepared = folder.join("prepared.db");
    let calls = calls(bench, waiting);
    prepare(Database::sqlite(&prepared).await?, waiting, calls).await?;
    let mut pairs = Pairs::default();
    for round in 0..bench.rounds {
        let copies = ["yardstick", "ours"].map(|side| folder.join(format!("{side}-{round}.db")));
        for copy in &copies {
            fs::copy(&prepared, copy).or_fail("the database could not be copied")?;
        }
        let yardstick = job_loop::sqlite(&copies[0]).await?;
        let ours = drained(Database::sqlite(&copies[1]).await?, waiting, calls).await?;
        pairs.add(yardstick, ours);
    }
    Ok(pairs)
}

async fn on_postgres(
    bench: &Bench,
    waiting: &Backlog,
    (server, yardstick): (&PostgresServer, &PgJobs),
) -> Result<Pairs, Failure> {
    let (prepared, maintenance) = (server.create_database(), server.url("postgres"));
    let calls = calls(bench, waiting);
    let jobs = u32::try_from(calls * waiting.jobs.0).or_fail("the number of jobs")?;
    prepare(Database::postgres(&prepared).await?, waiting, calls).await?;
    let mut pairs = Pairs::default();
    for round in 0..bench.rounds {
        let theirs = pgbench::copy(&prepared, &maintenance, &format!("theirs_{round}")).await?;
        let ours = pgbench::copy(&prepared, &maintenance, &format!("ours_{round}")).await?;
        let theirs = yardstick.rate(&theirs, jobs).await?;
        pairs.add(theirs, drained(Database::postgres(&ours).await?, waiting, calls).await?);
    }
    Ok(pairs)
}

fn calls(bench: &Bench, waiting: &Backlog) -> usize {
    usize::try_from(bench.span.as_secs()).unwrap_or(1) * CALLS_A_SECOND * waiting.times
}

/// Makes the backlog, and leaves the database to nobody.
async fn prepare(database: Database, waiting: &Backlog, calls: usize) -> Result<(), Failure> {
    let house = House::over(database);
    let tenants = workspaces(&house, WORKSPACES.into()).await;
    match waiting.kind {
        Kind::Created => backlog(&house, &tenants, calls).await?,
        Kind::OneStep | Kind::Queue => one_step_each(&house, &tenants, calls).await?,
    }
    house.close().await;
    Ok(())
}

async fn one_step_each(house: &House, tenants: &[Tenant], calls: usize) -> Result<(), Failure> {
    let mut turn = tenants.iter().cycle();
    for number in 0..=calls / PLACES {
        let some = PLACES.min(calls - number * PLACES);
        let commits = turn.by_ref().take(some).map(|tenant| house.ports.store.commit(with_one_step(*tenant)));
        for ended in join_all(commits).await {
            ended.or_fail("the backlog could not be made")?;
        }
    }
    Ok(())
}

/// As a call is when the others of its steps are done.
fn with_one_step(tenant: Tenant) -> Changeset {
    let fresh = an_engagement(tenant, &new_external_id());
    let call = Engagement { status: ProcessingStatus::Processing, steps_left: 2, ..fresh };
    Changeset { jobs: vec![a_job(&call, Step::Extract)], ..creating(call) }
}

/// Jobs a second, from the first lease to the last settlement.
async fn drained(database: Database, waiting: &Backlog, calls: usize) -> Result<f64, Failure> {
    let (house, jobs) = (House::over(database), calls * waiting.jobs.1);
    let begin = Instant::now();
    let rate = || count(jobs) / begin.elapsed().as_secs_f64();
    let rate = if waiting.kind == Kind::Queue {
        without_worker(&house).await?;
        rate()
    } else {
        let worker = by_worker(&house, jobs).await?;
        let rate = rate();
        worker.stop().await?;
        rate
    };
    if house.marks.settled() != jobs {
        return Err(Failure::plain(format!("{} of {jobs} jobs were settled", house.marks.settled())));
    }
    house.close().await;
    Ok(rate)
}

/// Leases as a worker does, workspaces in equal shares, and settles all at once.
async fn without_worker(house: &House) -> Result<(), Failure> {
    let (queue, process) = (&house.ports.queue, new_id());
    loop {
        let now = house.ports.clock.now();
        let due = queue.due(JobLane::Quick, now, None, WORKSPACES).await.or_fail("the queue could not be read")?;
        let turns: Vec<_> = due.into_iter().map(|workspace| Share::of(workspace, EACH)).collect();
        let terms = LeaseTerms { token: new_id(), process, now, until: now.after(LEASE) };
        let leased = queue.lease(JobLane::Quick, &turns, terms).await.or_fail("jobs could not be leased")?;
        if leased.is_empty() {
            return Ok(());
        }
        let settled = leased.iter().map(|job| house.ports.store.commit(ending(job, JobNext::Done)));
        for ended in join_all(settled).await {
            ended.or_fail("a job could not be settled")?;
        }
    }
}

async fn by_worker(house: &House, jobs: usize) -> Result<Working, Failure> {
    let begin = Instant::now();
    let worker = house.work(engines(&house.marks, Duration::ZERO), |mut size| {
        size.quick_jobs = PLACES;
        size
    });
    while house.marks.settled() < jobs {
        if begin.elapsed() > PATIENCE {
            return Err(Failure::plain(format!("only {} of {jobs} jobs were settled", house.marks.settled())));
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(worker)
}
