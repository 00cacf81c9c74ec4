//! R2: the process is killed at random moments while clients create. Nothing that was acknowledged is lost, nothing is
//! there twice, and nothing is left of what was not finished.
//!
//! `HEARKEN_E2E_KILLS` sets how often, `HEARKEN_E2E_SEED` repeats the moments of an earlier run.

mod audit;
mod database;
mod ledger;
mod traffic;

use std::{env, path::Path, sync::Arc, time::Duration};

use hearken_e2e::{dice::Dice, media_host::MediaHost, setup::Setup, until::until, work};
use tempfile::TempDir;
use tokio::task::JoinSet;

use self::traffic::Traffic;

const CLIENTS: usize = 8;

/// How often the process is killed.
fn kills() -> usize {
    env::var("HEARKEN_E2E_KILLS").map_or(50, |kills| kills.parse().expect("HEARKEN_E2E_KILLS is a number"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_every_kill_and_is_there_once() {
    let host = Arc::new(MediaHost::start().await);
    let folder = TempDir::new().expect("a temporary folder can be made");
    let setup = Setup::new().fetching_from(&host);
    let dice = Arc::new(Dice::new());
    let traffic = Arc::new(Traffic::new(Arc::clone(&host), Arc::clone(&dice)));
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(Arc::clone(&traffic).run());
    }
    for _ in 0..kills() {
        one_life(&setup, folder.path(), &traffic, &dice).await;
    }
    if !traffic.ledger().is_mixed() {
        the_last_life(&setup, folder.path(), &traffic).await;
    }
    traffic.end();
    while let Some(ended) = clients.join_next().await {
        ended.expect("a client did not panic");
    }
    // Whatever the last life left behind is removed before this one listens.
    let server = setup.start(folder.path()).await;
    // What is looked at is what everything came to in the end.
    work::idle(&server).await;
    audit::everything(server, traffic.ledger()).await;
}

/// On a machine on which every life was too short for anything, one is as long as it takes.
async fn the_last_life(setup: &Setup, data_dir: &Path, traffic: &Traffic) {
    let mut server = setup.start(data_dir).await;
    traffic.aim_at(Some(server.admin()));
    until("something of everything is acknowledged", async || traffic.ledger().is_mixed().then_some(())).await;
    server.kill();
    traffic.aim_at(None);
}

/// Starts the process, lets clients at it, and kills it; now and then already while it starts.
async fn one_life(setup: &Setup, data_dir: &Path, traffic: &Traffic, dice: &Dice) {
    if data_dir.join("admin.key").exists() && dice.below(5) == 0 {
        let mut starting = setup.launch(data_dir);
        tokio::time::sleep(Duration::from_millis(dice.below(120))).await;
        starting.kill();
    }
    let mut server = setup.start(data_dir).await;
    traffic.aim_at(Some(server.admin()));
    tokio::time::sleep(Duration::from_millis(50 + dice.below(300))).await;
    server.kill();
    traffic.aim_at(None);
}
