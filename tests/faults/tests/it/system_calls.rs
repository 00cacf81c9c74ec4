//! R3 and R8 by strace: the process is killed at the n-th fsync, rename, write and send of one create, and the database
//! is told that an fsync failed. Reported as skipped, by name, where strace may not attach.
//!
//! Every fsync and rename is tried; of the many writes and sends every few, unless `HEARKEN_FAULTS_EVERY_CALL` is set.

use std::env;

use hearken_e2e::media_host::MediaHost;
use hearken_faults::{
    installation::Installation,
    settings::Settings,
    strace::{self, Strace, Threads},
    traffic,
};

use crate::recovery;

const RENAME: &str = if cfg!(target_arch = "x86_64") { "rename" } else { "renameat" };

/// No create makes so many calls of one kind.
const ENOUGH: usize = 2000;

/// One process: every send comes from one thread, so that the n-th is the n-th.
fn settings(host: &MediaHost) -> Settings {
    Settings::new().fetching_from(host).variable("TOKIO_WORKER_THREADS", "1")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_survives_a_kill_at_every_call_of_the_database() {
    if !strace::may_attach("a_create_survives_a_kill_at_every_call_of_the_database") {
        return;
    }
    let syncs = kills((Threads::Database, "fsync"), 1).await + kills((Threads::Database, "fdatasync"), 1).await;
    assert!(syncs > 0, "a create does not sync the database");
    assert!(kills((Threads::Database, "pwrite64"), 11).await > 0, "a create does not write to the database");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_survives_a_kill_at_every_call_of_the_rest() {
    if !strace::may_attach("a_create_survives_a_kill_at_every_call_of_the_rest") {
        return;
    }
    for (call, stride) in [("fsync", 1), (RENAME, 1), ("write", 7)] {
        assert!(kills((Threads::Others, call), stride).await > 0, "a create does not {call}");
    }
    let sends = kills((Threads::Others, "sendto"), 5).await + kills((Threads::Others, "writev"), 1).await;
    assert!(sends > 0, "a create does not send");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_fsync_of_the_database_loses_nothing() {
    if !strace::may_attach("a_failed_fsync_of_the_database_loses_nothing") {
        return;
    }
    let host = MediaHost::start().await;
    let installation = Installation::begun(settings(&host)).await;
    let (mut life, client) = installation.live("").await;
    let args = ["-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO:when=1"];
    let strace = Strace::attach(life.id(), Threads::Database, &args).await;
    let mut ledger = traffic::try_both(&client, &host, "eio").await;
    let seen = strace.detach().await;
    assert!(seen.contains("EIO"), "no fsync failed: {seen}");
    life.kill();
    recovery::succeeds(&installation, &host, "eio", &mut ledger).await;
}

/// Kills at the first call, the next, and so on until a create comes through, and says how many kills that took.
async fn kills((threads, call): (Threads, &str), stride: usize) -> usize {
    let stride = if env::var_os("HEARKEN_FAULTS_EVERY_CALL").is_some() { 1 } else { stride };
    let host = MediaHost::start().await;
    let mut kills = 0;
    while killed_at(&host, (threads, call), 1 + kills * stride).await {
        kills += 1;
        assert!(kills < ENOUGH, "{call} is called without an end");
    }
    eprintln!("{threads:?}: {kills} kills at {call}");
    kills
}

/// One life that is killed at the n-th call, and what comes after it; `false` when it came through.
async fn killed_at(host: &MediaHost, (threads, call): (Threads, &str), n: usize) -> bool {
    let installation = Installation::begun(settings(host)).await;
    let (mut life, client) = installation.live("").await;
    // The threads that will do the work are there from now on, and what is done once a process is done.
    let mut ledger = traffic::insist_on_both(&client, host, &format!("before-{call}-{n}")).await;
    let (trace, inject) = (format!("trace={call}"), format!("inject={call}:signal=KILL:when={n}"));
    let strace = Strace::attach(life.id(), threads, &["-e", &trace, "-e", &inject]).await;
    let name = format!("{call}-{n}");
    let promised = traffic::try_both(&client, host, &name).await;
    let came_through = promised.len() == 2;
    ledger.join(promised);
    if came_through {
        return false;
    }
    life.ended().await;
    drop(strace);
    recovery::succeeds(&installation, host, &name, &mut ledger).await;
    true
}
