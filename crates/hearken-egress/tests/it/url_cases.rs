//! Every case of the kind `url`: judged without I/O, with the code that the case names.

use std::sync::Arc;

use hearken_egress::{CheckedUrl, EgressError, EgressSettings, Guard, Host, TcpDialer};
use serde_json::Value;

const CASES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/media-fetch.jsonl"));

fn guard() -> Guard {
    let settings = EgressSettings { nameservers: vec!["127.0.0.1:9".parse().unwrap()], ..EgressSettings::default() };
    Guard::new(settings, Arc::new(TcpDialer)).unwrap()
}

fn cases() -> Vec<Value> {
    let cases = CASES.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    cases.filter(|case| case["kind"] == "url").collect()
}

fn code(error: &EgressError) -> &'static str {
    match error {
        EgressError::InvalidUrl(_) => "invalid_url",
        EgressError::PortNotAllowed { .. } => "port_not_allowed",
        EgressError::NotAllowed { .. } => "media_url_not_allowed",
        other => panic!("judging gave {other}"),
    }
}

#[tokio::test]
async fn every_url_case_is_judged_as_written() {
    let guard = guard();
    let cases = cases();
    assert!(cases.len() > 100, "the fixture has {} url cases", cases.len());
    let mut failures = Vec::new();
    for case in &cases {
        let raw = case["input"].as_str().unwrap();
        let got = guard.judge(raw).map_err(|error| code(&error));
        let expected = match case["expect"].as_str().unwrap() {
            "allow" => Ok(()),
            "refuse" => Err(case["code"].as_str().unwrap()),
            other => panic!("unknown expectation {other}"),
        };
        if got.as_ref().map(|_| ()).map_err(|code| *code) != expected {
            failures.push(format!("{} {raw:?}: {got:?}, expected {expected:?} ({})", case["id"], case["reason"]));
        }
    }
    assert!(failures.is_empty(), "{} cases failed:\n{}", failures.len(), failures.join("\n"));
}

/// What passes must be read the same by the parser that other programs use.
#[tokio::test]
async fn what_passes_means_the_same_to_a_whatwg_parser() {
    let guard = guard();
    for case in cases().iter().filter(|case| case["expect"] == "allow") {
        let raw = case["input"].as_str().unwrap();
        let (ours, theirs) = (guard.judge(raw).unwrap(), url::Url::parse(raw).unwrap());
        assert_eq!(ours.host().to_string(), theirs.host_str().unwrap().trim_end_matches('.'), "{raw}");
        assert_eq!(Some(ours.port()), theirs.port_or_known_default(), "{raw}");
        assert_eq!(ours.path_and_query().split('?').next(), Some(theirs.path()), "{raw}");
        assert_eq!(ours.path_and_query().split_once('?').map(|(_, query)| query), theirs.query(), "{raw}");
    }
}

#[tokio::test]
async fn a_literal_resolves_to_itself_without_dns() {
    let guard = guard();
    for raw in ["https://8.8.8.8:8443/a", "https://[2606:2800:21f::14]/a"] {
        let url: CheckedUrl = guard.judge(raw).unwrap();
        let addresses = guard.resolve(&url).await.unwrap();
        assert_eq!(addresses.len(), 1);
        assert_eq!(Some(addresses[0].socket_addr().ip()), url.host().literal());
        assert_eq!(addresses[0].socket_addr().port(), url.port());
    }
    assert_eq!(guard.judge("https://A.example.com./").unwrap().host(), &Host::Name("a.example.com".to_owned()));
}
