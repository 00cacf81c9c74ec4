//! The way of an engagement: created, repeated, read, listed, expanded, and its recording listened to.

use hearken_e2e::{
    bodies,
    client::{Client, ENGAGEMENTS, path_of, whole},
    media_host::MediaHost,
    recording,
    server::Server,
    setup::Setup,
};
use hyper::{Method, header};
use serde_json::{Value, json};
use tempfile::TempDir;

const EVERYTHING: &str = "?expand=transcript,media_url,companies,contacts,owner,action_items,signals,tags";

async fn started(host: &MediaHost) -> (Server, TempDir) {
    let folder = TempDir::new().expect("a temporary folder can be made");
    (Setup::new().without_worker().fetching_from(host).start(folder.path()).await, folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_created_engagement_is_read_and_listed_as_it_was_answered() {
    let host = MediaHost::start().await;
    let (server, _folder) = started(&host).await;
    let client = server.admin();
    let created = client.create(&bodies::with_media("call-1", &host.link("/instant/call-1"))).await.expect(201);
    let json = created.json();
    for (field, value) in [
        ("object", "engagement"),
        ("engagement_type", "CALL"),
        ("processing_status", "PENDING"),
        ("data_source", "e2e"),
        ("external_id", "call-1"),
    ] {
        assert_eq!(json[field], value, "{field}");
    }
    assert!(created.id().starts_with("ngmt_") && created.id().len() == 31, "{}", created.id());
    assert!(!created.is_replay());
    assert_eq!(created.header("x-api-version"), Some("v2"));
    assert!(created.header("x-request-id").is_some_and(|id| id.starts_with("rid_")), "{:?}", created.headers);

    let read = client.read_engagement(&created.id(), "").await.expect(200);
    assert_eq!(read.json(), json);
    assert_eq!(client.read(&format!("/v2/engagements/{}", created.id())).await.expect(200).json(), json);
    let tag = read.header("etag").expect("a single resource has an entity tag").to_owned();
    let path = format!("{ENGAGEMENTS}/{}", created.id());
    let conditional = client.request(Method::GET, &path).header(header::IF_NONE_MATCH, tag);
    assert!(client.send(whole(conditional, "")).await.expect(304).body.is_empty());

    let list = client.read(ENGAGEMENTS).await.expect(200).json();
    assert_eq!(list, json!({"object": "list", "data": [json], "has_more": false, "next_cursor": null}));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_part_can_be_asked_for() {
    let host = MediaHost::start().await;
    let (server, _folder) = started(&host).await;
    let client = server.admin();
    let mut body = bodies::with_media("call-2", &host.link("/instant/call-2"));
    body["transcript"] = json!("Ada: hello");
    body["participants"] = json!([{"name": "Sam Rivera", "email": "sam@globex.example"}]);
    let id = client.create(&body).await.expect(201).id();

    let plain = client.read_engagement(&id, "").await.expect(200).json();
    let full = client.read_engagement(&id, EVERYTHING).await.expect(200).json();
    for part in ["transcript", "media_url", "companies", "contacts", "owner", "action_items", "signals", "tags"] {
        assert!(plain.get(part).is_none() && full.get(part).is_some(), "{part}");
    }
    assert_eq!(full["transcript"], "Ada: hello");
    assert_eq!(full["contacts"][0]["emails"][0]["email"], "sam@globex.example");
    assert_eq!(full["companies"][0]["object"], "engagement_company");
    assert_eq!(full["owner"]["id"], full["owner_user_id"]);
    for part in ["action_items", "signals", "tags"] {
        assert_eq!(full[part], json!([]), "{part}");
    }
    let listed = client.read(&format!("{ENGAGEMENTS}{EVERYTHING}")).await.expect(200).json();
    assert_eq!(listed["data"][0]["contacts"], full["contacts"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recording_comes_back_as_it_was_fetched() {
    let host = MediaHost::start().await;
    let (server, _folder) = started(&host).await;
    let client = server.admin();
    let id = client.create(&bodies::with_media("call-3", &host.link("/instant/call-3"))).await.expect(201).id();
    let bytes = recording::of("/instant/call-3");
    let shown = client.read_engagement(&id, "?expand=media_url").await.expect(200).json();
    let link = shown["media_url"].as_str().expect("a recording has a link").to_owned();
    // The link itself is the right to listen.
    let listener = server.stranger();

    let whole_one = listener.recording(&link).await.expect(200);
    assert_eq!(whole_one.body, bytes);
    assert_eq!(whole_one.header("content-type"), Some("audio/mpeg"));
    let length = bytes.len().to_string();
    assert_eq!(whole_one.header("content-length"), Some(length.as_str()));

    let ranged = |range: &str| whole(listener.request(Method::GET, path_of(&link)).header(header::RANGE, range), "");
    let part = listener.send(ranged("bytes=10-19")).await.expect(206);
    assert_eq!(part.body, bytes.slice(10..20));
    assert_eq!(part.header("content-range"), Some(format!("bytes 10-19/{length}").as_str()));
    let past = listener.send(ranged(&format!("bytes={length}-"))).await.expect(416);
    assert_eq!(past.header("content-range"), Some(format!("bytes */{length}").as_str()));

    let head = listener.send(whole(listener.request(Method::HEAD, path_of(&link)), "")).await.expect(200);
    assert!(head.body.is_empty());
    assert_eq!(head.header("content-length"), Some(length.as_str()));
    every_alteration_is_refused(&listener, &link).await;
}

async fn every_alteration_is_refused(listener: &Client, link: &str) {
    let start = link.find("/media/").expect("the link leads to the recordings") + "/media/".len();
    for position in (start..link.len()).step_by(7) {
        let mut altered = link.to_owned();
        let other = if link.as_bytes()[position] == b'A' { "B" } else { "A" };
        altered.replace_range(position..=position, other);
        listener.recording(&altered).await.expect(404);
    }
    listener.recording(&link[..link.len() - 1]).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_answers_with_what_is_there_whatever_else_it_says() {
    let host = MediaHost::start().await;
    let (server, _folder) = started(&host).await;
    let client = server.admin();
    let path = "/instant/call-4";
    let body = bodies::with_media("call-4", &host.link(path));
    let created = client.create(&body).await.expect(201);
    let mut others = vec![body.clone(), json!({"external_id": "call-4"})];
    others.push(bodies::with_media("call-4", "http://127.0.0.1/no-link-at-all"));
    let mut elsewhere = bodies::with_timeline("call-4", "Hello.");
    elsewhere["source_system"] = json!("another");
    others.push(elsewhere);
    for other in &others {
        let repeated = client.create(other).await.expect(200);
        assert!(repeated.is_replay());
        assert_eq!(repeated.json(), created.json(), "{other}");
    }
    assert_eq!(host.counts(path).requests, 1);
    assert_eq!(client.all_engagements("").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeline_alone_makes_an_engagement() {
    let host = MediaHost::start().await;
    let (server, _folder) = started(&host).await;
    let client = server.admin();
    let id = client.create(&bodies::with_timeline("talk-1", "How are you?")).await.expect(201).id();
    let timeline = client.read(&format!("{ENGAGEMENTS}/{id}/transcript_timeline")).await.expect(200).json();
    assert_eq!(timeline["object"], "transcript_timeline");
    assert_eq!(timeline["engagement_id"], Value::from(id.as_str()));
    assert_eq!(timeline["source"], "SUPPLIED");
    assert_eq!(timeline["speakers"], json!([{"name": "Ada Park"}, {"name": "Sam Rivera"}]));
    assert_eq!(
        timeline["entries"],
        json!([
            {"speaker_index": 0, "start_ms": 0, "end_ms": 900, "text": "How are you?"},
            {"speaker_index": 1, "start_ms": 1000, "end_ms": 2500, "text": "Good to hear."},
        ])
    );
    let read = client.read_engagement(&id, "?expand=transcript,media_url").await.expect(200).json();
    assert_eq!(read["transcript"], "Ada Park: How are you?\nSam Rivera: Good to hear.");
    assert_eq!(read["media_url"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_through_the_pages_sees_everything_once() {
    let host = MediaHost::start().await;
    let (server, _folder) = started(&host).await;
    let client = server.admin();
    let mut made = Vec::new();
    for number in 0..7 {
        made.push(client.create(&bodies::with_timeline(&format!("talk-{number}"), "Hello.")).await.expect(201).id());
    }
    let mut seen = Vec::new();
    let mut path = format!("{ENGAGEMENTS}?limit=3");
    loop {
        let page = client.read(&path).await.expect(200).json();
        let items = page["data"].as_array().expect("a list has data");
        assert!(items.len() <= 3);
        seen.extend(items.iter().map(|item| item["id"].as_str().expect("an item has an id").to_owned()));
        assert_eq!(page["has_more"], page["next_cursor"].is_string());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("{ENGAGEMENTS}?cursor={cursor}");
    }
    made.sort();
    seen.sort();
    assert_eq!(seen, made);
}
