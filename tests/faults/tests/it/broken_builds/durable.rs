//! Checks of "durable": what an answer promises is on disk when it goes out, and nothing else stays there.

use hearken_e2e::{bodies, media_host::MediaHost};
use hearken_faults::{
    installation::Installation,
    order::{self, Step},
    settings::{Settings, armed, at},
    strace::{self, Strace, Threads},
    traffic,
    verdict::Verdict,
};

/// Longer than an answer takes from the server to the test, also on a busy machine.
const SLOW_COMMIT: &str = "crash::sqlite.applied=sleep(4000)";

/// Killed right after the answer, the engagement is there.
pub(super) async fn what_is_acknowledged_survives_a_kill(faults: &str) -> Verdict {
    let installation = Installation::begun(Settings::new()).await;
    let (mut life, client) = installation.live(&armed(&[faults, SLOW_COMMIT])).await;
    let created = client.create(&bodies::with_timeline("promised", "Hello.")).await.expect(201);
    life.kill();
    let (_life, client) = installation.live("").await;
    let found = client.read_engagement(&created.id(), "").await.status;
    Verdict::when(found == 200, || format!("{} was acknowledged, and is answered {found}", created.id()))
}

/// Power that fails after the rename does not leave a name without its bytes.
pub(super) async fn a_recordings_bytes_are_on_disk_before_its_name(faults: &str) -> Verdict {
    in_order(faults, order::bytes_before_name).await
}

/// Power that fails after the commit does not leave an engagement without its recording.
pub(super) async fn a_recordings_name_is_on_disk_before_the_commit(faults: &str) -> Verdict {
    in_order(faults, order::name_before_commit).await
}

/// Power that fails after the answer does not take the engagement away.
pub(super) async fn the_commit_is_on_disk_before_the_answer(faults: &str) -> Verdict {
    in_order(faults, order::commit_before_answer).await
}

async fn in_order(faults: &str, rule: fn(&[Step]) -> Result<(), String>) -> Verdict {
    if !strace::may_attach("the order of what becomes durable") {
        return Verdict::Skipped("strace may not attach".to_owned());
    }
    let host = MediaHost::start().await;
    let installation = Installation::begun(Settings::new().fetching_from(&host)).await;
    let (life, client) = installation.live(faults).await;
    let strace = Strace::attach(life.id(), Threads::All, &["-e", order::TRACED]).await;
    client.create(&traffic::body(&host, "media-traced")).await.expect(201);
    let steps = order::steps(&strace.detach().await);
    match rule(&steps) {
        Ok(()) => Verdict::Holds,
        Err(seen) => Verdict::Broken(seen),
    }
}

/// What a killed process had begun to store is gone when the next one is ready.
pub(super) async fn nothing_is_left_of_a_killed_fetch(faults: &str) -> Verdict {
    let host = MediaHost::start().await;
    let installation = Installation::begun(Settings::new().fetching_from(&host)).await;
    let mut life = installation.begin(&at("crash::blob.written", 1));
    let client = installation.client_of(&mut life).await.expect("it ends later");
    let _ = client.try_create(&traffic::body(&host, "media-killed")).await;
    life.ended().await;
    assert!(!installation.staging().is_empty(), "the kill left nothing to find");
    let (_life, _) = installation.live(faults).await;
    let left = installation.staging();
    Verdict::when(left.is_empty(), || format!("{left:?} stays"))
}
