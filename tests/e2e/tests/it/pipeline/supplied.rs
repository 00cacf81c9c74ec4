//! Transcripts that came with the request: timelines, with a recording and without, and plain text.

use hearken_e2e::{bodies, client::ENGAGEMENTS, outside::Outside, sound::PHRASES, work};
use serde_json::{Value, json};

use super::scene::{CALL, Scene};

const SPOKEN: &str = "I will send you the revised proposal by Friday.";

#[tokio::test(flavor = "multi_thread")]
async fn a_timeline_is_analysed_and_a_recording_beside_it_is_kept_and_not_listened_to() {
    let scene = Scene::start().await;
    let client = scene.client();
    let alone = client.create(&bodies::with_timeline("alone", SPOKEN)).await.expect(201).id();
    let mut body = bodies::with_timeline("beside", SPOKEN);
    body["media_url"] = json!(scene.outside.talk(&CALL));
    let beside = client.create(&body).await.expect(201).id();
    for (id, seconds) in [(&alone, 3), (&beside, 5)] {
        let whole = work::completed(&client, id).await;
        assert_eq!(whole["duration_seconds"], seconds);
        assert_eq!(whole["action_items"][0]["assignee"], "Ada Park", "{whole}");
        assert_eq!(whole["transcript"], format!("Ada Park: {SPOKEN}\nSam Rivera: Good to hear."));
        let timeline = client.read(&format!("{ENGAGEMENTS}/{id}/transcript_timeline")).await.expect(200).json();
        assert_eq!((&timeline["source"], &timeline["overall_sentiment"]), (&json!("SUPPLIED"), &json!(0.25)));
    }
    work::idle(&scene.server).await;
    assert!(scene.outside.asr.asked().all().is_empty());
    let shown = client.read_engagement(&beside, "?expand=media_url").await.expect(200).json();
    client.recording(shown["media_url"].as_str().expect("the recording is kept")).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_transcript_is_analysed_where_nobody_listens() {
    let scene = Scene::with(Outside::without_engines).await;
    let client = scene.client();
    let mut body = scene.call("plain");
    body["transcript"] = json!(format!("Ada Park: {}\nSam Rivera: {}", PHRASES[2], PHRASES[1]));
    let id = client.create(&body).await.expect(201).id();
    let whole = work::completed(&client, &id).await;
    assert_eq!(whole["transcript"], body["transcript"]);
    assert!(whole["summary"].is_string(), "{whole}");
    let item = &whole["action_items"][0];
    assert_eq!((&item["assignee"], &item["made_by"]), (&json!("Ada Park"), &json!("local")), "{whole}");
    // Wednesday, 4 March 2026, is when the call began.
    assert!(item["due_at"].as_str().is_some_and(|due| due.starts_with("2026-03-06")), "{item}");
    assert_eq!(item.get("start_ms"), None);
    client.read(&format!("{ENGAGEMENTS}/{id}/transcript_timeline")).await.expect(404);
    let signals: Vec<&Value> = whole["signals"].as_array().into_iter().flatten().collect();
    assert!(signals.iter().any(|signal| signal["quote"].as_str().is_some_and(|quote| PHRASES[1].contains(quote))));
}
