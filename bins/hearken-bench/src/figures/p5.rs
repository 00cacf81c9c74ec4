//! P5: what the guard costs: a fetch through it beside the same fetch without it.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::StreamExt;
use hearken_egress::{EgressSettings, GetRequest, Guard, TcpDialer};
use ipnet::IpNet;

use super::Outcome;
use crate::{
    bench::Bench,
    cli::FigureId::P5,
    failure::{Failure, OrFail},
    figure::{Figure, Goal},
    media_host::MediaHost,
    statistics::{Pairs, micros, percentile},
    yardstick::plain_client::PlainClient,
};

const BYTES: u64 = 16 * 1024;

pub(super) async fn measure(bench: &Bench) -> Result<Outcome, Failure> {
    let host = MediaHost::start(&bench.folder(P5)?, 1).await?;
    let (guard, plain) = (guard(&host)?, PlainClient::new(&host, BYTES)?);
    let link = host.recording(BYTES);
    round(bench.span, &plain, (&guard, &link)).await?;
    let mut pairs = Pairs::default();
    for _ in 0..bench.rounds {
        let (without, with) = round(bench.span, &plain, (&guard, &link)).await?;
        pairs.add(micros(without), micros(with));
    }
    let cost = pairs.rounds(|without, with| with - without);
    Ok(Outcome::Measured(vec![
        Figure::compared(P5, "fetch of 16 KiB through the guard", (&pairs, "µs")).goal(Goal::RatioAtMost(1.02)),
        Figure::alone(P5, "the guard's part of it", (&cost, "µs")).goal(Goal::OursAtMost(100.0)),
    ]))
}

fn guard(host: &MediaHost) -> Result<Guard, Failure> {
    let settings = EgressSettings {
        allow: vec![IpNet::from(IpAddr::from(Ipv4Addr::LOCALHOST))],
        ports: vec![host.port()],
        ca_pem: Some(host.ca_pem().into_bytes()),
        ..EgressSettings::default()
    };
    Guard::new(settings, Arc::new(TcpDialer)).or_fail("the guard could not be made")
}

/// The medians of as many fetches as there is time for, one without the guard, one with it, and so on.
async fn round(span: Duration, plain: &PlainClient, guarded: (&Guard, &str)) -> Result<(Duration, Duration), Failure> {
    let (mut without, mut with) = (Vec::new(), Vec::new());
    let begin = Instant::now();
    while begin.elapsed() < 2 * span || with.is_empty() {
        let start = Instant::now();
        let bytes = plain.fetch().await?;
        without.push(start.elapsed());
        insist_on_all(bytes)?;
        let start = Instant::now();
        let bytes = fetch(guarded).await?;
        with.push(start.elapsed());
        insist_on_all(bytes)?;
    }
    without.sort_unstable();
    with.sort_unstable();
    Ok((percentile(&without, 500), percentile(&with, 500)))
}

/// From the text of the link to the last byte, as a request has it.
async fn fetch((guard, link): (&Guard, &str)) -> Result<usize, Failure> {
    let url = guard.judge(link).or_fail("the guard refuses the bench's own host")?;
    let mut body = guard.get(GetRequest::new(url)).await.or_fail("the guarded fetch failed")?.body;
    let mut bytes = 0;
    while let Some(piece) = body.next().await {
        bytes += piece.or_fail("the guarded body broke off")?.len();
    }
    Ok(bytes)
}

fn insist_on_all(bytes: usize) -> Result<(), Failure> {
    if bytes as u64 == BYTES { Ok(()) } else { Err(Failure::plain(format!("{bytes} of {BYTES} bytes came"))) }
}
