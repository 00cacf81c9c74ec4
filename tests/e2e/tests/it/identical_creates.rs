//! R1: many identical creates at once make one engagement a key and fetch its recording once at a time, whatever the
//! recording's host does, on both databases.

use std::{collections::HashMap, sync::Arc, time::Duration};

use hearken_e2e::{
    answer::Answer,
    bodies,
    client::Client,
    database::{on_postgres, postgres_for},
    media_host::MediaHost,
    server::Server,
    setup::Setup,
};
use tempfile::TempDir;
use tokio::{sync::Semaphore, task::JoinSet};

const IDENTICAL: usize = 64;
const KEYS: usize = 20;
/// Requests on their way at one time: several keys' worth, and few enough for the machine's file descriptors.
const AT_ONCE: usize = 384;

/// How a host behaves, and how often it is asked for a recording that way.
const KINDS: [(&str, &str, usize); 3] = [("instant", "", 1), ("slow", "?ms=1500", 1), ("first-fails", "", 2)];

#[tokio::test(flavor = "multi_thread")]
async fn identical_creates_on_sqlite_make_one_engagement_a_key() {
    let host = MediaHost::start().await;
    let folder = TempDir::new().expect("a temporary folder can be made");
    let server = setup(&host).start(folder.path()).await;
    every_key_is_created_once(&server, &host).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn identical_creates_on_postgres_make_one_engagement_a_key() {
    let Some(postgres) = postgres_for("identical_creates_on_postgres_make_one_engagement_a_key") else { return };
    let host = MediaHost::start().await;
    let folder = TempDir::new().expect("a temporary folder can be made");
    let server = on_postgres(postgres, setup(&host), folder.path()).start(folder.path()).await;
    every_key_is_created_once(&server, &host).await;
}

fn setup(host: &MediaHost) -> Setup {
    // Connections that rest between retries are to stay open, and all of them come from one address.
    Setup::new()
        .fetching_from(host)
        .with("limits.max_in_flight", "1024")
        .with("limits.connections_per_address", "0")
        .with("limits.header_timeout", "2m")
}

async fn every_key_is_created_once(server: &Server, host: &MediaHost) {
    let client = server.admin();
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut requests = JoinSet::new();
    for (kind, query, _) in KINDS {
        for key in 0..KEYS {
            let external_id = format!("{kind}-{key}");
            let link = host.link(&format!("/{kind}/{key}{query}"));
            for _ in 0..IDENTICAL {
                requests.spawn(until_created(client.clone(), external_id.clone(), link.clone(), Arc::clone(&places)));
            }
        }
    }
    let mut answers: HashMap<String, Vec<Answer>> = HashMap::new();
    while let Some(done) = requests.join_next().await {
        let (external_id, answer) = done.expect("a client did not panic");
        answers.entry(external_id).or_default().push(answer);
    }
    assert_eq!(answers.len(), KINDS.len() * KEYS);
    for (external_id, answers) in &answers {
        assert_one_was_made(external_id, answers);
    }
    for (kind, _, fetches) in KINDS {
        for key in 0..KEYS {
            let counts = host.counts(&format!("/{kind}/{key}"));
            assert_eq!((counts.requests, counts.most_at_once), (fetches, 1), "/{kind}/{key}");
        }
    }
    assert_eq!(client.all_engagements("").await.len(), KINDS.len() * KEYS);
}

fn assert_one_was_made(external_id: &str, answers: &[Answer]) {
    assert_eq!(answers.len(), IDENTICAL, "{external_id}");
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1, "{external_id}");
    let id = answers[0].id();
    for answer in answers {
        assert_eq!(answer.id(), id, "{external_id}");
        assert_eq!(answer.is_replay(), answer.status == 200, "{external_id}");
    }
}

/// Sends the create again and again, as the answers ask for, until it is there.
async fn until_created(client: Client, external_id: String, link: String, places: Arc<Semaphore>) -> (String, Answer) {
    let body = bodies::with_media(&external_id, &link);
    loop {
        let place = places.acquire().await.expect("the semaphore is never closed");
        let answer = client.create(&body).await;
        drop(place);
        match answer.status {
            200 | 201 => return (external_id, answer),
            409 | 503 => {
                let wait = answer.header("retry-after").and_then(|seconds| seconds.parse().ok());
                tokio::time::sleep(Duration::from_secs(wait.expect("409 and 503 say when to come again"))).await;
            }
            422 => assert_eq!(answer.json()["retryable"], true, "{external_id}: {}", answer.text()),
            _ => panic!("{external_id}: {} {}", answer.status, answer.text()),
        }
    }
}
