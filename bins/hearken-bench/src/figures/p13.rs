//! P13: the most memory with thousands of idle connections, hundreds of requests and dozens of fetches at a time.

use std::{
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

use hyper::StatusCode;
use tokio::task::JoinSet;

use super::{Outcome, p1::make_everybody_known};
use crate::{
    bench::Bench,
    calls::{self, Call},
    cli::FigureId::P13,
    connection::{Ask, Connection},
    failure::{Failure, OrFail},
    figure::{Figure, Goal},
    media_host::MediaHost,
    memory::Memory,
    service::{Service, Setup},
};

const IDLE: usize = 4096;
const ACTIVE: u32 = 256;
/// A workspace and a host may have four fetches at a time each, so it takes eight of both.
const TENANTS: u8 = 8;
const FETCHES_EACH: usize = 4;
/// Files and sockets beside the idle connections: requests, both ends of fetches on our side, databases, logs.
const OTHER_FILES: usize = 900;
/// How long the fetches may take to begin.
const PATIENCE: Duration = Duration::from_secs(20);

type Fetches = JoinSet<Result<(), Failure>>;

pub(super) async fn measure(bench: &Bench) -> Result<Outcome, Failure> {
    let idle = IDLE.min(open_files()?.saturating_sub(OTHER_FILES));
    let (mut peaks, mut residents) = (Vec::new(), Vec::new());
    for round in 0..bench.rounds {
        let memory = under_load(bench, idle, round).await?;
        peaks.push(memory.peak);
        residents.push(memory.resident);
    }
    let what = format!("peak memory: {idle} idle, 256 active, 32 fetches");
    let mut peak = Figure::alone(P13, what, (&peaks, "MiB")).goal(Goal::OursAtMost(512.0));
    if idle < IDLE {
        peak = peak.note(format!("only {idle} idle connections: `ulimit -n` allows no more"));
    }
    let resident = Figure::alone(P13, "resident at the end of it", (&residents, "MiB"));
    Ok(Outcome::Measured(vec![peak, resident]))
}

async fn under_load(bench: &Bench, idle: usize, round: u32) -> Result<Memory, Failure> {
    let folder = bench.folder(P13)?.join(round.to_string());
    fs::create_dir_all(&folder).or_fail("a folder could not be made")?;
    let host = MediaHost::start(&folder, TENANTS).await?;
    let setup = Setup::new(&bench.binary, folder.join("data"))
        .fetching_from(&host)
        // By default both numbers include what the goal counts separately, all of it comes from one address, one
        // workspace has a share of the requests, and rest is ended after ten seconds.
        .with("limits.max_connections", (idle + 512).to_string())
        .with("limits.connections_per_address", "0")
        .with("limits.max_in_flight", (2 * (ACTIVE + 32)).to_string())
        .with("limits.header_timeout", "10m");
    let service = setup.start().await?;
    make_everybody_known(&service).await?;
    let resting = rest(&service, idle).await?;
    let fetches = begin_fetches(&service, &host).await?;
    let creates = calls::creates(calls::all_pairs());
    service.clients(ACTIVE, StatusCode::CREATED)?.run(bench.span, &creates).await?;
    let memory = service.memory()?;
    host.release();
    finish(fetches).await?;
    insist_they_live(resting).await?;
    service.stop().await?;
    Ok(memory)
}

/// Connections that asked once and are kept.
async fn rest(service: &Service, number: usize) -> Result<Vec<Connection>, Failure> {
    let mut resting = Vec::with_capacity(number);
    for _ in 0..number {
        let mut connection = Connection::open(service.address, None).await?;
        connection.ask(Ask::get("/healthz")?).await?.expect(StatusCode::OK)?;
        resting.push(connection);
    }
    Ok(resting)
}

/// A connection that was closed meanwhile would not have been counted.
async fn insist_they_live(resting: Vec<Connection>) -> Result<(), Failure> {
    for mut connection in resting {
        connection.ask(Ask::get("/healthz")?).await?.expect(StatusCode::OK)?;
    }
    Ok(())
}

/// Begins creates whose recordings do not end, and returns once all of them are being fetched.
async fn begin_fetches(service: &Service, host: &MediaHost) -> Result<Fetches, Failure> {
    let mut fetches = JoinSet::new();
    for number in 1..=TENANTS {
        let token: Arc<str> = service.tenant(&format!("tenant-{number}"))?.into();
        let call = Call::with_recording(&host.slow_recording(number));
        for _ in 0..FETCHES_EACH {
            let (ask, token, address) = (call.create(), token.clone(), service.address);
            fetches.spawn(async move {
                let mut connection = Connection::open(address, Some(&token)).await?;
                connection.ask(ask).await?.expect(StatusCode::CREATED).map(drop)
            });
        }
    }
    let begin = Instant::now();
    while host.slow_begun() < usize::from(TENANTS) * FETCHES_EACH {
        if let Some(ended) = fetches.try_join_next() {
            ended.or_fail("a fetch died")??;
            return Err(Failure::plain("a fetch ended before it was let go"));
        }
        if begin.elapsed() > PATIENCE {
            return Err(Failure::plain(format!("only {} fetches were begun", host.slow_begun())));
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(fetches)
}

async fn finish(mut fetches: Fetches) -> Result<(), Failure> {
    while let Some(ended) = fetches.join_next().await {
        ended.or_fail("a fetch died")??;
    }
    Ok(())
}

/// How many files this process may have open; the service, as its child, may have as many.
fn open_files() -> Result<usize, Failure> {
    let limits = fs::read_to_string("/proc/self/limits").or_fail("the limits could not be read")?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().next()).unwrap_or_default();
    if soft == "unlimited" {
        Ok(usize::MAX)
    } else {
        soft.parse::<usize>().or_fail("the limit of open files is no number")
    }
}
