//! Every case of the kind `dns`, against a real DNS server.

use std::{
    collections::{BTreeSet, HashMap},
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use hearken_egress::{EgressError, EgressSettings, Guard, Timeouts};
use hickory_proto::rr::RecordType;
use serde::Deserialize;
use tokio::task::JoinSet;

use crate::{
    cases::{Case, of_kind, report},
    dns_server::{DnsServer, Step, Transport},
    route::MappedDialer,
    stage::NO_HURRY,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    url: String,
    steps: Vec<Step>,
}

fn code(error: &EgressError) -> String {
    match error {
        EgressError::NotAllowed { .. } => "media_url_not_allowed",
        EgressError::Dns { .. } => "dns_failed",
        other => panic!("resolving gave {other}"),
    }
    .to_owned()
}

/// The settings that a case asks for, and the server that it plays on.
async fn guard(steps: &[Step], host: &str) -> (Guard, DnsServer) {
    let dns = DnsServer::start(HashMap::from([(host.to_owned(), steps.to_vec())])).await;
    let settings = EgressSettings {
        nameservers: vec![dns.address],
        timeouts: timeouts(steps),
        allow: steps.iter().flat_map(|step| step.operator_allow.clone()).collect(),
        nat64_prefixes: steps.iter().flat_map(|step| step.nat64_config.clone()).collect(),
        ..EgressSettings::default()
    };
    (Guard::new(settings, Arc::new(MappedDialer::new(HashMap::new()))).unwrap(), dns)
}

/// An answer that production would wait for is waited for on a busy machine too; one that comes later never comes.
fn timeouts(steps: &[Step]) -> Timeouts {
    let is_late = |step: &Step| Duration::from_millis(step.delay_ms) >= Timeouts::default().dns;
    if steps.iter().any(is_late) { Timeouts::default() } else { NO_HURRY }
}

/// The addresses that the first answer has: no later one may steer the connection.
fn of_the_first(step: &Step) -> BTreeSet<SocketAddr> {
    let v4 = step.v4.iter().chain(&step.tcp_v4).map(|ip| IpAddr::V4(*ip));
    v4.chain(step.v6.iter().map(|ip| IpAddr::V6(*ip))).map(|ip| SocketAddr::new(ip, 443)).collect()
}

async fn play(case: Case<Input>) -> Option<String> {
    let host = case.input.url.strip_prefix("https://").unwrap().split('/').next().unwrap().to_owned();
    let (guard, dns) = guard(&case.input.steps, &host).await;
    let url = guard.judge(&case.input.url).unwrap();
    let resolved = guard.resolve(&url).await;
    let asked = dns.asked();
    let over_udp = asked.iter().filter(|(_, _, transport)| *transport == Transport::Udp).count();
    let strange =
        asked.iter().any(|(name, kind, _)| *name != host || !matches!(*kind, RecordType::A | RecordType::AAAA));
    if strange || over_udp != 2 {
        return Some(format!("{}: asked {asked:?} ({})", case.id, case.reason));
    }
    if let Ok(addresses) = &resolved {
        let got: BTreeSet<_> = addresses.iter().map(|address| address.socket_addr()).collect();
        if got != of_the_first(&case.input.steps[0]) || addresses.len() > 8 {
            return Some(format!("{}: resolved to {got:?} ({})", case.id, case.reason));
        }
    }
    case.verdict(resolved.map(drop).map_err(|error| code(&error)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_dns_case_resolves_as_written() {
    let mut plays: JoinSet<_> = of_kind::<Input>("dns").into_iter().map(play).collect();
    let mut failures = Vec::new();
    while let Some(verdict) = plays.join_next().await {
        failures.extend(verdict.unwrap());
    }
    report(&failures);
}

fn step(text: &str) -> Step {
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn whether_to_ask_again_depends_on_who_failed() {
    for (steps, retryable) in [
        (r#"{"rcode": "SERVFAIL"}"#, true),
        (r#"{"rcode": "NXDOMAIN"}"#, false),
        (r#"{"A": []}"#, false),
        (r#"{"delay_ms": 300000, "A": ["93.184.215.14"]}"#, true),
    ] {
        let (guard, _dns) = guard(&[step(steps)], "rec.customer-host.com").await;
        let url = guard.judge("https://rec.customer-host.com/a.mp3").unwrap();
        let error = guard.resolve(&url).await.unwrap_err();
        assert!(matches!(error, EgressError::Dns { retryable: got, .. } if got == retryable), "{steps}: {error:?}");
    }
}

#[tokio::test]
async fn each_resolution_is_judged_anew() {
    let steps = [step(r#"{"A": ["93.184.215.14"], "ttl": 0}"#), step(r#"{"A": ["127.0.0.1"], "ttl": 0}"#)];
    let (guard, _dns) = guard(&steps, "rec.customer-host.com").await;
    let url = guard.judge("https://rec.customer-host.com/a.mp3").unwrap();
    assert!(guard.resolve(&url).await.is_ok());
    assert!(matches!(guard.resolve(&url).await, Err(EgressError::NotAllowed { .. })));
}
