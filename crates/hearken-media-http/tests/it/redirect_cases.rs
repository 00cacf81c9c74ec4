//! Every case of the kind `redirect`: the i-th request gets the i-th reply, every later one the final answer.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex},
};

use serde::Deserialize;
use tokio::io::AsyncWriteExt;

use crate::{
    cases::{Case, of_kind, report},
    certificates::{HOSTS, HTTP_1, authority},
    origin::{Origin, Tls, drain, read_head},
    script::recording,
    stage::{Stage, settings},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    url: String,
    hosts: HashMap<String, Vec<IpAddr>>,
    hops: Vec<Reply>,
    #[serde(rename = "final")]
    last: Reply,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
}

/// How long the recording is.
const LENGTH: usize = 2000;

impl Reply {
    fn bytes(&self) -> Vec<u8> {
        let fields: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let body = if self.status == 200 { recording(LENGTH) } else { Vec::new() };
        let length = if self.status == 304 { String::new() } else { format!("content-length: {}\r\n", body.len()) };
        [format!("HTTP/1.1 {} Reply\r\n{fields}{length}\r\n", self.status).into_bytes(), body].concat()
    }
}

/// Replies, and keeps the request lines.
async fn origin(replies: Vec<Reply>, requests: Arc<Mutex<Vec<String>>>) -> Origin {
    let config = authority().server(&HOSTS, HTTP_1);
    Origin::start(config, move |before, mut stream: Tls| {
        let bytes = replies[before.min(replies.len() - 1)].bytes();
        let requests = Arc::clone(&requests);
        async move {
            let head = read_head(&mut stream).await;
            requests.lock().unwrap().push(head.lines().next().unwrap_or_default().to_owned());
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
            drain(&mut stream).await;
        }
    })
    .await
}

async fn play(case: &Case<Input>) -> Option<String> {
    let input = &case.input;
    let requests = Arc::default();
    let replies = input.hops.iter().chain([&input.last]).cloned().collect();
    let origin = origin(replies, Arc::clone(&requests)).await;
    let stage = Stage::new(&input.hosts, origin.port, settings()).await;
    let got = stage.fetch_bytes(&input.url).await;
    if !stage.dialer.stayed_on_its_routes() {
        return Some(format!("{}: dialled {:?} ({})", case.id, stage.dialer.asked(), case.reason));
    }
    if got.as_ref().is_ok_and(|bytes| *bytes != recording(LENGTH)) || !stage.is_at_rest() {
        return Some(format!("{}: other bytes, or a permit is missing", case.id));
    }
    let last = requests.lock().unwrap().last().cloned().unwrap_or_default();
    if got.is_ok() && last != expected_request(input) {
        return Some(format!("{}: the last request was {last:?} ({})", case.id, case.reason));
    }
    if let Err(error) = &got
        && error.upstream_status != Some(input.hops[0].status)
    {
        return Some(format!("{}: {error:?} without the status", case.id));
    }
    case.verdict(got.map(drop).map_err(|error| error.code.as_str().to_owned()))
}

/// What the last request of an allowed case is: the location byte for byte, without a fragment.
fn expected_request(input: &Input) -> String {
    let hop = &input.hops[0];
    let location = hop.headers.iter().find(|(name, _)| name == "location" && hop.status != 200).map(|(_, value)| value);
    let target = match location.and_then(|location| location.strip_prefix("https://")) {
        Some(absolute) => absolute[absolute.find('/').unwrap()..].to_owned(),
        None => location.map_or("/a.mp3".to_owned(), |relative| format!("/{relative}")),
    };
    format!("GET {} HTTP/1.1", target.split('#').next().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_redirect_case_ends_as_written() {
    let mut failures = Vec::new();
    for case in of_kind::<Input>("redirect") {
        failures.extend(play(&case).await);
    }
    report(&failures);
}
