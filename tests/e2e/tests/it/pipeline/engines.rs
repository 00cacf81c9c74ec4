//! Engines that fail, that answer nonsense, and that are not there.

use hearken_e2e::{client::ENGAGEMENTS, manner::Manner, outside::Outside, until::until, work};
use serde_json::{Value, json};

use super::scene::Scene;

#[tokio::test(flavor = "multi_thread")]
async fn engines_that_fail_for_a_while_are_asked_again() {
    let scene = Scene::start().await;
    let client = scene.client();
    scene.outside.asr.manner().set_for(2, Manner::Answers(500));
    scene.outside.chat.manner().set_for(1, Manner::Answers(503));
    let id = client.create(&scene.call("again")).await.expect(201).id();
    let whole = work::completed(&client, &id).await;
    assert_eq!(whole["action_items"][0]["made_by"], "http");
    assert_eq!(work::job(&scene.server, "done", (&id, "transcribe"))["attempt"], 3);
    let attempts = ["summarise", "tag", "extract"]
        .map(|step| work::job(&scene.server, "done", (&id, step))["attempt"].as_u64().unwrap_or_default());
    assert_eq!(attempts.iter().sum::<u64>(), 4, "one of the three was asked twice: {attempts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_chat_server_makes_no_sense_of_is_read_by_the_embedded_analyser() {
    let scene = Scene::start().await;
    let client = scene.client();
    scene.outside.chat.manner().set(Manner::Nonsense);
    let id = client.create(&scene.call("nonsense")).await.expect(201).id();
    let whole = work::completed(&client, &id).await;
    assert!(whole["summary"].as_str().is_some_and(|text| !text.contains("weather")), "{whole}");
    let found = whole["action_items"].as_array().into_iter().chain(whole["signals"].as_array()).flatten();
    let makers: Vec<&str> = found.filter_map(|one| one["made_by"].as_str()).collect();
    assert!(!makers.is_empty(), "{whole}");
    for maker in makers {
        assert!(maker.starts_with("local") && maker.contains("did not fit"), "{maker}");
    }
    assert!(scene.server.log().contains("the chat server's answer cannot be used"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_speech_server_that_answers_nonsense_fails_the_engagement_visibly() {
    let scene = Scene::start().await;
    let client = scene.client();
    scene.outside.asr.manner().set(Manner::Nonsense);
    let id = client.create(&scene.call("noise")).await.expect(201).id();
    let failed = work::ended(&client, &id).await;
    assert_eq!(failed["processing_status"], "FAILED");
    assert_eq!(failed["processing_error"]["code"], "speech_bad_answer");
    assert_eq!(work::job(&scene.server, "dead", (&id, "transcribe"))["attempt"], 3);
    let shown = client.read_engagement(&id, "?expand=media_url").await.expect(200).json();
    client.recording(shown["media_url"].as_str().expect("the recording is kept")).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_engine_recordings_wait_visibly_and_go_on_when_there_is_one() {
    let scene = Scene::with(|outside| outside.without_engines().with("speech.engine", "auto")).await;
    let client = scene.client();
    let id = client.create(&scene.call("waiting")).await.expect(201).id();
    until("the recording waits to be transcribed", async || {
        let queued = work::jobs(&scene.server, "queued");
        queued.iter().any(|job| job["step"] == "transcribe" && job["engagement_id"] == id.as_str()).then_some(())
    })
    .await;
    let shown = client.read_engagement(&id, "").await.expect(200).json();
    assert_eq!((&shown["processing_status"], &shown["duration_seconds"]), (&json!("PROCESSING"), &json!(5)));
    until("the log says why", async || {
        let log = scene.server.log().text();
        log.lines().any(|line| line.contains("recordings wait to be transcribed")).then_some(())
    })
    .await;
    let advice = advice_about_speech(&scene);
    assert!(advice.contains("hearken models pull"), "{advice}");

    scene.server.stop().await;
    let setup = scene.setup.with("speech.http.url", scene.outside.asr.url());
    let server = setup.start(scene.folder.path()).await;
    let whole = work::completed(&server.admin(), &id).await;
    assert!(whole["transcript"].is_string(), "{whole}");
    assert_eq!(work::job(&server, "done", (&id, "transcribe"))["attempt"], 1);
}

/// What `hearken doctor` says of speech, whatever else it says.
fn advice_about_speech(scene: &Scene) -> String {
    let output = scene.setup.run(scene.folder.path(), &["doctor", "--json"]);
    let findings: Value = serde_json::from_slice(&output.stdout).expect("it prints JSON");
    let of_speech = |finding: &&Value| finding["what"] == "speech";
    let findings = findings.as_array().expect("it is a list").iter().filter(of_speech);
    findings.filter_map(|finding| finding["advice"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_shall_listen_a_recording_is_complete_without_a_transcript() {
    let scene = Scene::with(Outside::without_engines).await;
    let client = scene.client();
    let id = client.create(&scene.call("kept")).await.expect(201).id();
    let whole = work::completed(&client, &id).await;
    assert_eq!((&whole["transcript"], &whole["duration_seconds"]), (&Value::Null, &json!(5)));
    assert!(whole.get("summary").is_none(), "{whole}");
    client.read(&format!("{ENGAGEMENTS}/{id}/transcript_timeline")).await.expect(404);
    let shown = client.read_engagement(&id, "?expand=media_url").await.expect(200).json();
    client.recording(shown["media_url"].as_str().expect("the recording is kept")).await.expect(200);
}
