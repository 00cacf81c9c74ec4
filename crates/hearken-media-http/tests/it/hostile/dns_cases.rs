//! Names that change their minds, and resolvers that are none.

use super::{
    case::{Case, Codes, DELIVERED, Names, honest},
    moves::send,
    rogue_dns::Mischief,
    scene::read_step,
};

const FAILED: Codes = &["dns_failed"];
const REFUSED: Codes = &["media_url_not_allowed"];

pub(crate) fn cases() -> Vec<Case> {
    [no_answers(), bad_answers(), rebinding()].into_iter().flatten().collect()
}

/// The link's host with these answers, one after another.
fn answered(name: &'static str, codes: Codes, steps: &[&str]) -> Case {
    Case::named(name, codes, Names::Steps(steps.iter().map(|step| read_step(step)).collect()))
}

fn no_answers() -> Vec<Case> {
    let rogue = |name, mischief| Case::named(name, FAILED, Names::Rogue(mischief));
    vec![
        rogue("asks a resolver that is silent", Mischief::Silence),
        rogue("asks a resolver that sends garbage", Mischief::Garbage),
        rogue("asks a resolver that promises records", Mischief::Promises),
        rogue("asks a resolver whose answers are another's", Mischief::OtherId),
        rogue("asks a resolver that answers another question", Mischief::OtherQuestion),
        answered("has a name that answers too late", FAILED, &[r#"{"delay_ms": 300000, "A": ["93.184.215.14"]}"#]),
    ]
}

fn bad_answers() -> Vec<Case> {
    let aliases: Vec<String> = (0..100).map(|at| format!("\"a{at}.evil-host.net\"")).collect();
    let aliases = format!(r#"{{"cname": [{}], "A": ["93.184.215.14"]}}"#, aliases.join(","));
    let circle = r#"{"cname": ["b.evil-host.net", "rec.customer-host.com", "b.evil-host.net"]}"#;
    let many: Vec<String> = (1..=200).map(|last| format!("\"93.184.215.{last}\"")).collect();
    let many = format!(r#"{{"A": [{}]}}"#, many.join(","));
    let special = r#"{"cname": ["metadata.google.internal"], "A": ["93.184.215.14"]}"#;
    let elsewhere = r#"{"answer_other_owner": {"other.evil-host.net": {"A": ["93.184.215.14"]}}}"#;
    vec![
        answered("has a name that fails", FAILED, &[r#"{"rcode": "SERVFAIL"}"#]),
        answered("has a name that is refused", FAILED, &[r#"{"rcode": "REFUSED"}"#]),
        answered("has a name that is not there", FAILED, &[r#"{"rcode": "NXDOMAIN"}"#]),
        answered("has a name without addresses", FAILED, &["{}"]),
        answered("has a hundred aliases", FAILED, &[&aliases]),
        answered("has aliases that go in a circle", FAILED, &[circle]),
        answered("has two hundred addresses", FAILED, &[&many]),
        answered("has addresses of another name", FAILED, &[elsewhere]),
        answered("is an alias of the metadata service", REFUSED, &[special]),
        answered("has a private address", REFUSED, &[r#"{"A": ["192.168.0.10"]}"#]),
        answered("has a good and a bad address", REFUSED, &[r#"{"A": ["93.184.215.14", "127.0.0.1"]}"#]),
        answered("has a bad address in the other family", REFUSED, &[r#"{"A": ["93.184.215.14"], "AAAA": ["::1"]}"#]),
        answered("has a mapped address", REFUSED, &[r#"{"AAAA": ["::ffff:169.254.169.254"]}"#]),
    ]
}

fn rebinding() -> Vec<Case> {
    let good = r#"{"A": ["93.184.215.14"], "ttl": 0}"#;
    let bad = r#"{"A": ["127.0.0.1"], "ttl": 0}"#;
    let on = send("HTTP/1.1 302 Found\r\nlocation: /b.mp3\r\ncontent-length: 0\r\n\r\n");
    let leads_on = |case: Case| Case { scripts: vec![vec![on.clone()], honest()], ..case };
    let refused: Codes = &["redirect_not_allowed"];
    vec![
        // One question a fetch: what the name would say next is never heard.
        answered("rebinds after the first answer", DELIVERED, &[good, bad]),
        leads_on(answered("rebinds between a redirect and its target", refused, &[good, bad])),
        leads_on(answered("goes away between a redirect and its target", FAILED, &[good, r#"{"rcode": "SERVFAIL"}"#])),
        answered("rebinds from bad to good", REFUSED, &[bad, good]),
    ]
}
