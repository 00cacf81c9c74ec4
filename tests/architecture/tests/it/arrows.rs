//! Which of our crates may see which: one direction, and a table that says so.

use std::collections::BTreeSet;

use crate::{
    assert_none,
    workspace::{Member, members},
};

/// What each library crate is built from, of ours. A new arrow is a decision record and a line in this table.
const ARROWS: &[(&str, &[&str])] = &[
    ("hearken-domain", &[]),
    ("hearken-application", &["hearken-domain"]),
    ("hearken-wire", &["hearken-domain"]),
    // Driving adapters.
    ("hearken-http", &["hearken-application", "hearken-domain", "hearken-wire"]),
    ("hearken-worker", &["hearken-application", "hearken-domain"]),
    // Driven adapters, and what they share.
    ("hearken-memory", &["hearken-domain"]),
    ("hearken-storage-seaorm", &["hearken-domain"]),
    ("hearken-egress", &[]),
    ("hearken-support", &[]),
    ("hearken-media-http", &["hearken-domain", "hearken-egress"]),
    ("hearken-blobs-objectstore", &["hearken-domain"]),
    ("hearken-media-symphonia", &["hearken-domain"]),
    ("hearken-speech-command", &["hearken-domain", "hearken-support"]),
    ("hearken-speech-http", &["hearken-domain", "hearken-support"]),
    ("hearken-speech-whisper", &["hearken-domain"]),
    ("hearken-insights-http", &["hearken-domain", "hearken-support"]),
    ("hearken-insights-local", &["hearken-domain"]),
    ("hearken-automation-email", &["hearken-domain"]),
    ("hearken-automation-webhook", &["hearken-domain", "hearken-egress"]),
    // Beside the hexagon.
    ("hearken-config", &[]),
    ("hearken-testkit", &["hearken-domain"]),
];

/// What the tests and examples of any crate may see besides.
const FOR_TESTS: &[&str] = &["hearken-memory", "hearken-testkit"];

/// Crates that use what a port promises.
const DRIVING: &[&str] = &["hearken-http", "hearken-worker", "hearken-console"];

/// How the names of crates begin that keep what a port promises.
const DRIVEN: &[&str] = &[
    "hearken-memory",
    "hearken-storage-",
    "hearken-media-",
    "hearken-blobs-",
    "hearken-automation-",
    "hearken-speech-",
    "hearken-insights-",
];

fn is_driven(name: &str) -> bool {
    DRIVEN.iter().any(|begin| name.starts_with(begin))
}

fn is_ours(name: &str) -> bool {
    name == "hearken" || name.starts_with("hearken-")
}

/// Only the composition roots and the black-box tests see everything.
fn sees_everything(member: &Member) -> bool {
    member.folder.starts_with("bins/") || member.folder.starts_with("tests/")
}

fn unlisted_arrows(members: &[Member]) -> Vec<String> {
    let mut faults = Vec::new();
    for member in members.iter().filter(|member| !sees_everything(member)) {
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == member.name) else {
            faults.push(format!("{} has no line in the table", member.name));
            continue;
        };
        for name in member.normal.iter().filter(|name| is_ours(name) && !allowed.contains(&name.as_str())) {
            faults.push(format!("{} -> {name}", member.name));
        }
        let for_tests = |name: &str| allowed.contains(&name) || FOR_TESTS.contains(&name);
        for name in member.dev.iter().filter(|name| is_ours(name) && !for_tests(name)) {
            faults.push(format!("{} -> {name}, for its tests", member.name));
        }
    }
    faults
}

/// The table itself could be made to say anything; these rules hold whatever it says.
fn broken_rules(members: &[Member]) -> Vec<String> {
    let mut faults = Vec::new();
    for member in members.iter().filter(|member| !sees_everything(member)) {
        for name in member.normal.iter().filter(|name| is_ours(name)) {
            let driving = DRIVING.contains(&name.as_str());
            let reason = match member.name.as_str() {
                "hearken-domain" => "the domain sees nothing of ours",
                "hearken-application" if name != "hearken-domain" => "the application sees the domain only",
                from if is_driven(from) && name == "hearken-application" => {
                    "a driven adapter never sees the application"
                }
                from if is_driven(from) && is_driven(name) => "adapters never see each other",
                from if DRIVING.contains(&from) && is_driven(name) => "a driving adapter sees ports, never an adapter",
                _ if driving || name == "hearken" => "nothing but a composition root sees what drives",
                _ => continue,
            };
            faults.push(format!("{} -> {name}: {reason}", member.name));
        }
    }
    faults
}

fn lines_without_a_crate(members: &[Member]) -> Vec<String> {
    let names: BTreeSet<&str> = members.iter().map(|member| member.name.as_str()).collect();
    ARROWS.iter().filter(|(name, _)| !names.contains(name)).map(|(name, _)| (*name).to_owned()).collect()
}

#[test]
fn every_arrow_is_in_the_table() {
    let advice = "a new arrow is a decision record in docs/decisions and a line in the table of arrows.rs:";
    assert_none(&unlisted_arrows(&members()), advice);
}

#[test]
fn every_line_of_the_table_has_its_crate() {
    assert_none(
        &lines_without_a_crate(&members()),
        "take these lines out of the table of arrows.rs, the crates are gone:",
    );
}

#[test]
fn adapters_see_neither_the_application_nor_each_other() {
    assert_none(&broken_rules(&members()), "put what is shared behind a port of the domain, and compose it in bins/:");
}

#[test]
fn a_crate_is_named_as_its_folder() {
    let wrong =
        |member: &&Member| member.folder.starts_with("crates/") && member.folder != format!("crates/{}", member.name);
    let faults: Vec<String> =
        members().iter().filter(wrong).map(|member| format!("{} in {}", member.name, member.folder)).collect();
    assert_none(&faults, "name the folder as the crate, flat under crates/:");
}

#[cfg(test)]
fn sample(name: &str, normal: &[&str], dev: &[&str]) -> Member {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Member { name: name.to_owned(), folder: format!("crates/{name}"), normal: owned(normal), dev: owned(dev) }
}

#[test]
fn a_new_arrow_is_noticed() {
    assert_eq!(unlisted_arrows(&[sample("hearken-wire", &["hearken-egress", "serde"], &[])]).len(), 1);
    assert_eq!(unlisted_arrows(&[sample("hearken-wire", &[], &["hearken-storage-seaorm", "hearken-memory"])]).len(), 1);
    assert_eq!(unlisted_arrows(&[sample("hearken-brand-new", &[], &[])]).len(), 1);
    assert!(unlisted_arrows(&[sample("hearken-wire", &["hearken-domain"], &["hearken-testkit"])]).is_empty());
}

#[test]
fn a_forbidden_arrow_is_noticed_whatever_the_table_says() {
    for (from, to) in [
        ("hearken-domain", "hearken-wire"),
        ("hearken-application", "hearken-memory"),
        ("hearken-storage-seaorm", "hearken-application"),
        ("hearken-media-http", "hearken-memory"),
        ("hearken-http", "hearken-storage-seaorm"),
        ("hearken-wire", "hearken-http"),
    ] {
        assert_eq!(broken_rules(&[sample(from, &[to], &[])]).len(), 1, "{from} -> {to}");
    }
    assert_eq!(lines_without_a_crate(&[]).len(), ARROWS.len());
}
