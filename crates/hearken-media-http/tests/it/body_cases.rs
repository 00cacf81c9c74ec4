//! Every case of the kind `body`. They wait for deadlines, so they all play at once.

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt;
use hearken_domain::media::{FetchError, Recording};
use hearken_egress::{EgressSettings, Timeouts};
use hearken_media_http::MediaSettings;
use serde::Deserialize;
use tokio::{task::JoinSet, time::timeout};

use crate::{
    cases::{Case, of_kind, report},
    certificates::{HOSTS, HTTP_1, HTTP_2, Subject, authority, stranger},
    frames,
    origin::{Origin, refuse_handshake},
    script::Server,
    stage::{LINK, LONG, NO_HURRY, Stage, one_host, read},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    limits: Limits,
    server: Server,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    max_bytes: u64,
    connect_timeout_ms: u64,
    header_timeout_ms: u64,
    idle_timeout_ms: u64,
    min_rate_bytes_per_s: u64,
    rate_grace_ms: u64,
    total_timeout_ms: u64,
    max_header_bytes: usize,
    max_headers: usize,
}

/// How many times its deadlines a case may take that is not about one of them.
const PATIENCE: u64 = 40;

impl Limits {
    /// What a case has that must not end by time: a busy machine would look like a slow host.
    fn patient(self) -> Self {
        Self {
            connect_timeout_ms: self.connect_timeout_ms * PATIENCE,
            header_timeout_ms: self.header_timeout_ms * PATIENCE,
            idle_timeout_ms: self.idle_timeout_ms * PATIENCE,
            rate_grace_ms: self.rate_grace_ms * PATIENCE,
            total_timeout_ms: self.total_timeout_ms * PATIENCE,
            ..self
        }
    }

    fn settings(self) -> (EgressSettings, MediaSettings) {
        let connect = Duration::from_millis(self.connect_timeout_ms);
        let egress = EgressSettings {
            timeouts: Timeouts {
                connect,
                connect_all: connect,
                head: Duration::from_millis(self.header_timeout_ms),
                idle: Duration::from_millis(self.idle_timeout_ms),
                total: Duration::from_millis(self.total_timeout_ms),
                // No case is about these.
                ..NO_HURRY
            },
            min_rate_bytes_per_second: self.min_rate_bytes_per_s,
            rate_grace: Duration::from_millis(self.rate_grace_ms),
            max_head_bytes: self.max_header_bytes,
            max_headers: self.max_headers,
            ..EgressSettings::default()
        };
        (egress, MediaSettings { max_bytes: self.max_bytes, ..MediaSettings::default() })
    }
}

/// The link of a case: some are about what stands in it.
fn link(server: &Server) -> &'static str {
    match server.tls.as_deref() {
        Some("wildcard_two_levels") => "https://a.b.customer-host.com/a.mp3",
        Some("ip_literal_without_ip_san") => "https://93.184.215.14/a.mp3",
        _ => LINK,
    }
}

async fn origin(server: &Server) -> Origin {
    match (server.tcp.as_deref(), server.h2.clone(), server.tls.as_deref()) {
        (Some("refused"), ..) => Origin::refusing(),
        (Some(other), ..) => panic!("unknown tcp behaviour {other}"),
        (None, Some(behaviour), _) => {
            Origin::start(authority().server(&HOSTS, HTTP_2), move |_, stream| {
                let behaviour = behaviour.clone();
                async move { frames::play(stream, &behaviour).await }
            })
            .await
        }
        (None, None, tls) => over_tls(server.clone(), tls.unwrap_or("configured_private_ca")).await,
    }
}

async fn over_tls(server: Server, tls: &str) -> Origin {
    let wildcard = Subject::Names(&["*.customer-host.com"]);
    let config = match tls {
        "configured_private_ca" => authority().server(&HOSTS, HTTP_1),
        "unknown_ca" => stranger().server(&HOSTS, HTTP_1),
        "wrong_host" => authority().server(&Subject::Names(&["other.customer-host.com"]), HTTP_1),
        "cn_only_no_san" => authority().server(&Subject::CommonName("rec.customer-host.com"), HTTP_1),
        "wildcard_match" | "wildcard_two_levels" => authority().server(&wildcard, HTTP_1),
        "ip_literal_without_ip_san" => authority().server(&Subject::Names(&["rec.customer-host.com"]), HTTP_1),
        "client_cert_required" => authority().server_with_client_auth(&HOSTS),
        "null_cipher" => return Origin::start_raw(|_, stream| refuse_handshake(stream)).await,
        "rsa1024" => return Origin::rsa1024().await,
        "alpn_h2" => {
            let length = server.recording().len();
            let config = authority().server(&HOSTS, HTTP_2);
            return Origin::start(config, move |_, stream| frames::serve(stream, length)).await;
        }
        other => panic!("unknown tls behaviour {other}"),
    };
    Origin::start(config, move |_, stream| server.clone().play(stream)).await
}

