//! The cases of the fixture that can be played from end to end: all URLs, names, redirects and content types, and those
//! bodies that come in one piece.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::scene::{ANY_HOST, Reply, Scene, Step};

const CASES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/media-fetch.jsonl"));

const HOST: &str = "rec.customer-host.com";
const LINK: &str = "https://rec.customer-host.com/a.mp3";
const HOST_ADDRESS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(93, 184, 215, 14));

#[derive(Deserialize)]
struct Line {
    id: String,
    kind: String,
    input: Value,
    expect: String,
    code: Option<String>,
    reason: String,
}

/// Settings that a case asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Opened {
    pub(crate) allow: String,
    pub(crate) nat64_prefixes: String,
}

/// A case as it is played.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) reason: String,
    pub(crate) url: String,
    pub(crate) scene: Scene,
    /// The recording that must be stored, or the code of the refusal.
    pub(crate) expected: Result<Vec<u8>, String>,
    /// Addresses that the operator's settings open.
    pub(crate) opened: Vec<IpAddr>,
    /// Refused by its text or by its addresses: nobody may be dialled at all.
    pub(crate) dials_nobody: bool,
    /// Refused by its text: DNS may not be asked either.
    pub(crate) asks_nobody: bool,
}

/// The cases, by the settings that they need.
pub(crate) fn cases() -> BTreeMap<Opened, Vec<Case>> {
    let mut cases: BTreeMap<Opened, Vec<Case>> = BTreeMap::new();
    for line in CASES.lines() {
        let line: Line = serde_json::from_str(line).expect("the fixture is JSON");
        let read = match line.kind.as_str() {
            "url" => Some(of_url(line)),
            "dns" => Some(of_dns(line)),
            "redirect" => Some(of_redirect(line)),
            "content_type" => Some(of_content_type(line)),
            "body" => of_body(line),
            other => panic!("{}: unknown kind {other}", line.id),
        };
        if let Some((opened, case)) = read {
            cases.entry(opened).or_default().push(case);
        }
    }
    cases
}

impl Line {
    /// The case, with a reply that everything leads to in the end.
    fn case(self, url: String, scene: Scene, last: &Reply) -> Case {
        let refusal = || self.code.clone().expect("a refusal has a code");
        let is_refused = self.expect == "refuse";
        Case {
            expected: if is_refused { Err(refusal()) } else { Ok(last.body()) },
            dials_nobody: is_refused && matches!(self.kind.as_str(), "url" | "dns"),
            asks_nobody: is_refused && self.kind == "url",
            opened: Vec::new(),
            id: self.id,
            reason: self.reason,
            url,
            scene,
        }
    }

    fn input<T: DeserializeOwned>(&self) -> T {
        serde_json::from_value(self.input.clone()).unwrap_or_else(|error| panic!("{}: {error}", self.id))
    }

    fn field<T: DeserializeOwned>(&self, name: &str) -> T {
        let value = self.input[name].clone();
        serde_json::from_value(value).unwrap_or_else(|error| panic!("{}: {name}: {error}", self.id))
    }
}

fn of_url(line: Line) -> (Opened, Case) {
    let url = line.input.as_str().expect("a url is a text").to_owned();
    let scene = Scene { others: Some(step([HOST_ADDRESS])), ..Scene::default() };
    (Opened::default(), line.case(url, scene, &Reply::recording()))
}

fn of_dns(line: Line) -> (Opened, Case) {
    let url: String = line.field("url");
    let steps: Vec<Step> = line.field("steps");
    let host = url.split('/').nth(2).expect("a url has a host").to_owned();
    let joined = |nets: Vec<String>| nets.join(",");
    let opened = Opened {
        allow: joined(steps.iter().flat_map(|step| &step.operator_allow).map(ToString::to_string).collect()),
        nat64_prefixes: joined(steps.iter().flat_map(|step| &step.nat64_config).map(ToString::to_string).collect()),
    };
    let first = &steps[0];
    let addresses =
        first.v4.iter().map(|ip| IpAddr::V4(*ip)).chain(first.v6.iter().map(|ip| IpAddr::V6(*ip))).collect();
    let is_opened = line.expect == "allow" && opened != Opened::default();
    let scene = Scene { names: HashMap::from([(host, steps)]), ..Scene::default() };
    let case = line.case(url, scene, &Reply::recording());
    (opened, Case { opened: if is_opened { addresses } else { Vec::new() }, ..case })
}

/// Status and header fields, as the cases write a reply.
#[derive(Deserialize)]
struct Head {
    status: u16,
    headers: Vec<(String, String)>,
}

impl Head {
    fn reply(self) -> Reply {
        if self.status == 200 { Reply::ok(self.headers) } else { Reply::empty(self.status, self.headers) }
    }
}

fn of_redirect(line: Line) -> (Opened, Case) {
    let hosts: HashMap<String, Vec<IpAddr>> = line.field("hosts");
    let hops: Vec<Head> = line.field("hops");
    let last = line.field::<Head>("final").reply();
    let replies = hops.into_iter().map(Head::reply).chain([last.clone()]).collect();
    let scene = Scene {
        names: hosts.into_iter().map(|(name, ips)| (name, vec![step(ips)])).collect(),
        replies: HashMap::from([(ANY_HOST.to_owned(), replies)]),
        ..Scene::default()
    };
    let url = line.field("url");
    (Opened::default(), line.case(url, scene, &last))
}

fn of_content_type(line: Line) -> (Opened, Case) {
    const MORE: usize = 1000;
    let digits: String = line.field("body_hex_prefix");
    let Head { status, headers } = line.input();
    let pair = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).expect("the prefix is hexadecimal");
    let prefix: Vec<u8> = (0..digits.len()).step_by(2).map(pair).collect();
    let size = prefix.len() + MORE;
    let reply = if status == 204 {
        Reply::empty(status, headers)
    } else {
        Reply { status, headers, prefix, size, length: Some(size as u64) }
    };
    (Opened::default(), line.case(LINK.to_owned(), one_host(&reply), &reply))
}

/// Bodies that are sent in one piece, with a length that may be wrong.
fn of_body(line: Line) -> Option<(Opened, Case)> {
    const MOST: u64 = 2 << 20;
    let server = line.input["server"].as_object()?;
    if !server.keys().all(|key| matches!(key.as_str(), "content_length" | "send" | "then")) {
        return None;
    }
    let (length, sent) = (server.get("content_length")?.as_u64()?, server.get("send")?.as_u64()?);
    let size = usize::try_from(sent.min(MOST)).ok()?;
    let reply = Reply { size, length: Some(length), ..Reply::recording() };
    let scene = one_host(&reply);
    Some((Opened::default(), line.case(LINK.to_owned(), scene, &reply)))
}

fn one_host(reply: &Reply) -> Scene {
    Scene {
        names: HashMap::from([(HOST.to_owned(), vec![step([HOST_ADDRESS])])]),
        replies: HashMap::from([(HOST.to_owned(), vec![reply.clone()])]),
        ..Scene::default()
    }
}

/// A name with these addresses.
pub(crate) fn step(ips: impl IntoIterator<Item = IpAddr>) -> Step {
    let mut step = Step::default();
    for ip in ips {
        match ip {
            IpAddr::V4(ip) => step.v4.push(ip),
            IpAddr::V6(ip) => step.v6.push(ip),
        }
    }
    step
}
