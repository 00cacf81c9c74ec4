//! Limits that the kernel holds a process to, on every Unix.

use std::io;

use rustix::process::{Resource, Rlimit, setrlimit};

use crate::protocol::Limits;

/// Ends recursion that a recording steers.
const STACK: u64 = 8 * 1024 * 1024;
/// Seconds between the signal at the limit of processor time, which tells why, and the end.
const GRACE: u64 = 5;
/// Address space of a program with its libraries, beside what it may write to.
const PROGRAM: u64 = 1024 * 1024 * 1024;
/// Files of a program: its libraries, one after another.
const FILES: u64 = 64;

pub(super) fn decoder(limits: &Limits) -> io::Result<()> {
    common(limits)?;
    set(Resource::As, own_address_space().saturating_add(limits.memory))
}

/// What is open stays open.
pub(super) fn no_more_files() -> io::Result<()> {
    set(Resource::Nofile, 0)
}

pub(super) fn program(limits: &Limits) -> io::Result<()> {
    common(limits)?;
    set(Resource::As, PROGRAM)?;
    set(Resource::Data, limits.memory)?;
    set(Resource::Nofile, FILES)
}

fn common(limits: &Limits) -> io::Result<()> {
    set(Resource::Core, 0)?;
    set(Resource::Fsize, 0)?;
    set(Resource::Stack, STACK)?;
    let cpu = Rlimit { current: Some(limits.cpu_seconds), maximum: Some(limits.cpu_seconds + GRACE) };
    Ok(setrlimit(Resource::Cpu, cpu)?)
}

fn set(resource: Resource, most: u64) -> io::Result<()> {
    // No process may raise its limits, so an inherited lower one stays.
    let most = rustix::process::getrlimit(resource).maximum.map_or(most, |inherited| inherited.min(most));
    Ok(setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?)
}

/// What the program itself takes, mapped but mostly not resident. In bytes; 0 where the system does not tell.
#[expect(clippy::disallowed_methods, reason = "a process may look at itself before it is confined")]
fn own_address_space() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmSize:")?.split_whitespace().next());
    kilobytes.and_then(|size| size.parse::<u64>().ok()).map_or(0, |size| size * 1024)
}
