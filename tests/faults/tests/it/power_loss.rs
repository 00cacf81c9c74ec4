//! The power goes while clients create: what was acknowledged is on the disk as it is found, and nothing else is wrong.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use hearken_e2e::{client::Client, dice::Dice, media_host::MediaHost, until::until};
use hearken_faults::{
    audit, installation::Installation, ledger::Ledger, lossy_disk::LossyDisk, settings::Settings, traffic,
};
use tokio::task::JoinSet;

const CLIENTS: usize = 4;
const ROUNDS: usize = 4;

/// What was promised before the power went, and the installation as it was found after.
struct Found {
    /// Keeps the disk mounted; first, because it is unmounted before the folder goes.
    disk: LossyDisk,
    installation: Installation,
    promised: Ledger,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_acknowledged_survives_a_power_loss() {
    let host = Arc::new(MediaHost::start().await);
    let mut promises = 0;
    for _ in 0..ROUNDS {
        let Some(found) = power_loss(&host, "", "what_is_acknowledged_survives_a_power_loss").await else { return };
        promises += found.promised.len();
        let life = found.installation.live("").await;
        audit::nothing_is_wrong(&found.installation, life, &found.promised).await;
        drop(found.disk);
    }
    assert!(promises > 0, "nothing was promised before the power went");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_loss_finds_commits_that_were_left_to_the_system() {
    const NAME: &str = "a_power_loss_finds_commits_that_were_left_to_the_system";
    let host = Arc::new(MediaHost::start().await);
    let Some(found) = power_loss(&host, "defect::no_database_fsync=return", NAME).await else { return };
    // Even its first key may be gone, so the rows are looked at where they are.
    let rows = found.installation.folder().join("hearken.db-wal");
    let held = std::fs::read(&rows).unwrap_or_default();
    let is_held = |id: &str| held.windows(id.len()).any(|bytes| bytes == id.as_bytes());
    let lost = found.promised.promises().filter(|(external_id, _)| !is_held(external_id)).count();
    assert!(lost > 0, "all {} promises are on the disk although nobody asked for it", found.promised.len());
}

/// The clients' state: what they have been promised so far, and whether they are to end.
#[derive(Default)]
struct Course {
    promises: AtomicUsize,
    is_over: AtomicBool,
}

/// Clients create until the power goes; nothing where no disk can be mounted.
async fn power_loss(host: &Arc<MediaHost>, faults: &str, test: &str) -> Option<Found> {
    let installation = Installation::empty(Settings::new().fetching_from(host));
    let disk = LossyDisk::mount(installation.folder(), test)?;
    let (mut life, client) = installation.live(faults).await;
    let course = Arc::new(Course::default());
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        clients.spawn(creates(number, client.clone(), Arc::clone(host), Arc::clone(&course)));
    }
    until("something is promised", async || (course.promises.load(Ordering::Relaxed) > 0).then_some(())).await;
    tokio::time::sleep(Duration::from_millis(300 + Dice::new().below(500))).await;
    let process = life.id();
    disk.cut(process, || {
        course.is_over.store(true, Ordering::Relaxed);
        life.kill();
    });
    let mut promised = Ledger::default();
    for ledger in clients.join_all().await {
        promised.join(ledger);
    }
    Some(Found { disk, installation, promised })
}

/// What one client was promised.
async fn creates(number: usize, client: Client, host: Arc<MediaHost>, course: Arc<Course>) -> Ledger {
    let mut promised = Ledger::default();
    for turn in 0.. {
        if course.is_over.load(Ordering::Relaxed) {
            break;
        }
        promised.join(traffic::try_both(&client, &host, &format!("power-{number}-{turn}")).await);
        course.promises.fetch_max(promised.len(), Ordering::Relaxed);
    }
    promised
}