/// Fetches as the case's consumer does.
async fn fetch(stage: &Stage, server: &Server) -> Result<Vec<u8>, FetchError> {
    let url = link(server);
    if server.same_idempotency_key_twice {
        let (first, second) = tokio::join!(stage.fetch_bytes(url), stage.fetch_bytes(url));
        let first = first?;
        assert_eq!(first, second?);
        return Ok(first);
    }
    let recording = stage.fetch(url, None).await?;
    if let Some(after) = server.server_shutdown_after_bytes {
        return until_shut_down(stage, recording, after).await;
    }
    match server.blob_store_slow_bytes_per_s {
        Some(rate) => slowly(recording, rate).await,
        None => read(recording).await,
    }
}

/// Reads some, shuts the fetcher down, and reads on.
async fn until_shut_down(stage: &Stage, mut recording: Recording, after: usize) -> Result<Vec<u8>, FetchError> {
    let mut received = 0;
    while received < after {
        received += recording.body.next().await.unwrap()?.len();
    }
    stage.fetcher.shut_down();
    let later = stage.fetch_bytes(LINK).await.unwrap_err();
    assert_eq!((later.code.as_str(), later.retryable), ("unavailable", true));
    read(recording).await
}

/// Takes no more than so many bytes in a second.
async fn slowly(mut recording: Recording, per_second: u64) -> Result<Vec<u8>, FetchError> {
    let mut bytes = Vec::new();
    while let Some(piece) = recording.body.next().await {
        let piece = piece?;
        tokio::time::sleep(Duration::from_micros(piece.len() as u64 * 1_000_000 / per_second)).await;
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// A killed process has no code to give: here the stream is dropped midway, and nothing may be left of the fetch. What
/// a restart finds is the whole service's test.
async fn drop_midway(stage: &Stage, after: usize) -> Option<&'static str> {
    let mut recording = stage.fetch(LINK, None).await.unwrap();
    let mut received = 0;
    while received < after {
        received += recording.body.next().await.unwrap().unwrap().len();
    }
    drop(recording);
    (!stage.is_at_rest()).then_some("a permit is missing")
}

async fn play(case: Case<Input>) -> Option<String> {
    let is_about_time = case.expected.as_ref().is_err_and(|code| code == "timeout");
    let limits = if is_about_time { case.input.limits } else { case.input.limits.patient() };
    let server = case.input.server.clone();
    let origin = origin(&server).await;
    let mut hosts = one_host();
    hosts.insert("a.b.customer-host.com".to_owned(), vec!["93.184.215.14".parse().unwrap()]);
    let stage = Arc::new(Stage::new(&hosts, origin.port, limits.settings()).await);
    if let Some(after) = server.kill9_after_bytes {
        return drop_midway(&stage, after).await.map(|problem| format!("{}: {problem}", case.id));
    }
    // Longer than a case may take, and shorter than the deadline of production, which must not be what ends it.
    let Ok(got) = timeout(LONG, fetch(&stage, &server)).await else {
        return Some(format!("{}: is not over ({})", case.id, case.reason));
    };
    if !stage.dialer.stayed_on_its_routes() || !stage.is_at_rest() {
        return Some(format!("{}: dialled {:?}, or a permit is missing", case.id, stage.dialer.asked()));
    }
    if got.as_ref().is_ok_and(|bytes| *bytes != server.recording()) {
        return Some(format!("{}: other bytes", case.id));
    }
    let told = got.as_ref().err().map(ToString::to_string).unwrap_or_default();
    let verdict = case.verdict(got.map(drop).map_err(|error| error.code.as_str().to_owned()));
    verdict.map(|verdict| format!("{verdict}: {told}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_body_case_ends_as_written() {
    let mut plays: JoinSet<_> = of_kind::<Input>("body").into_iter().map(play).collect();
    let mut failures = Vec::new();
    while let Some(verdict) = plays.join_next().await {
        failures.extend(verdict.unwrap());
    }
    report(&failures);
}
