//! What a process may still do once a stranger's bytes are in it: nearly nothing.
//!
//! The order matters: priority, limits, then no new privileges, Landlock, and the system call filter last, since that
//! forbids the calls of the others. All of it is done before the first byte of the recording is read.

#[cfg(target_os = "linux")]
mod filter;
#[cfg(target_os = "linux")]
mod landlock;
mod limits;
mod priority;

use std::{io, path::Path};

use serde::{Deserialize, Serialize};

use crate::protocol::Limits;

/// How far a process that decodes is confined on this machine, beside its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// It gives way to the service on the processors.
    pub is_low_priority: bool,
    /// It can open no file and no connection: Landlock, in the kernel since Linux 5.13, and for connections since 6.7.
    pub files_and_network: Enforcement,
    /// It can call nothing but what decoding needs: seccomp.
    pub is_system_call_filtered: bool,
}

/// How much of a restriction the kernel knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Enforcement {
    /// All of it.
    Full,
    /// An older kernel's part of it.
    Partial,
    /// Nothing: another system, or a kernel or container without it.
    None,
}

/// Confines a process that decodes. Only limits that cannot be set are an error: those are everywhere.
pub(crate) fn decoder(limits: &Limits) -> io::Result<Confinement> {
    let is_low_priority = priority::lower();
    limits::decoder(limits)?;
    let files_and_network = files_and_network(None);
    // Landlock itself needs a file, and the filter forbids to set limits.
    limits::no_more_files()?;
    Ok(Confinement { is_low_priority, files_and_network, is_system_call_filtered: system_calls(None) })
}

/// Confines a process that is about to become this program, which reads standard input.
pub(crate) fn program(program: &Path, limits: &Limits) -> io::Result<Confinement> {
    let is_low_priority = priority::lower();
    limits::program(limits)?;
    let files_and_network = files_and_network(Some(program));
    Ok(Confinement { is_low_priority, files_and_network, is_system_call_filtered: system_calls(Some(program)) })
}

#[cfg(target_os = "linux")]
fn files_and_network(program: Option<&Path>) -> Enforcement {
    // Without it neither Landlock nor seccomp binds an ordinary user's process.
    let _ = rustix::thread::set_no_new_privs(true);
    landlock::restrict(program)
}

#[cfg(target_os = "linux")]
fn system_calls(program: Option<&Path>) -> bool {
    match program {
        None => filter::only_decoding(),
        Some(_) => filter::no_network(),
    }
}

#[cfg(not(target_os = "linux"))]
fn files_and_network(_: Option<&Path>) -> Enforcement {
    Enforcement::None
}

#[cfg(not(target_os = "linux"))]
fn system_calls(_: Option<&Path>) -> bool {
    false
}
