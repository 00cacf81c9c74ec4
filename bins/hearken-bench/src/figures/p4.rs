//! P4: a create with a large recording, beside curl and sync; and what memory it takes.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use hyper::StatusCode;

use super::Outcome;
use crate::{
    bench::Bench,
    calls::Call,
    cli::FigureId::P4,
    failure::{Failure, OrFail},
    figure::{Figure, Goal},
    media_host::MediaHost,
    service::{Service, Setup},
    statistics::{Pairs, count},
    yardstick::curl::Curl,
};

const MIB: u64 = 1024 * 1024;
/// The recording whose memory is the measure of the large one's.
const SMALL: u32 = 64;
/// What an allocator may keep more of by chance.
const GROWTH: f64 = 16.0;

pub(super) async fn measure(bench: &Bench) -> Result<Outcome, Failure> {
    let folder = bench.folder(P4)?;
    let host = MediaHost::start(&folder, 1).await?;
    let data_dir = folder.join("data");
    let largest = (u64::from(bench.large) * MIB).to_string();
    let setup = Setup::new(&bench.binary, data_dir.clone()).fetching_from(&host).with("media.max_bytes", largest);
    let grown = growth(bench, &setup, &host).await?;

    let service = setup.start().await?;
    let link = host.recording(u64::from(bench.large) * MIB);
    let curl = Curl::new(&host, link.clone(), &folder).await?;
    let call = Call::with_recording(&link);
    let mut pairs = Pairs::default();
    let mut rate = |theirs: Duration, ours: Duration| {
        let speed = |took: Duration| count(bench.large) / took.as_secs_f64();
        pairs.add(speed(theirs), speed(ours));
    };
    for _ in 0..bench.rounds {
        let theirs = curl.durably().await?;
        let ours = create(&service, &call).await?;
        rate(theirs, ours);
        remove_recordings(&data_dir)?;
    }
    service.stop().await?;
    Ok(Outcome::Measured(vec![
        Figure::compared(P4, format!("create with a recording of {} MiB", bench.large), (&pairs, "MiB/s"))
            .goal(Goal::RatioAtLeast(0.95)),
        Figure::alone(P4, format!("peak memory beyond that of {SMALL} MiB"), (&grown, "MiB"))
            .goal(Goal::OursAtMost(GROWTH))
            .note("the goal says \"does not grow\"; an allocator's chance is granted 16 MiB"),
    ]))
}

/// How much more memory the large recording takes at its peak than the small one, each round in a new process.
async fn growth(bench: &Bench, setup: &Setup, host: &MediaHost) -> Result<Vec<f64>, Failure> {
    let mut grown = Vec::new();
    for _ in 0..bench.rounds.min(3) {
        let service = setup.start().await?;
        let mut peaks = Vec::new();
        for size in [SMALL, bench.large] {
            create(&service, &Call::with_recording(&host.recording(u64::from(size) * MIB))).await?;
            peaks.push(service.memory()?.peak);
        }
        service.stop().await?;
        remove_recordings(setup.data_dir())?;
        grown.push(peaks[1] - peaks[0]);
    }
    Ok(grown)
}

async fn create(service: &Service, call: &Call) -> Result<Duration, Failure> {
    let mut connection = service.connect().await?;
    let ask = call.create();
    let begin = Instant::now();
    let answer = connection.ask(ask).await?;
    let took = begin.elapsed();
    answer.expect(StatusCode::CREATED)?;
    Ok(took)
}

/// Gives the disk its room back, the way curl's file is removed too. Nobody asks for these recordings again.
fn remove_recordings(data_dir: &Path) -> Result<(), Failure> {
    let blobs = data_dir.join("blobs");
    for folder in fs::read_dir(&blobs).or_fail("the recordings could not be listed")?.flatten() {
        for file in fs::read_dir(folder.path()).or_fail("the recordings could not be listed")?.flatten() {
            fs::remove_file(file.path()).or_fail("a recording could not be removed")?;
        }
    }
    Ok(())
}
