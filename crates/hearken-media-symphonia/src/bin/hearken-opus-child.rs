//! The Opus decoder as a program of its own, for the tests and for embedders whose program has no command for it.

use std::{io, process::ExitCode};

fn main() -> ExitCode {
    match hearken_media_symphonia::opus_child_main(io::stdin().lock(), io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
