//! The `hearken` binary: the composition root and the operator's command line.
//!
//! `compose` is the one place that knows every adapter; `command` has a file for each command.

mod cli;
mod clock;
mod command;
mod compose;
mod demo;
mod engines;
mod failure;
mod ids;
mod logging;
mod output;
mod settings;

use std::process::ExitCode;

use clap::Parser;

use crate::{cli::Cli, failure::Failure};

fn main() -> ExitCode {
    // Every TLS user of the process shares this one; it can only be set once, and nobody was before us.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // Only the fault tests build with this; they arm their points by the variable FAILPOINTS.
    #[cfg(feature = "failpoints")]
    let _armed = fail::FailScenario::setup();
    let cli = Cli::parse();
    if let cli::Command::DecodeMedia { request } = &cli.command {
        return decode_media(request);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::new("the runtime could not be started", error).report(),
    };
    match runtime.block_on(command::run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// What a decoder of the service does: before there are threads, so that the whole process can be confined.
fn decode_media(request: &str) -> ExitCode {
    match hearken_media_symphonia::child_main(request) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => Failure::new("the recording could not be decoded", error).report(),
    }
}
