//! R8 on a real disk that is really full: a few megabytes of memory in a namespace of the test's own.

use hearken_e2e::media_host::MediaHost;
use hearken_faults::{audit, ledger::Ledger, settings::Settings, small_disk, small_disk::SmallDisk, traffic};

/// What is left when the filling begins to count: a few creates.
const ROOM: usize = 512 * 1024;
const MORE_THAN_FIT: usize = 2000;

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing_and_recovers_without_a_restart() {
    if !small_disk::may_mount("a_full_disk_loses_nothing_and_recovers_without_a_restart") {
        return;
    }
    let host = MediaHost::start().await;
    let (mut disk, client) = SmallDisk::serve(&Settings::new().fetching_from(&host), "16m").await;
    disk.fill(ROOM);
    let mut ledger = Ledger::default();
    let mut turned_away = None;
    for number in 0..MORE_THAN_FIT {
        let external_id = traffic::keys(&format!("full-{number}"))[number % 2].clone();
        let answer = client.create(&traffic::body(&host, &external_id)).await;
        ledger.note(&external_id, &answer);
        if answer.status == 503 {
            turned_away = Some(external_id);
            break;
        }
    }
    let turned_away = turned_away.expect("a full disk takes no more");
    assert!(!ledger.is_empty(), "nothing fitted");
    // Reads go on.
    audit::assert_promises_are_kept(&client.all_engagements("&expand=media_url").await, &ledger);
    disk.free();
    ledger.join(traffic::insist(&client, &host, &turned_away).await);
    ledger.join(traffic::insist_on_both(&client, &host, "after").await);
    audit::assert_promises_are_kept(&client.all_engagements("").await, &ledger);
    assert!(!disk.life().is_over(), "the server ended:\n{}", disk.life().log().text());
}
