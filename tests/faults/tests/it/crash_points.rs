//! R3 by failpoints: the process is ended at every point of a create, each time that it is passed, and at every point
//! of the sweep that follows.

use std::{collections::BTreeSet, sync::Arc};

use futures_util::{StreamExt, stream};
use hearken_e2e::media_host::MediaHost;
use hearken_faults::{
    installation::{Installation, durable_postgres},
    ledger::Ledger,
    psql,
    settings::{Settings, at},
    sources, traffic,
};

use crate::{job_points::ON_FOLLOWING, recovery};

/// On the way of a create on SQLite and a local disk, and of the start before it.
const ON_CREATE: &[&str] = &[
    "crash::blob.durable",
    "crash::blob.folder-made",
    "crash::blob.renamed",
    "crash::blob.staging-created",
    "crash::blob.synced",
    "crash::blob.written",
    "crash::claim.granted",
    "crash::claim.upload-inserted",
    "crash::commit.begun",
    "crash::commit.claim-settled",
    "crash::commit.engagement-inserted",
    "crash::commit.uploads-moved",
    "crash::sqlite.answered",
    "crash::sqlite.applied",
    "crash::sqlite.begun",
    "crash::sqlite.committed",
];

/// Where the first life ends, and what the second one passes while it sweeps.
const ON_SWEEP: &[(&str, &str)] = &[
    ("crash::blob.durable", "crash::blob.removed"),
    ("crash::blob.durable", "crash::commit.begun"),
    ("crash::blob.durable", "crash::commit.uploads-moved"),
    ("crash::blob.durable", "crash::sqlite.committed"),
    ("crash::blob.written", "crash::staging.removed"),
];

/// On the way of a create on PostgreSQL, besides.
const ON_POSTGRES: &[&str] = &["crash::postgres.applied", "crash::postgres.begun", "crash::postgres.committed"];

/// How many installations live at a time.
const LANES: usize = 3;

#[test]
fn every_point_of_the_sources_is_in_a_list() {
    let on_sweep = ON_SWEEP.iter().map(|(_, point)| point);
    let on_following = ON_FOLLOWING.iter().map(|(point, _)| point);
    let listed = ON_CREATE.iter().chain(on_sweep).chain(ON_POSTGRES).chain(on_following);
    let listed: BTreeSet<String> = listed.map(|point| (*point).to_owned()).collect();
    assert_eq!(listed, sources::points("crash::"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_survives_a_kill_at_every_point() {
    let host = Arc::new(MediaHost::start().await);
    in_lanes(ON_CREATE, move |point| {
        let host = Arc::clone(&host);
        async move {
            let mut kills = 0;
            while create_killed_at(&host, point, kills + 1).await {
                kills += 1;
            }
            assert!(kills > 0, "a create does not pass {point}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_survives_a_kill_at_every_point() {
    let host = Arc::new(MediaHost::start().await);
    in_lanes(ON_SWEEP, move |(first, second)| {
        let host = Arc::clone(&host);
        async move {
            let mut kills = 0;
            while sweep_killed_at(&host, (first, second), kills + 1).await {
                kills += 1;
            }
            assert!(kills > 0, "a sweep after {first} does not pass {second}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_on_postgresql_survives_a_kill_at_every_point() {
    const NAME: &str = "a_create_on_postgresql_survives_a_kill_at_every_point";
    if !psql::is_there(NAME) {
        return;
    }
    let Some(postgres) = durable_postgres(NAME) else { return };
    let host = MediaHost::start().await;
    let url = postgres.create_database();
    let installation = Installation::on_postgres(url.clone(), Settings::new().fetching_from(&host)).await;
    let mut ledger = Ledger::default();
    for point in ON_POSTGRES {
        let mut kills = 0;
        loop {
            let name = name_of(point, kills);
            let Some(promised) = killed(&installation, &host, (&name, &at(point, kills + 1))).await else { break };
            ledger.join(promised);
            psql::age(&url);
            recovery::succeeds(&installation, &host, &name, &mut ledger).await;
            kills += 1;
        }
        assert!(kills > 0, "a create does not pass {point}");
        // The life that was not ended has created, too.
        let (mut life, client) = installation.live("").await;
        ledger.join(traffic::insist_on_both(&client, &host, &name_of(point, kills)).await);
        life.kill();
    }
}

/// Runs one after another, a few at a time.
async fn in_lanes<P: Copy, F: Future<Output = ()>>(points: &'static [P], run: impl Fn(P) -> F) {
    stream::iter(points).for_each_concurrent(LANES, |point| run(*point)).await;
}

/// A life that ends at the n-th passage, and what comes after it; `false` when it did not end.
async fn create_killed_at(host: &MediaHost, point: &str, n: usize) -> bool {
    let installation = Installation::begun(Settings::new().fetching_from(host)).await;
    let name = name_of(point, n);
    let Some(mut ledger) = killed(&installation, host, (&name, &at(point, n))).await else { return false };
    recovery::succeeds(&installation, host, &name, &mut ledger).await;
    true
}

/// A life that leaves something to sweep, one that ends at the n-th passage while it sweeps, and what comes after both;
/// `false` when the second one did not end.
async fn sweep_killed_at(host: &MediaHost, (first, second): (&str, &str), n: usize) -> bool {
    let installation = Installation::begun(Settings::new().fetching_from(host)).await;
    let name = name_of(&format!("{first}-{second}"), n);
    let ledger = killed(&installation, host, (&name, &at(first, 1))).await;
    let mut ledger = ledger.unwrap_or_else(|| panic!("a create does not pass {first}"));
    let mut sweeping = installation.begin(&at(second, n));
    let has_ended = sweeping.ready().await.is_none();
    sweeping.kill();
    recovery::succeeds(&installation, host, &name, &mut ledger).await;
    has_ended
}

/// What a life promised before it ended at a point; nothing when it did not end.
async fn killed(installation: &Installation, host: &MediaHost, (name, faults): (&str, &str)) -> Option<Ledger> {
    let mut life = installation.begin(faults);
    let client = installation.client_of(&mut life).await;
    let promised = match client {
        Some(client) => traffic::try_both(&client, host, name).await,
        None => Ledger::default(),
    };
    let status = life.stop().await;
    (!status.success()).then_some(promised)
}

fn name_of(point: &str, n: usize) -> String {
    format!("{}-{n}", point.replace([':', '.'], "-"))
}
