//! P3: creates with a small recording, beside curl fetching it to disk.

use hyper::StatusCode;

use super::Outcome;
use crate::{
    bench::Bench,
    calls::{self, Call},
    cli::FigureId::P3,
    failure::Failure,
    figure::{Figure, Goal},
    media_host::MediaHost,
    service::Setup,
    statistics::{Pairs, millis},
    yardstick::curl::Curl,
};

const CLIENTS: u32 = 8;
const BYTES: u64 = 64 * 1024;

pub(super) async fn measure(bench: &Bench) -> Result<Outcome, Failure> {
    let folder = bench.folder(P3)?;
    let host = MediaHost::start(&folder, 1).await?;
    let link = host.recording(BYTES);
    let curl = Curl::new(&host, link.clone(), &folder).await?;
    let service = Setup::new(&bench.binary, folder.join("data")).fetching_from(&host).start().await?;
    let clients = service.clients(CLIENTS, StatusCode::CREATED)?;
    let creates = calls::creates(vec![Call::with_recording(&link)]);
    curl.rate(CLIENTS, bench.span).await?;
    clients.run(bench.span, &creates).await?;
    let (mut pairs, mut slowest) = (Pairs::default(), Vec::new());
    for _ in 0..bench.rounds {
        let theirs = curl.rate(CLIENTS, bench.span).await?;
        let ours = clients.run(bench.span, &creates).await?;
        pairs.add(theirs, ours.rate);
        slowest.push(millis(ours.p99()));
    }
    service.stop().await?;
    Ok(Outcome::Measured(vec![
        Figure::compared(P3, "creates with 64 KiB over fresh TLS, 8 clients", (&pairs, "/s"))
            .goal(Goal::RatioAtLeast(2.0))
            .note("one workspace and one host, so four fetches run at a time; curl does not wait for the disk"),
        Figure::alone(P3, "p99 of these", (&slowest, "ms")),
    ]))
}
