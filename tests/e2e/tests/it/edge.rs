//! Clients that are slow, silent, too large or too many.

use hearken_e2e::{
    bodies, client::ENGAGEMENTS, media_host::MediaHost, raw, server::Server, setup::Setup, until::within_patience,
};
use tempfile::TempDir;
use tokio::task::JoinSet;

async fn started(setup: &Setup) -> (Server, TempDir) {
    let folder = TempDir::new().expect("a temporary folder can be made");
    (setup.start(folder.path()).await, folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_and_slow_clients_are_closed() {
    let (server, _folder) = started(&Setup::new().with("limits.header_timeout", "10s")).await;
    let halves: [&[u8]; 4] = [b"", b"P", b"PRI * HTTP/2.0\r\n", b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-ha"];
    // They end when the server closes; what is checked is that it does, and gives nothing away.
    let address = server.address();
    let exchanges: JoinSet<String> = halves.map(|half| raw::exchange(address, half)).into_iter().collect();
    for answer in exchanges.join_all().await {
        assert!(!answer.contains(" 200 "), "{answer}");
    }
    server.admin().read(ENGAGEMENTS).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_arrive_is_a_bad_request() {
    let (server, _folder) = started(&Setup::new().with("limits.body_timeout", "1s")).await;
    let head = raw::create_head(server.address(), &server.admin_token(), &["content-length: 100"]);
    let answer = raw::exchange(server.address(), format!("{head}{{\"type\":").as_bytes()).await;
    assert_eq!(raw::status(&answer), 400, "{answer}");
    assert!(answer.contains("in time"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_refused_before_and_while_it_comes() {
    let (server, _folder) = started(&Setup::new().with("limits.max_body_bytes", "64KiB")).await;
    let (address, token) = (server.address(), server.admin_token());
    let declared =
        raw::exchange(address, raw::create_head(address, &token, &["content-length: 65537"]).as_bytes()).await;
    assert_eq!(raw::status(&declared), 413, "{declared}");
    assert!(declared.contains("65536"), "{declared}");
    let head = raw::create_head(address, &token, &["transfer-encoding: chunked"]);
    // One byte too many and nothing after it, so that nothing is left unread when the server closes.
    let chunk = format!("{head}{:x}\r\n{}", 65_537, " ".repeat(65_537));
    let counted = raw::exchange(address, chunk.as_bytes()).await;
    assert_eq!(raw::status(&counted), 413, "{counted}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_is_too_large_is_refused() {
    let (server, _folder) = started(&Setup::new()).await;
    let long = format!("x-long: {}", "a".repeat(80 * 1024));
    let many: Vec<String> = (0..300).map(|number| format!("x-{number}: y")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for lines in [&[long.as_str()][..], &many] {
        let lines = [lines, &["content-length: 0"]].concat();
        let head = raw::create_head(server.address(), &server.admin_token(), &lines);
        let answer = raw::exchange(server.address(), close_after(&head).as_bytes()).await;
        assert_eq!(raw::status(&answer), 431, "{}", &answer[..answer.len().min(300)]);
    }
}

/// The same head, of the connection's last request.
fn close_after(head: &str) -> String {
    head.replacen("\r\n", "\r\nconnection: close\r\n", 1)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_asks_too_often_is_told_when_to_come_again() {
    // Refilled once a minute, so that nothing comes back while the test runs; three requests are free.
    let setup = Setup::new().with("limits.requests_per_minute", "1").with("limits.burst", "3");
    let (server, _folder) = started(&setup).await;
    let client = server.admin();
    for _ in 0..3 {
        let answer = client.read(ENGAGEMENTS).await.expect(200);
        assert!(answer.header("ratelimit").is_some() && answer.header("ratelimit-policy").is_some());
    }
    let refused = client.read(ENGAGEMENTS).await.expect(429);
    let wait: u64 = refused.header("retry-after").expect("a 429 says when").parse().expect("in seconds");
    assert!((1..=60).contains(&wait), "{wait}");
    assert!(refused.header("ratelimit").is_some_and(|standing| standing.contains("r=0")), "{:?}", refused.headers);
    // Another key has its own share, and whoever has no key needs none for these.
    server.client_with("engagements:read").read(ENGAGEMENTS).await.expect(200);
    server.stranger().read("/healthz").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_requests_than_places_are_told_to_come_again() {
    let host = MediaHost::start().await;
    let (server, _folder) = started(&Setup::new().fetching_from(&host).with("limits.max_in_flight", "1")).await;
    let client = server.admin();
    let path = "/hold/busy";
    let creating = tokio::spawn({
        let (client, body) = (client.clone(), bodies::with_media("busy", &host.link(path)));
        async move { client.create(&body).await }
    });
    host.asked(path, 1).await;
    let refused = client.read(ENGAGEMENTS).await.expect(503);
    assert!(refused.header("retry-after").is_some_and(|wait| wait.parse::<u64>().is_ok_and(|wait| wait >= 1)));
    // Whoever watches the service is answered also now.
    server.stranger().read("/healthz").await.expect(200);
    server.stranger().read("/readyz").await.expect(200);
    host.release(path);
    within_patience("the create is answered", creating).await.expect("it did not panic").expect(201);
    client.read(ENGAGEMENTS).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_open_addresses_answer() {
    let (server, _folder) = started(&Setup::new()).await;
    let stranger = server.stranger();
    server.admin().read(ENGAGEMENTS).await.expect(200);
    let metrics = stranger.read("/metrics").await.expect(200).text();
    assert!(metrics.contains("hearken_http_requests_total"), "{metrics}");
    let problem = stranger.read(ENGAGEMENTS).await.expect(401);
    assert_eq!(problem.header("www-authenticate"), Some("Bearer"));
    // The type of a problem is the address of a page about it.
    let kind = problem.json()["type"].as_str().expect("a problem has a type").to_owned();
    assert!(stranger.recording(&kind).await.expect(200).text().contains("unauthorized"));
}
