//! Starts each suite in new namespaces, and skips by name where none may be made; on a build server that is an error.

use std::{
    env,
    process::{Command, Stdio},
};

use hearken_e2e::binary;

/// Ways to new namespaces: as anybody who may be root in a namespace of their own, and as root.
const WAYS: [&[&str]; 2] = [&["--user", "--map-root-user", "--net"], &["--net"]];

/// With a namespace of processes too: when its first one ends, the kernel ends all of them.
const WITH_PROCESSES: [&str; 3] = ["--pid", "--fork", "--kill-child"];

/// The way that works here: one that may set up a link.
fn way() -> Option<&'static [&'static str]> {
    WAYS.into_iter().find(|way| {
        let mut probe = Command::new("unshare");
        probe.args(*way).args(WITH_PROCESSES).args(["ip", "link", "set", "lo", "up"]);
        probe.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    })
}

fn run(suite: &str) {
    let Some(way) = way() else {
        assert!(
            env::var_os("CI").is_none(),
            "network namespaces need unshare, ip (iproute2) and the right to make them"
        );
        eprintln!("skipped: {suite}: no network namespace can be made here, or there is no `ip` (iproute2)");
        return;
    };
    let mut command = Command::new("unshare");
    command.args(way).args(WITH_PROCESSES).arg(env!("CARGO_BIN_EXE_hearken-namespace")).args(["inside", suite]);
    // There is no network inside that could fetch a crate, so what is run is built out here.
    command.env("HEARKEN_E2E_BINARY", binary::hearken());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut inside = command.spawn().expect("unshare can be started");
    // Whatever becomes of this process, its end of the pipe goes with it, and the inside ends when it is gone.
    let lifeline = inside.stdin.take();
    let output = inside.wait_with_output().expect("the inside can be waited for");
    drop(lifeline);
    let said = String::from_utf8_lossy(&output.stderr);
    eprint!("{said}");
    assert!(output.status.success(), "{suite}: {}", output.status);
}

#[test]
fn every_forbidden_address_answers_and_is_seen() {
    run("answers");
}

#[test]
fn a_service_that_was_opened_is_seen_dialling() {
    run("opened");
}

#[test]
fn the_cases_of_the_fixture_reach_no_forbidden_address() {
    run("fixture");
}

#[test]
fn generated_cases_reach_no_forbidden_address() {
    run("generated");
}
