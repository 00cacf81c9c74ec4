//! From the request with a recording to everything that follows it, each once: transcript, insights, events, a
//! workflow's call, mails.

use std::collections::{BTreeMap, BTreeSet};

use hearken_e2e::{
    client::{Client, ENGAGEMENTS},
    receivers::Call,
    sound::{self, PHRASES},
    subscriber::Subscriber,
    work::{self, PARTS},
};
use serde_json::{Map, Value, json};

use super::scene::{ADA, CALL, SAM, Scene};

const TAGS: &str = "/api/v2/tags";

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_becomes_insights_events_a_workflow_call_and_mails_each_once() {
    let scene = Scene::start().await;
    let client = scene.client();
    let subscriber = Subscriber::new(&client, &scene.outside.receivers, "/events").await;
    for (name, automatic) in [("Price", true), ("Renewal", true), ("Migration", false)] {
        client.post(TAGS, &json!({"name": name, "auto_tagging_enabled": automatic})).await.expect(201);
    }
    let url = scene.outside.receivers.url("/workflow");
    // The owner takes part, and is named twice.
    let actions = json!([
        {"type": "webhook", "url": url}, {"type": "email", "to": ["participants"]}, {"type": "email", "to": ["owner"]},
    ]);
    let (workflow, secrets) = work::workflow(&client, "Everything", actions).await;
    let mut body = scene.call("whole");
    body["run_workflows"] = json!(true);
    let created = client.create(&body).await.expect(201);
    let id = created.id();
    assert_eq!(created.json()["processing_status"], "PENDING");

    let whole = work::completed(&client, &id).await;
    assert_insights(&whole);
    assert_timeline(&client, &id).await;
    let runs = work::finished_runs(&client, &workflow, 1).await;
    assert_run(&runs, &workflow, &id);
    work::idle(&scene.server).await;
    let log = subscriber.settled(&client).await;

    let calls = scene.outside.receivers.calls_of("/workflow");
    assert_eq!(calls.len(), 1);
    calls[0].check(&secrets[0]);
    assert_eq!(calls[0].kind(), "v1.workflow.triggered");
    let data = &calls[0].envelope()["data"];
    assert_eq!(data["workflow_id"], Value::from(workflow));
    assert_eq!(data["object"], client.read_engagement(&id, PARTS).await.expect(200).json());
    assert_mails(&scene, &whole);
    assert_events(&scene.outside.receivers.calls_of("/events"), &subscriber, &log);
    assert_changes(&scene.outside.receivers.calls_of("/events"), &created.json(), &whole);
    scene.server.stop().await;
}

fn assert_insights(whole: &Value) {
    assert_eq!(whole["summary"], format!("A conversation of 4 turns. It began with: {}", PHRASES[0]));
    // 200 ms, and four phrases of 1.1 s each: 4.6 s, as whole seconds that it fits in.
    assert_eq!(whole["duration_seconds"], 5);
    assert_eq!(whole["end_at"], "2026-03-04T15:00:04.600Z");
    let spoken = [("Ada Park", 0), ("Sam Rivera", 1), ("Ada Park", 2), ("Sam Rivera", 3)];
    let lines: Vec<String> = spoken.iter().map(|(name, at)| format!("{name}: {}", PHRASES[*at])).collect();
    assert_eq!(whole["transcript"], lines.join("\n"));
    let tags: Vec<&Value> = whole["tags"].as_array().expect("tags").iter().map(|tag| &tag["name"]).collect();
    assert_eq!(tags, ["Price"]);

    let [item] = whole["action_items"].as_array().expect("action items").as_slice() else { panic!("{whole}") };
    assert_eq!(item["title"], "send you the revised proposal by Friday");
    assert_eq!((&item["assignee"], &item["due_at"]), (&json!("Ada Park"), &json!("2026-03-06T23:59:59.000Z")));
    assert_eq!(item["made_by"], "http");
    assert_near(item, 2);
    let signals = whole["signals"].as_array().expect("signals");
    let kinds: BTreeSet<&str> = signals.iter().filter_map(|signal| signal["type"].as_str()).collect();
    assert_eq!(kinds, BTreeSet::from(["PRICING", "RISK"]));
    for signal in signals {
        assert_eq!((&signal["quote"], &signal["speaker_index"]), (&json!(PHRASES[1]), &json!(1)));
        assert_near(signal, 1);
    }
}

/// Decoding and resampling move the edges of a sound by some milliseconds.
#[track_caller]
fn assert_near(found: &Value, position: usize) {
    let span = sound::span(position);
    for (field, expected) in [("start_ms", span.start), ("end_ms", span.end)] {
        let told = found[field].as_u64().unwrap_or_else(|| panic!("{field} is missing in {found}"));
        assert!(told.abs_diff(expected) <= 40, "{field} is {told} and should be near {expected}");
    }
}

