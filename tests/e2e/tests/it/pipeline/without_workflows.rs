//! `run_workflows: false`: everything is made of the recording, and nothing goes out but events; also after a job that
//! had died was driven again.

use hearken_e2e::manner::Manner;
use hearken_e2e::{subscriber::Subscriber, work};
use serde_json::json;

use super::scene::Scene;

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_job_that_is_driven_again_triggers_no_workflow_and_no_mail() {
    let scene = Scene::start().await;
    let (client, outside) = (scene.client(), &scene.outside);
    let subscriber = Subscriber::new(&client, &outside.receivers, "/events").await;
    client.post("/api/v2/tags", &json!({"name": "Price", "auto_tagging_enabled": true})).await.expect(201);
    let url = outside.receivers.url("/workflow");
    let actions = json!([{"type": "webhook", "url": url}, {"type": "email", "to": ["participants", "owner"]}]);
    let (workflow, _) = work::workflow(&client, "Everything", actions).await;
    outside.asr.manner().set(Manner::Answers(400));
    let id = client.create(&scene.call("quiet")).await.expect(201).id();

    let failed = work::ended(&client, &id).await;
    assert_eq!(failed["processing_status"], "FAILED");
    let error = &failed["processing_error"];
    assert_eq!((&error["step"], &error["code"]), (&json!("transcribe"), &json!("speech_refused")));
    assert!(error["message"].as_str().is_some_and(|message| message.contains("refuses")), "{error}");
    let dead = work::job(&scene.server, "dead", (&id, "transcribe"));
    assert_eq!(dead["code"], "speech_refused");

    outside.asr.manner().set(Manner::Well);
    let retried = scene.server.command(&["jobs", "retry", &id]);
    assert_eq!(retried, json!([{"engagement_id": id, "jobs": 1}]));
    let whole = work::completed(&client, &id).await;
    assert!(whole.get("processing_error").is_none(), "{whole}");
    assert!(whole["summary"].is_string() && whole["transcript"].is_string(), "{whole}");
    assert_eq!(whole["tags"][0]["name"], "Price");

    // Nothing is left that could still trigger anything.
    work::idle(&scene.server).await;
    let log = subscriber.settled(&client).await;
    let told = |kind: &str| log.iter().filter(|delivery| delivery["event_type"] == kind).count();
    assert_eq!((told("v1.engagement.processing.failed"), told("v1.engagement.processing.completed")), (1, 1));
    assert!(work::runs(&client, &workflow).await.is_empty());
    let steps = work::jobs(&scene.server, "done,dead");
    assert!(steps.iter().all(|job| job["step"] != "automate"), "{steps:?}");
    assert_eq!(outside.receivers.counts("/workflow").requests, 0);
    assert!(outside.mail.taken().all().is_empty());
    scene.server.stop().await;
}
