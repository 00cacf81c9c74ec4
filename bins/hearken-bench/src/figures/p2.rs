//! P2: creates with a timeline on PostgreSQL, beside pgbench inserting the same rows.

use hearken_testkit::postgres::PostgresServer;
use hyper::StatusCode;

use super::{Outcome, p1::make_everybody_known};
use crate::{
    bench::Bench,
    calls,
    cli::FigureId::P2,
    failure::Failure,
    figure::{Figure, Goal},
    service::Setup,
    statistics::{Pairs, millis},
    yardstick::pgbench::{self, PgBench},
};

const CLIENTS: u32 = 32;

pub(super) async fn measure(bench: &Bench) -> Result<Outcome, Failure> {
    let Some(program) = pgbench::installed() else {
        return Ok(Outcome::Skipped("pgbench is not installed".to_owned()));
    };
    let Some(server) = PostgresServer::durable() else {
        return Ok(Outcome::Skipped("PostgreSQL is not installed".to_owned()));
    };
    let folder = bench.folder(P2)?;
    let url = server.create_database();
    let setup = Setup::new(&bench.binary, folder.join("data")).with("database.url", url.as_str());
    setup.run(&["migrate"])?;
    let service = setup.start().await?;
    let engagement = make_everybody_known(&service).await?;
    // Stopped, because a database is copied only while nobody is connected to it.
    service.stop().await?;
    let maintenance = server.url("postgres");
    let mut yardstick = PgBench::prepare(program, (&url, &maintenance), (&engagement, &folder)).await?;

    let service = setup.start().await?;
    let clients = service.clients(CLIENTS, StatusCode::CREATED)?;
    let creates = calls::creates(calls::all_pairs());
    yardstick.rate(CLIENTS, bench.span).await?;
    clients.run(bench.span, &creates).await?;
    let (mut pairs, mut slowest) = (Pairs::default(), Vec::new());
    for _ in 0..bench.rounds {
        let theirs = yardstick.rate(CLIENTS, bench.span).await?;
        let ours = clients.run(bench.span, &creates).await?;
        pairs.add(theirs, ours.rate);
        slowest.push(millis(ours.p99()));
    }
    service.stop().await?;
    Ok(Outcome::Measured(vec![
        Figure::compared(P2, "creates with a timeline, 32 clients, PostgreSQL", (&pairs, "/s"))
            .goal(Goal::RatioAtLeast(0.5)),
        Figure::alone(P2, "p99 of these", (&slowest, "ms")),
    ]))
}
