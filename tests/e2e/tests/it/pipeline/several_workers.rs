//! One process that serves and two that work, on PostgreSQL and a bucket: one service, everything once.

use std::collections::BTreeSet;

use hearken_e2e::{
    bucket::Bucket,
    database::{on_postgres, postgres_for},
    manner::Manner,
    outside::Outside,
    receivers::Call,
    server::Server,
    setup::Setup,
    subscriber::Subscriber,
    work,
};
use serde_json::json;
use tempfile::TempDir;

use super::scene::{add_ada, call};

const ENGAGEMENTS: usize = 30;

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_share_the_work_of_a_third_process() {
    let Some(postgres) = postgres_for("two_workers_share_the_work_of_a_third_process") else { return };
    let (outside, bucket) = (Outside::start().await, Bucket::start().await);
    let folders = [(); 3].map(|()| TempDir::new().expect("a temporary folder can be made"));
    let setup = bucket.holding(outside.setup()).with("worker.concurrency", "1");
    let setup = on_postgres(postgres, setup, folders[0].path());
    let api = setup.clone().without_worker().start(folders[0].path()).await;
    let worker = setup.with("role", "worker");
    let workers = [start(&worker, &folders[1]).await, start(&worker, &folders[2]).await];
    add_ada(&api);
    let client = api.admin();
    let subscriber = Subscriber::new(&client, &outside.receivers, "/events").await;

    // Each worker listens to one recording at a time, so two who listen are both of them.
    outside.asr.manner().set(Manner::Hangs);
    let mut ids = Vec::new();
    for number in 0..ENGAGEMENTS {
        ids.push(client.create(&call(&outside, &format!("call-{number}"))).await.expect(201).id());
    }
    outside.asr.asked().until("both listen", |asked| (asked.len() == 2).then_some(())).await;
    outside.asr.manner().set(Manner::Well);
    for id in &ids {
        let whole = work::completed(&client, id).await;
        assert_eq!(whole["transcript"].as_str().map(|text| text.lines().count()), Some(4), "{whole}");
    }
    work::idle(&api).await;
    let log = subscriber.settled(&client).await;

    let calls = outside.receivers.calls_of("/events");
    let told: BTreeSet<&str> = calls.iter().map(Call::id).collect();
    assert_eq!((told.len(), calls.len()), (log.len(), log.len()), "each event is delivered once");
    let done = |kind: &str| calls.iter().filter(|call| call.kind() == kind).count();
    for kind in ["created", "transcript_timeline.completed", "processing.completed"] {
        assert_eq!(done(&format!("v1.engagement.{kind}")), ENGAGEMENTS, "{kind}");
    }
    // A channel is listened to once: no recording was taken by both.
    assert_eq!(outside.asr.asked().all().len(), 2 * ENGAGEMENTS);
    assert_eq!(api.command(&["jobs", "list", "--state", "dead"]), json!([]));
    for worker in workers {
        worker.stop().await;
    }
    api.stop().await;
}

async fn start(setup: &Setup, folder: &TempDir) -> Server {
    setup.start(folder.path()).await
}
