//! P1: creates with a timeline on SQLite, beside a bare loop that commits the same rows.

use std::fs;

use hyper::StatusCode;

use super::Outcome;
use crate::{
    bench::Bench,
    calls,
    cli::FigureId::P1,
    failure::{Failure, OrFail},
    figure::{Figure, Goal},
    service::{Service, Setup},
    statistics::{Pairs, millis},
    yardstick::sqlite::SqliteLoop,
};

const CLIENTS: u32 = 64;

pub(super) async fn measure(bench: &Bench) -> Result<Outcome, Failure> {
    let folder = bench.folder(P1)?;
    let setup = Setup::new(&bench.binary, folder.join("data"));
    let service = setup.start().await?;
    let engagement = make_everybody_known(&service).await?;
    // Stopped, so that the file is whole and the yardstick begins with the very same one.
    service.stop().await?;
    let copy = folder.join("yardstick.db");
    fs::copy(setup.data_dir().join("hearken.db"), &copy).or_fail("the database could not be copied")?;
    let mut bare = SqliteLoop::open(&copy, &engagement).await?;
    let batch = bare.best_batch(bench.span).await?;

    let service = setup.start().await?;
    let clients = service.clients(CLIENTS, StatusCode::CREATED)?;
    let creates = calls::creates(calls::all_pairs());
    clients.run(bench.span, &creates).await?;
    let (mut pairs, mut slowest) = (Pairs::default(), Vec::new());
    for _ in 0..bench.rounds {
        let yardstick = bare.rate(batch, bench.span).await?;
        let ours = clients.run(bench.span, &creates).await?;
        pairs.add(yardstick, ours.rate);
        slowest.push(millis(ours.p99()));
    }
    service.stop().await?;
    Ok(Outcome::Measured(vec![
        Figure::compared(P1, "creates with a timeline, 64 clients, SQLite", (&pairs, "/s"))
            .goal(Goal::RatioAtLeast(0.5))
            .note(format!("the bare loop is fastest with {batch} creates a commit")),
        Figure::alone(P1, "p99 of these", (&slowest, "ms")).goal(Goal::OursAtMost(150.0)),
    ]))
}

/// Creates a call of each pair, so that its contacts are known from then on. Gives the id of one more engagement, whose
/// rows are those of any later one.
pub(super) async fn make_everybody_known(service: &Service) -> Result<String, Failure> {
    let mut connection = service.connect().await?;
    let calls = calls::all_pairs();
    let mut last = None;
    for call in calls.iter().chain(calls.first()) {
        last = Some(connection.ask(call.create()).await?.expect(StatusCode::CREATED)?);
    }
    last.ok_or_else(|| Failure::plain("there is no call to create"))?.text("id")
}
