//! The decoder's process as a program of its own, for the tests and for embedders whose program has no command for it.

use std::{env, process::ExitCode};

fn main() -> ExitCode {
    let request = env::args().nth(1).unwrap_or_default();
    match hearken_media_symphonia::child_main(&request) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
