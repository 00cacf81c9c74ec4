//! `hearken-bench`: measures the real binary beside a yardstick, in one run on one machine, as ratios.
//!
//! Each figure is a file of `figures`; what it is held against is a file of `yardstick`. A figure sets itself up, runs
//! both sides in turn, round after round, and gives the median of the rounds' ratios with their spread. What the
//! figures mean and how to read them: `docs/performance.md`.

mod bench;
mod binary;
mod calls;
mod certificates;
mod child;
mod cli;
mod connection;
mod failure;
mod figure;
mod figures;
mod house;
mod idle_engines;
mod load;
mod machine;
mod marks;
mod media_host;
mod memory;
mod receivers;
mod report;
mod service;
mod shelf;
mod statistics;
mod tenants;
mod yardstick;

use std::process::ExitCode;

use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    bench::Bench,
    cli::{Cli, Hidden, Options},
    failure::{Failure, OrFail},
    report::Report,
};

fn main() -> ExitCode {
    let Cli { options, hidden } = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::new("the runtime could not be started", error).report(),
    };
    let ended = runtime.block_on(async {
        match hidden {
            Some(Hidden::YardstickServer(server)) => yardstick::server::serve(server).await.map(|()| true),
            None => run(options).await,
        }
    });
    match ended {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => failure.report(),
    }
}

/// Measures until done or told to stop; then whatever was started ends with its owner. `false`: a figure failed.
async fn run(options: Options) -> Result<bool, Failure> {
    tokio::select! {
        measured = measure(&options) => measured,
        told = told_to_stop() => Err(told),
    }
}

async fn measure(options: &Options) -> Result<bool, Failure> {
    let bench = Bench::prepare(options)?;
    let mut report = Report::new(&bench);
    for id in options.wanted() {
        eprintln!("{id}: measuring, {} rounds of {} s a side", bench.rounds, options.seconds);
        let ended = figures::measure(id, &bench).await;
        bench.clear(id)?;
        report.add(id, ended);
    }
    report.print(options.json)?;
    Ok(report.is_complete())
}

async fn told_to_stop() -> Failure {
    let listened = signal(SignalKind::terminate()).or_fail("the signals cannot be listened to");
    let mut terminate = match listened {
        Ok(terminate) => terminate,
        Err(failure) => return failure,
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    Failure::plain("stopped before the end")
}