async fn assert_timeline(client: &Client, id: &str) {
    let timeline = client.read(&format!("{ENGAGEMENTS}/{id}/transcript_timeline")).await.expect(200).json();
    assert_eq!((&timeline["source"], &timeline["overall_sentiment"]), (&json!("TRANSCRIBED"), &json!(0.25)));
    let speakers = timeline["speakers"].as_array().expect("speakers");
    assert_eq!(speakers.len(), 2);
    assert!(speakers[0]["user_id"].is_string() && speakers[1]["contact_id"].is_string(), "{timeline}");
    for (speaker, (name, mood)) in speakers.iter().zip([("Ada Park", 0.75), ("Sam Rivera", -0.25)]) {
        assert_eq!((&speaker["name"], &speaker["sentiment"]), (&json!(name), &json!(mood)));
    }
    let entries = timeline["entries"].as_array().expect("entries");
    assert_eq!(entries.len(), CALL.len());
    for (position, entry) in entries.iter().enumerate() {
        assert_eq!((&entry["speaker_index"], &entry["text"]), (&json!(position % 2), &json!(PHRASES[position])));
        assert_near(entry, position);
    }
}

#[track_caller]
fn assert_run(runs: &[Value], workflow: &str, engagement: &str) {
    let [run] = runs else { panic!("there is one run: {runs:?}") };
    assert_eq!((&run["workflow_id"], &run["engagement_id"]), (&json!(workflow), &json!(engagement)));
    assert_eq!(run["status"], "COMPLETED", "{run}");
    let done = ["webhook", "email", "email"].map(|kind| json!({"type": kind, "status": "COMPLETED"}));
    assert_eq!(run["actions"], json!(done));
    assert!(run["finished_at"].is_string(), "{run}");
}

fn assert_mails(scene: &Scene, whole: &Value) {
    let mails = scene.outside.mail.taken().all();
    let to: BTreeSet<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!((mails.len(), to), (2, BTreeSet::from([ADA, SAM])));
    assert_ne!(mails[0].message_id(), mails[1].message_id());
    for mail in &mails {
        assert!(mail.subject().contains("Call whole"), "{}", mail.subject());
        for part in [&whole["summary"], &whole["action_items"][0]["title"]] {
            let part = part.as_str().expect("it is text");
            assert!(mail.text().contains(part), "{part} is not in {}", mail.text());
        }
    }
}

/// Every event came once, was signed, and stands in the log as delivered by its first attempt.
fn assert_events(calls: &[Call], subscriber: &Subscriber, log: &[Value]) {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for call in calls {
        call.check(&subscriber.secret);
        *kinds.entry(call.kind()).or_default() += 1;
        let envelope = call.envelope();
        let has_previous = envelope["data"].get("previous_attributes").is_some();
        assert_eq!(has_previous, call.kind().ends_with(".updated"), "{envelope}");
    }
    let updates = kinds.remove("v1.engagement.updated");
    assert!(updates.is_some_and(|updates| updates >= 6), "every step changes the engagement: {updates:?}");
    let expected = [
        ("v1.company.created", 1),
        ("v1.contact.created", 1),
        ("v1.engagement.created", 1),
        ("v1.engagement.processing.completed", 1),
        ("v1.engagement.transcript_timeline.completed", 1),
        ("v1.tag.created", 3),
    ];
    assert_eq!(kinds, expected.map(|(kind, count)| (kind.to_owned(), count)).into());

    let told: BTreeSet<&str> = calls.iter().map(Call::id).collect();
    assert_eq!(told.len(), calls.len(), "an event came twice");
    let logged: BTreeSet<&str> = log.iter().filter_map(|delivery| delivery["event_id"].as_str()).collect();
    assert_eq!((logged, log.len()), (told, calls.len()));
    for delivery in log {
        assert_eq!(delivery["status"], "DELIVERED", "{delivery}");
        assert_eq!(delivery["attempts"].as_array().map(Vec::len), Some(1), "{delivery}");
        assert_eq!(delivery["attempts"][0]["status_code"], 204);
    }
}

/// Each update tells what changed, and what it was: together they lead from the answer of the create to what is there.
fn assert_changes(calls: &[Call], created: &Value, whole: &Value) {
    let mut updates: Vec<Value> = calls
        .iter()
        .filter(|call| call.kind() == "v1.engagement.updated")
        .map(|call| call.envelope()["data"].clone())
        .collect();
    updates.sort_by_key(|data| data["object"]["updated_at"].as_str().map(str::to_owned));
    let mut before = created.as_object().expect("an engagement is an object").clone();
    for data in &updates {
        let after = data["object"].as_object().expect("an engagement is an object").clone();
        let previous = data["previous_attributes"].as_object().expect("it is an object");
        assert_eq!(previous, &changed(&before, &after), "{data}");
        before = after;
    }
    let plain: Map<String, Value> = whole
        .as_object()
        .expect("it is one")
        .clone()
        .into_iter()
        .filter(|(name, _)| before.contains_key(name))
        .collect();
    assert_eq!(before, plain);
    assert_eq!(before["processing_status"], "COMPLETED");
}

fn changed(before: &Map<String, Value>, after: &Map<String, Value>) -> Map<String, Value> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let was = |name: &String| before.get(name).cloned().unwrap_or(Value::Null);
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| (name.clone(), was(name)))
        .collect()
}
