//! R8 by failpoints: an error of the disk at each step of storing a recording, and a database without room. The create
//! is turned away for now, nothing is left of it, and the next one succeeds in the same process.

use std::collections::BTreeSet;

use hearken_e2e::{media_host::MediaHost, until::until};
use hearken_faults::{audit, installation::Installation, ledger::Ledger, settings::Settings, sources, traffic};

const ENOSPC: i32 = 28;
const EIO: i32 = 5;

const OF_BLOBS: &[&str] = &["fault::blob.folder-fsync", "fault::blob.fsync", "fault::blob.rename", "fault::blob.write"];
const OF_DATABASE: &str = "fault::sqlite.full";

/// More than fit into the pages that a new database has to spare.
const MORE_THAN_FIT: usize = 500;

#[test]
fn every_fault_of_the_sources_is_in_a_list() {
    let listed: BTreeSet<String> = OF_BLOBS.iter().chain([&OF_DATABASE]).map(|point| (*point).to_owned()).collect();
    assert_eq!(listed, sources::points("fault::"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_of_the_disk_turns_a_create_away_and_leaves_nothing() {
    let host = MediaHost::start().await;
    for point in OF_BLOBS {
        for error in [ENOSPC, EIO] {
            let installation = Installation::begun(Settings::new().fetching_from(&host)).await;
            let (life, client) = installation.live(&format!("{point}=1*return({error})")).await;
            let name = format!("{}-{error}", point.replace([':', '.'], "-"));
            let [recorded, _] = traffic::keys(&name);
            let refused = client.create(&traffic::body(&host, &recorded)).await.expect(503);
            assert!(refused.header("retry-after").is_some(), "{point}: no time is named");
            assert!(client.all_engagements("").await.is_empty(), "{point}");
            until("nothing is on its way", async || installation.staging().is_empty().then_some(())).await;
            let ledger = traffic::insist_on_both(&client, &host, &name).await;
            audit::nothing_is_wrong(&installation, (life, client), &ledger).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_database_turns_creates_away_and_recovers_by_itself() {
    let host = MediaHost::start().await;
    let installation = Installation::begun(Settings::new().fetching_from(&host)).await;
    // The first connection has no room. It is thrown away with the first failure, and the next one has.
    let (life, client) = installation.live(&format!("{OF_DATABASE}=1*return")).await;
    let mut ledger = Ledger::default();
    let mut turned_away = None;
    for number in 0..MORE_THAN_FIT {
        let [_, external_id] = traffic::keys(&format!("full-{number}"));
        let answer = client.create(&traffic::body(&host, &external_id)).await;
        ledger.note(&external_id, &answer);
        if answer.status == 503 {
            turned_away = Some(external_id);
            break;
        }
    }
    let turned_away = turned_away.expect("a database without room takes no more");
    audit::assert_promises_are_kept(&client.all_engagements("").await, &ledger);
    ledger.join(traffic::insist(&client, &host, &turned_away).await);
    ledger.join(traffic::insist_on_both(&client, &host, "after").await);
    audit::nothing_is_wrong(&installation, (life, client), &ledger).await;
}
