//! P7: what changes nothing: a repeated create, a read, and a read with every expansion, beside a server that answers
//! the same bytes from memory.

use std::{fs, path::Path, sync::Arc};

use hyper::StatusCode;

use super::Outcome;
use crate::{
    bench::Bench,
    calls::{Call, new_external_id},
    cli::FigureId::P7,
    connection::{Ask, ENGAGEMENTS},
    failure::{Failure, OrFail},
    figure::{Figure, Goal},
    load::{Clients, Next},
    media_host::MediaHost,
    service::{Service, Setup},
    statistics::Pairs,
    yardstick::server::MemoryServer,
};

const CLIENTS: u32 = 32;
const RECORDING: u64 = 16 * 1024;
const EVERYTHING: &str = "expand=transcript,media_url,companies,contacts,owner,action_items,signals,tags";

pub(super) async fn measure(bench: &Bench) -> Result<Outcome, Failure> {
    let folder = bench.folder(P7)?;
    let host = MediaHost::start(&folder, 1).await?;
    let service = Setup::new(&bench.binary, folder.join("data")).fetching_from(&host).start().await?;
    let body = Call::with_everything(&host.recording(RECORDING)).body(&new_external_id());
    let mut connection = service.connect().await?;
    let created = connection.ask(Ask::create(body.clone())).await?.expect(StatusCode::CREATED)?;
    let path = format!("{ENGAGEMENTS}/{}", created.text("id")?);

    let asked = [
        ("repeat of a create", Ask::create(body)),
        ("GET by id", Ask::get(&path)?),
        ("GET with every expansion", Ask::get(&format!("{path}?{EVERYTHING}"))?),
    ];
    let mut figures = Vec::new();
    for (number, (what, ask)) in asked.into_iter().enumerate() {
        let own = folder.join(number.to_string());
        fs::create_dir_all(&own).or_fail("a folder could not be made")?;
        let pairs = side_by_side(bench, &service, (&ask, &own)).await?;
        let figure = Figure::compared(P7, format!("{what}, 32 clients"), (&pairs, "/s"));
        figures.push(figure.goal(Goal::RatioAtLeast(0.3)));
    }
    service.stop().await?;
    Ok(Outcome::Measured(figures))
}

async fn side_by_side(bench: &Bench, service: &Service, (ask, folder): (&Ask, &Path)) -> Result<Pairs, Failure> {
    let answer = service.connect().await?.ask(ask.clone()).await?.expect(StatusCode::OK)?;
    let memory = MemoryServer::repeating(&answer, folder).await?;
    let ours = service.clients(CLIENTS, StatusCode::OK)?;
    let theirs = Clients { address: memory.address, ..ours.clone() };
    let ask = ask.clone();
    let next: Next = Arc::new(move || ask.clone());
    theirs.run(bench.span, &next).await?;
    ours.run(bench.span, &next).await?;
    let mut pairs = Pairs::default();
    for _ in 0..bench.rounds {
        let yardstick = theirs.run(bench.span, &next).await?;
        pairs.add(yardstick.rate, ours.run(bench.span, &next).await?.rate);
    }
    Ok(pairs)
}
