//! P10: how fast jobs that do nothing are leased, taken and settled, beside a loop that writes their leases and
//! settlements and nothing else. Both sides drain copies of the same backlog.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use hearken_domain::{
    changeset::Changeset,
    engagement::{Engagement, ProcessingStatus},
    job::{Job, Step},
    ports::EngagementStore,
};
use hearken_testkit::{
    fixture::{Tenant, a_job, an_engagement, creating},
    postgres::PostgresServer,
};

use super::Outcome;
use crate::{
    bench::Bench,
    calls::new_external_id,
    cli::FigureId::P10,
    failure::{Failure, OrFail},
    figure::{Figure, Goal},
    house::{Database, House},
    idle_engines::engines,
    statistics::{Pairs, count},
    tenants::{backlog, workspaces},
    yardstick::{
        job_loop::{self, PgJobs},
        pgbench,
    },
};

const WORKSPACES: usize = 8;
/// Enough of them to fill the writer's groups.
const PLACES: usize = 64;
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

#[derive(Clone, Copy)]
enum Kind {
    /// Calls as they are created: three analyses that meet in one row, and the end.
    Created,
    /// Calls that have one analysis left.
    OneStep,
}

const BACKLOGS: [Backlog; 2] = [
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
        let ours = drain(Database::sqlite(&copies[1]).await?, calls * waiting.jobs.1).await?;
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
        pairs.add(theirs, drain(Database::postgres(&ours).await?, calls * waiting.jobs.1).await?);
    }
    Ok(pairs)
}

fn calls(bench: &Bench, waiting: &Backlog) -> usize {
    usize::try_from(bench.span.as_secs()).unwrap_or(1) * CALLS_A_SECOND * waiting.times
}

/// Makes the backlog, and leaves the database to nobody.
async fn prepare(database: Database, waiting: &Backlog, calls: usize) -> Result<(), Failure> {
    let house = House::over(database);
    let tenants = workspaces(&house, WORKSPACES).await;
    match waiting.kind {
        Kind::Created => backlog(&house, &tenants, calls).await?,
        Kind::OneStep => one_step_each(&house, &tenants, calls).await?,
    }
    house.close().await;
    Ok(())
}

async fn one_step_each(house: &House, tenants: &[Tenant], calls: usize) -> Result<(), Failure> {
    let mut turn = tenants.iter().cycle();
    for number in 0..calls / PLACES + 1 {
        let some = PLACES.min(calls - number * PLACES);
        let commits = turn.by_ref().take(some).map(|tenant| house.ports.store.commit(with_one_step(*tenant)));
        for ended in futures_util::future::join_all(commits).await {
            ended.or_fail("the backlog could not be made")?;
        }
    }
    Ok(())
}

/// As a call is when the others of its steps are done.
fn with_one_step(tenant: Tenant) -> Changeset {
    let fresh = an_engagement(tenant, &new_external_id());
    let call = Engagement { status: ProcessingStatus::Processing, steps_left: 2, ..fresh };
    let job: Job = a_job(&call, Step::Extract);
    Changeset { jobs: vec![job], ..creating(call) }
}

/// Jobs a second, from the start of a worker to the last of them.
async fn drain(database: Database, jobs: usize) -> Result<f64, Failure> {
    let house = House::over(database);
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
    let rate = count(jobs) / begin.elapsed().as_secs_f64();
    worker.stop().await?;
    house.close().await;
    Ok(rate)
}
