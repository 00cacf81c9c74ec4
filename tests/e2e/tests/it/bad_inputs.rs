//! What is refused, in words that help, and that nothing of it is left.

use hearken_e2e::{
    bodies, client::ENGAGEMENTS, client::whole, files, media_host::MediaHost, server::Server, setup::Setup,
};
use hyper::{Method, header};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The key of every refused create here: whatever was refused must not stand in the way of the last one.
const KEY: &str = "refused-1";

struct Stage {
    host: MediaHost,
    server: Server,
    _folder: TempDir,
}

impl Stage {
    async fn new() -> Self {
        let host = MediaHost::start().await;
        let folder = TempDir::new().expect("a temporary folder can be made");
        let setup = Setup::new().fetching_from(&host).with("media.max_bytes", "1MiB");
        Self { server: setup.start(folder.path()).await, host, _folder: folder }
    }

    /// Nothing is there, and the key is still free.
    async fn assert_nothing_is_left(&self) {
        let client = self.server.admin();
        assert_eq!(client.all_engagements("").await, Vec::<Value>::new());
        assert_eq!(files::below(&self.server.data_dir().join("blobs")), Vec::<std::path::PathBuf>::new());
        client.create(&bodies::with_media(KEY, &self.host.link("/instant/good"))).await.expect(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_cannot_be_fetched_says_why() {
    let stage = Stage::new().await;
    let (client, host) = (stage.server.admin(), &stage.host);
    let host_in_clear = host.link("/instant/x").replace("https://", "http://");
    let web_page = "the link serves a web page (text/html), not a recording";
    for (link, code, words) in [
        (host_in_clear.as_str(), "invalid_url", "https"),
        (&host.link("/forbidden/x"), "upstream_status", "the link may have expired"),
        (&host.link("/page/x"), "unsupported_media_type", web_page),
        (&host.link("/endless/x"), "too_large", ""),
        ("https://10.0.0.1/x.mp3", "media_url_not_allowed", ""),
        ("https://[fe80::1]/x.mp3", "media_url_not_allowed", ""),
        ("https://localhost/x.mp3", "media_url_not_allowed", ""),
        ("https://127.0.0.1:22/x.mp3", "port_not_allowed", ""),
    ] {
        let refused = client.create(&bodies::with_media(KEY, link)).await.expect(422);
        assert_eq!(refused.header("content-type"), Some("application/problem+json"));
        let messages = refused.messages("media_url", code);
        assert!(matches!(messages.as_slice(), [message] if message.contains(words)), "{link}: {}", refused.text());
        assert_eq!(refused.json()["retryable"], false, "{link}");
        assert!(!refused.text().contains("10.0.0.1"), "an address is told: {}", refused.text());
    }
    assert_eq!(host.counts("/instant/x").requests, 0);
    stage.assert_nothing_is_left().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_of_the_host_is_told() {
    let stage = Stage::new().await;
    let client = stage.server.admin();
    let expired = client.create(&bodies::with_media(KEY, &stage.host.link("/forbidden/x"))).await.expect(422).json();
    assert_eq!((&expired["upstream_status"], &expired["retryable"]), (&json!(403), &json!(false)));
    let busy = client.create(&bodies::with_media(KEY, &stage.host.link("/first-fails/x"))).await.expect(422).json();
    assert_eq!((&busy["upstream_status"], &busy["retryable"]), (&json!(503), &json!(true)));
    stage.assert_nothing_is_left().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transcript_that_is_too_long_is_told_both_numbers() {
    let stage = Stage::new().await;
    let mut body = bodies::with_media(KEY, &stage.host.link("/instant/x"));
    body["transcript"] = Value::from("a".repeat(900_001));
    let refused = stage.server.admin().create(&body).await.expect(422);
    let messages = refused.messages("transcript", "too_long");
    let both = |message: &String| message.contains("900000") && message.contains("900001");
    assert!(messages.len() == 1 && messages.iter().all(both), "{}", refused.text());
    assert_eq!(stage.host.counts("/instant/x").requests, 0);
    stage.assert_nothing_is_left().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_wrong_comes_in_one_answer() {
    let stage = Stage::new().await;
    let body = json!({
        "type": "EMAIL", "source_system": "e2e", "external_id": KEY, "media_url": "http://example.com/x.mp3",
        "run_workflows": "yes", "participants": [{"is_owner": false}],
    });
    let refused = stage.server.admin().create(&body).await.expect(422);
    for (field, code) in [
        ("type", "invalid_enum_value"),
        ("title", "required"),
        ("run_workflows", "invalid_type"),
        ("media_url", "invalid_url"),
    ] {
        assert_eq!(refused.messages(field, code).len(), 1, "{field}: {}", refused.text());
    }
    let errors = refused.json()["errors"].clone();
    let of_participant =
        |error: &Value| error["field"].as_str().is_some_and(|field| field.starts_with("participants[0]"));
    assert!(errors.as_array().is_some_and(|errors| errors.iter().any(of_participant)), "{errors}");
    stage.assert_nothing_is_left().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_at_all_is_a_bad_request() {
    let stage = Stage::new().await;
    let client = stage.server.admin();
    let sent = |content_type: &str, body: &'static str| {
        let request = client.request(Method::POST, ENGAGEMENTS).header(header::CONTENT_TYPE, content_type);
        client.send(whole(request, body))
    };
    for body in ["", "{", "not json", "[]", "null", "\"text\"", "{\"external_id\": 1e999}"] {
        let refused = sent("application/json", body).await.expect(400);
        assert!(refused.json()["type"].as_str().is_some_and(|kind| kind.ends_with("/errors/bad_request")), "{body}");
    }
    sent("text/plain", "{}").await.expect(415);
    for path in ["?colour=red", "?limit=0", "?limit=101", "?filter[title][like]=x"] {
        let refused = client.read(&format!("{ENGAGEMENTS}{path}")).await.expect(400);
        let field = path.trim_start_matches('?').split('=').next().unwrap_or_default();
        assert_eq!(refused.json()["errors"][0]["field"], field, "{}", refused.text());
    }
    let body = bodies::with_media(KEY, &stage.host.link("/instant/x"));
    client.create_at(&format!("{ENGAGEMENTS}?dry_run=1"), &body).await.expect(400);
    client.create_at(&format!("{ENGAGEMENTS}?expand=everything"), &body).await.expect(400);
    stage.assert_nothing_is_left().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_and_methods_that_are_not_there_say_so() {
    let stage = Stage::new().await;
    let client = stage.server.admin();
    client.read("/api/v2/nothing").await.expect(404);
    client.read_engagement("ngmt_00000000000000000000000000", "").await.expect(404);
    client.read_engagement("no-id-at-all", "").await.expect(404);
    let refused = client.send(whole(client.request(Method::DELETE, ENGAGEMENTS), "")).await.expect(405);
    assert!(refused.header("allow").is_some_and(|allow| allow.contains("GET") && allow.contains("POST")));
    let request = client.request(Method::GET, ENGAGEMENTS).header(header::ACCEPT, "text/html");
    client.send(whole(request, "")).await.expect(406);
    stage.assert_nothing_is_left().await;
}
