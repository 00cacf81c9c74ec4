//! What bodies and answers of one tenant take of the memory of the process, with the limits that hold by default.

use futures_util::future::join_all;
use hearken_e2e::{
    answer::Answer,
    bodies,
    client::{Client, ENGAGEMENTS},
    setup::Setup,
};
use serde_json::{Value, json};
use tempfile::TempDir;

/// How many bytes a create has, about: close to half of the largest.
const LARGE: usize = 29 * 1024 * 1024;
const CREATES: usize = 8;

/// In MiB. Bodies and long answers have 96 together, and what is parsed or written takes some more; all eight at once
/// would take more than a thousand.
const MOST: u64 = 512;

fn large(number: usize) -> Value {
    let mut body = bodies::with_timeline(&format!("large-{number}"), "Hello.");
    let text = "x".repeat(8 * 1024);
    let entry = json!({"speaker_index": 0, "start_ms": 0, "end_ms": 900, "text": text});
    body["transcript_timeline"]["entries"] = vec![entry; LARGE / text.len()].into();
    body
}

/// Does as the answers ask: a 503 says that there is no room now.
async fn until_answered(mut ask: impl AsyncFnMut() -> Answer) -> Answer {
    loop {
        let answer = ask().await;
        if answer.status != 503 {
            return answer;
        }
        assert!(answer.header("retry-after").is_some(), "{:?}", answer.headers);
    }
}

/// Every engagement with its transcript, page by page.
async fn walk(client: &Client) -> usize {
    let (mut shown, mut path) = (0, format!("{ENGAGEMENTS}?limit=100&expand=transcript"));
    loop {
        let page = until_answered(async || client.read(&path).await).await.expect(200).json();
        let rows = page["data"].as_array().expect("a list has data");
        assert!(!rows.is_empty(), "a page has a row at least");
        assert!(rows.iter().all(|row| row["transcript"].is_string()), "and each its transcript");
        shown += rows.len();
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("{ENGAGEMENTS}?cursor={cursor}"),
            None => return shown,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn large_bodies_and_long_answers_stay_within_bounds() {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let server = Setup::new().without_worker().start(folder.path()).await;
    let client = server.admin();
    let creates = join_all((0..CREATES).map(|number| {
        let (client, body) = (client.clone(), large(number));
        async move { until_answered(async || client.create(&body).await).await.expect(201) }
    }));
    creates.await;
    let bytes_of_creates = server.peak_memory();
    let walks = join_all((0..CREATES).map(|_| walk(&client))).await;
    assert_eq!(walks, [CREATES; CREATES], "each walk shows all of them");
    let peak = server.peak_memory();
    println!("peak memory: {bytes_of_creates:?} MiB with the creates, {peak:?} MiB in all");
    assert!(peak.is_none_or(|peak| peak <= MOST), "{peak:?} MiB");
}
