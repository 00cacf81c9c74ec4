//! A step that ends every process that takes it is given up after three of them, where everybody can see it, and is
//! taken again when an operator says so.

use std::os::unix::process::ExitStatusExt;

use hearken_domain::job::MAX_CRASHES;
use hearken_e2e::{bodies, outside::Outside, work};
use hearken_faults::{
    installation::Installation,
    settings::{Settings, armed},
};
use serde_json::json;

const SIGABRT: i32 = 6;

/// A recording whose first step has ended as many processes as it may, and its engagement.
pub(crate) async fn after_the_last_death(outside: &Outside, faults: &str) -> (Installation, String) {
    let installation = Installation::begun(Settings::working(outside).with("role", "api")).await;
    let (mut life, client) = installation.live("").await;
    let id = client.create(&bodies::with_media("deadly", &outside.talk(&[0, 1]))).await.expect(201).id();
    life.stop_well().await;
    let installation = installation.with("role", "all");
    // Not while it is leased: a lease that was not committed is none.
    let faults = armed(&[faults, "crash::job.settling=return"]);
    // The first death makes it a suspect; each other one counts.
    for _ in 0..=MAX_CRASHES {
        let mut life = installation.begin(&faults);
        assert_eq!(life.ended().await.signal(), Some(SIGABRT), "{}", life.log().text());
    }
    (installation, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_everybody_dies_of_is_given_up_and_can_be_driven_again() {
    let outside = Outside::start().await;
    let (installation, id) = after_the_last_death(&outside, "").await;
    let (mut life, client) = installation.live("").await;
    let failed = work::ended(&client, &id).await;
    assert_eq!(failed["processing_status"], "FAILED", "{failed}");
    let error = &failed["processing_error"];
    assert_eq!((&error["step"], &error["code"]), (&json!("probe"), &json!("crash_loop")), "{failed}");

    let dead = installation.document(&["jobs", "list", "--state", "dead"]);
    assert_eq!(dead.as_array().map(Vec::len), Some(1), "{dead}");
    let shown = ["engagement_id", "step", "state", "code", "crashes"].map(|field| dead[0][field].clone());
    assert_eq!(json!(shown), json!([id, "probe", "dead", "crash_loop", MAX_CRASHES]));
    assert_eq!(installation.document(&["jobs", "list"]), dead, "nothing else waits");

    let retried = installation.document(&["jobs", "retry", &id]);
    assert_eq!(retried, json!([{"engagement_id": id, "jobs": 1}]));
    let completed = work::completed(&client, &id).await;
    assert!(completed["processing_error"].is_null(), "{completed}");
    assert!(completed["duration_seconds"].is_number(), "{completed}");
    assert_eq!(installation.document(&["jobs", "list"]), json!([]));
    life.stop_well().await;
}
