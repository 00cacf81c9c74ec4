//! P19: creates with 1 MB of speech in the default role, where the pipeline decodes beside them, and how fast it does that.

use std::time::{Duration, Instant};

use hyper::StatusCode;

use super::Outcome;
use crate::{
    bench::Bench,
    calls::{self, Call},
    cli::FigureId::P19,
    connection::Ask,
    failure::{Failure, OrFail},
    figure::{Figure, Goal},
    media_host::MediaHost,
    service::{Service, Setup},
    statistics::{Pairs, millis},
    yardstick::curl::Curl,
};

const CLIENTS: u32 = 8;
/// One and a half seconds of mp3. A recording is this again and again, as a radio stream's would be.
const PIECE: &[u8] = include_bytes!("../../../../crates/hearken-media-symphonia/tests/fixtures/tone.mp3");
const BYTES: usize = 1_000_000;
/// For decoding alone, without creates.
const ALONE: Duration = Duration::from_secs(3);

pub(super) async fn measure(bench: &Bench) -> Result<Outcome, Failure> {
    let folder = bench.folder(P19)?;
    let host = MediaHost::serving(&folder, PIECE.repeat(BYTES / PIECE.len())).await?;
    let link = host.file();
    let curl = Curl::new(&host, link.clone(), &folder).await?;
    let creates = calls::creates(vec![Call::with_recording(&link)]);
    let setup = |name: &str| Setup::new(&bench.binary, folder.join(name)).fetching_from(&host);
    let apart = setup("api").start().await?;
    // Nothing is transcribed: a recording is finished once it was decoded.
    let together = setup("all").with("role", "all").with("speech.engine", "none").start().await?;
    let (apart_clients, clients) =
        (apart.clients(CLIENTS, StatusCode::CREATED)?, together.clients(CLIENTS, StatusCode::CREATED)?);
    let (mut beside, mut without, mut pipeline) = (Pairs::default(), Pairs::default(), Pairs::default());
    let mut slowest = Vec::new();
    curl.durable_rate(CLIENTS, bench.span).await?;
    for _ in 0..bench.rounds {
        let theirs = curl.durable_rate(CLIENTS, bench.span).await?;
        without.add(theirs, apart_clients.run(bench.span, &creates).await?.rate);
        let (ours, decoded) = decoding_beside(&together, async || clients.run(bench.span, &creates).await).await?;
        beside.add(theirs, ours.rate);
        slowest.push(millis(ours.p99()));
        let ((), alone) = decoding_beside(&together, async || {
            tokio::time::sleep(ALONE).await;
            Ok(())
        })
        .await?;
        pipeline.add(alone, decoded);
    }
    apart.stop().await?;
    together.stop().await?;
    let what = |role: &str| format!("creates with 1 MB of mp3, 8 clients, role {role}");
    Ok(Outcome::Measured(vec![
        Figure::compared(P19, what("all"), (&beside, "/s"))
            .goal(Goal::RatioAtLeast(1.5))
            .note("curl writes its file and flushes it to the disk; the pipeline decodes beside the creates"),
        Figure::alone(P19, "p99 of these", (&slowest, "ms")),
        Figure::compared(P19, what("api"), (&without, "/s")),
        Figure::compared(P19, "recordings decoded a second beside creates, and alone", (&pipeline, "/s"))
            .goal(Goal::RatioAtLeast(0.8)),
    ]))
}

/// What the work gave, and how many recordings were decoded a second while it went on.
async fn decoding_beside<T>(
    service: &Service,
    work: impl AsyncFnOnce() -> Result<T, Failure>,
) -> Result<(T, f64), Failure> {
    let (begin, before) = (Instant::now(), decoded(service).await?);
    let done = work().await?;
    let after = decoded(service).await?;
    Ok((done, (after - before) / begin.elapsed().as_secs_f64()))
}

/// Recordings that the process has decoded.
async fn decoded(service: &Service) -> Result<f64, Failure> {
    let answer = service.connect().await?.ask(Ask::get("/metrics")?).await?.expect(StatusCode::OK)?;
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let line = text.lines().find(|line| {
        line.starts_with("hearken_jobs_total") && line.contains("\"probe\"") && line.contains("\"settled\"")
    });
    let count = line.and_then(|line| line.rsplit(' ').next()).unwrap_or("0");
    count.parse().or_fail("a counter is a number")
}
