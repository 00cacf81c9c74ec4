//! Cases from a grammar: spellings of addresses in URLs, names with all kinds of addresses, and redirects to either.
//!
//! What each must come to is known from how it was made, and from the naive reading of the rules in `forbidden`.

mod addresses;
mod spelling;

use std::{collections::HashMap, net::IpAddr};

use hearken_e2e::dice::Dice;

use self::{
    addresses::{any_address, public_address},
    spelling::authority,
};
use crate::{
    fixture::step,
    forbidden::is_forbidden,
    scene::{Reply, Scene, Step},
};

/// What a case must come to.
#[derive(Clone, Debug)]
pub(crate) enum Expected {
    /// An engagement; nobody but these may have been dialled for it.
    Created(Vec<IpAddr>),
    /// A refusal with this code.
    Refused(&'static str),
}

impl Expected {
    /// Of a host with these addresses: one that is forbidden refuses them all.
    fn of(ips: Vec<IpAddr>) -> Self {
        if ips.iter().any(|ip| is_forbidden(*ip)) {
            return Self::Refused("media_url_not_allowed");
        }
        Self::Created(ips.into_iter().map(|ip| ip.to_canonical()).collect())
    }
}

/// A generated case.
pub(crate) struct Case {
    /// Names it, and its hosts.
    pub(crate) number: u64,
    pub(crate) url: String,
    pub(crate) expected: Expected,
    /// The host that a redirect starts from: it is dialled whatever comes of it.
    pub(crate) first_hop: Option<IpAddr>,
    names: HashMap<String, Vec<Step>>,
    replies: HashMap<String, Vec<Reply>>,
}

impl Case {
    /// The external id that it is sent under.
    pub(crate) fn external_id(&self) -> String {
        format!("generated-{}", self.number)
    }
}

/// One scene for all of them: no two have a host in common that matters.
pub(crate) fn scene_of(cases: &[Case]) -> Scene {
    let mut scene = Scene::default();
    for case in cases {
        scene.names.extend(case.names.clone());
        scene.replies.extend(case.replies.clone());
    }
    scene
}

/// Makes one.
pub(crate) fn case(dice: &Dice, number: u64) -> Case {
    let mut names = HashMap::new();
    let (url, expected) = target(dice, number, &mut names);
    let case = Case { number, url, expected, first_hop: None, names, replies: HashMap::new() };
    if dice.below(4) == 0 { redirected(dice, case) } else { case }
}

/// A link to an address or to a name, with what fetching it must come to.
fn target(dice: &Dice, number: u64, names: &mut HashMap<String, Vec<Step>>) -> (String, Expected) {
    let (authority, expected) =
        if dice.below(2) == 0 { authority(dice) } else { named(dice, format!("n{number}.recordings-host.com"), names) };
    let scheme = pick(dice, &["https://", "https://", "HTTPS://"]);
    let rest = pick(dice, &["/a.mp3", "/a/../b.mp3", "?x=1", "", "/a.mp3#t=10", "/?u=https://127.0.0.1/"]);
    (format!("{scheme}{authority}{rest}"), expected)
}

/// A name with one to six addresses, perhaps by an alias.
fn named(dice: &Dice, name: String, names: &mut HashMap<String, Vec<Step>>) -> (String, Expected) {
    let ips: Vec<IpAddr> = (0..=dice.below(6)).map(|_| any_address(dice, 8)).collect();
    let mut step = step(ips.iter().map(|ip| as_record(dice, *ip)));
    let mut expected = Expected::of(ips);
    match dice.below(8) {
        0 => step.cname = vec![format!("edge.{name}"), "cdn.vendor-edge.net".to_owned()],
        1 => step.cname = vec!["cdn.vendor-edge.net".to_owned()],
        2 => {
            step.cname =
                vec![pick(dice, &["metadata.google.internal", "localhost", "db.svc", "printer.local"]).to_owned()];
            expected = Expected::Refused("media_url_not_allowed");
        }
        _ => {}
    }
    names.insert(name.clone(), vec![step]);
    (name, expected)
}

/// An IPv4 address may also stand in an AAAA record.
fn as_record(dice: &Dice, ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(ip) if dice.below(4) == 0 => ip.to_ipv6_mapped().into(),
        other => other,
    }
}

/// A good host that sends whoever asks to where the case leads.
fn redirected(dice: &Dice, mut case: Case) -> Case {
    let name = format!("r{}.recordings-host.com", case.number);
    let first = public_address(dice);
    let location = match case.url.strip_prefix("https:") {
        Some(without_scheme) if dice.below(4) == 0 => without_scheme.to_owned(),
        _ => case.url.clone(),
    };
    let status = [301, 302, 303, 307, 308][usize::try_from(dice.below(5)).unwrap_or(0)];
    case.names.insert(name.clone(), vec![step([first])]);
    case.replies.insert(name.clone(), vec![Reply::empty(status, vec![("location".to_owned(), location)])]);
    case.url = format!("https://{name}/a.mp3");
    case.first_hop = Some(first);
    if let Expected::Refused(_) = case.expected {
        case.expected = Expected::Refused("redirect_not_allowed");
    }
    case
}

/// One of these.
fn pick<'a>(dice: &Dice, texts: &[&'a str]) -> &'a str {
    texts[usize::try_from(dice.below(texts.len() as u64)).unwrap_or(0)]
}
