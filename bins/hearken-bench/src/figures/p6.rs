//! P6: how fast a link is refused, by the guard alone and, for information, by the whole service.

use std::{
    fs::File,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use hearken_egress::{EgressSettings, Guard, TcpDialer};
use hyper::StatusCode;
use metrics_exporter_prometheus::PrometheusBuilder;

use super::Outcome;
use crate::{
    bench::Bench,
    calls::{self, Call},
    cli::FigureId::P6,
    failure::{Failure, OrFail},
    figure::{Figure, Goal},
    service::Setup,
    statistics::{count, millis, percentile},
};

const CLIENTS: u32 = 32;
/// Each refusal is a line in the log, and there are very many of them in a second.
const LONGEST: Duration = Duration::from_secs(1);

/// Each is refused for another reason.
const REFUSED: [&str; 16] = [
    "https://127.0.0.1/call.mp3",
    "https://10.0.0.8/call.mp3",
    "https://169.254.169.254/latest/meta-data/",
    "https://192.168.1.1:8443/call.mp3",
    "https://[::1]/call.mp3",
    "https://[::ffff:10.0.0.1]/call.mp3",
    "https://[fd00::8]/call.mp3",
    "https://localhost/call.mp3",
    "https://recordings.internal/call.mp3",
    "https://recordings.example.com:22/call.mp3",
    "http://recordings.example.com/call.mp3",
    "ftp://recordings.example.com/call.mp3",
    "https://user:secret@recordings.example.com/call.mp3",
    "https://recordings.example.com\\@10.0.0.8/call.mp3",
    "https://recordings.example.com/my call.mp3",
    "https://%31%30.0.0.8/call.mp3",
];

pub(super) async fn measure(bench: &Bench) -> Result<Outcome, Failure> {
    let folder = bench.folder(P6)?;
    let guard = Guard::new(EgressSettings::default(), Arc::new(TcpDialer)).or_fail("the guard could not be made")?;
    if let Some(accepted) = REFUSED.into_iter().find(|link| guard.judge(link).is_ok()) {
        return Err(Failure::plain(format!("{accepted} is not refused")));
    }
    let (mut rates, mut slowest) = (Vec::new(), Vec::new());
    for _ in 0..bench.rounds {
        let log = File::create(folder.join("guard.log")).or_fail("the log could not be made")?;
        let (rate, p99) = as_in_the_service(log, || judge(&guard, bench.span.min(LONGEST)));
        rates.push(rate);
        slowest.push(millis(p99));
    }
    let (over_http, http_slowest) = over_http(bench).await?;
    Ok(Outcome::Measured(vec![
        Figure::alone(P6, "links refused by the guard, one core", (&rates, "/s"))
            .goal(Goal::OursAtLeast(20_000.0))
            .note("with the line in the log and the counter that each refusal of the service has"),
        Figure::alone(P6, "p99 of these", (&slowest, "ms")).goal(Goal::OursAtMost(2.0)),
        Figure::alone(P6, "creates refused for their link, 32 clients", (&over_http, "/s")),
        Figure::alone(P6, "p99 of these", (&http_slowest, "ms")),
    ]))
}

/// With a log and metrics: without them a refusal costs less than in the service.
fn as_in_the_service<T>(log: File, work: impl FnOnce() -> T) -> T {
    let log = tracing_subscriber::fmt().with_ansi(false).with_target(false).with_writer(Mutex::new(log)).finish();
    let recorder = PrometheusBuilder::new().build_recorder();
    tracing::subscriber::with_default(log, || metrics::with_local_recorder(&recorder, work))
}

fn judge(guard: &Guard, span: Duration) -> (f64, Duration) {
    let mut times = Vec::new();
    let begin = Instant::now();
    for link in REFUSED.into_iter().cycle() {
        let start = Instant::now();
        let refused = guard.judge(std::hint::black_box(link)).is_err();
        times.push(start.elapsed());
        std::hint::black_box(refused);
        if begin.elapsed() >= span {
            break;
        }
    }
    let rate = count(times.len()) / begin.elapsed().as_secs_f64();
    times.sort_unstable();
    (rate, percentile(&times, 990))
}

async fn over_http(bench: &Bench) -> Result<(Vec<f64>, Vec<f64>), Failure> {
    let service = Setup::new(&bench.binary, bench.folder(P6)?.join("data")).start().await?;
    let clients = service.clients(CLIENTS, StatusCode::UNPROCESSABLE_ENTITY)?;
    let creates = calls::creates(REFUSED.into_iter().map(Call::with_recording).collect());
    clients.run(bench.span, &creates).await?;
    let (mut rates, mut slowest) = (Vec::new(), Vec::new());
    for _ in 0..bench.rounds {
        let load = clients.run(bench.span, &creates).await?;
        rates.push(load.rate);
        slowest.push(millis(load.p99()));
    }
    service.stop().await?;
    Ok((rates, slowest))
}
