//! The house rules that a text can be held to: every file says what it is, is not too long, and leaves nothing undone.

use crate::{
    assert_none,
    code::{code, hits, production},
    workspace::{Source, rust_sources},
};

/// Longer than this, and a file has more than one subject.
const MAX_LINES: usize = 400;

/// Names that say nothing about their subject.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "manager", "managers", "common", "misc"];

fn all() -> Vec<Source> {
    rust_sources(&["crates", "bins", "tests"])
}

fn without_introduction(sources: &[Source]) -> Vec<String> {
    sources.iter().filter(|source| !source.text.starts_with("//! ")).map(|source| source.path.clone()).collect()
}

fn too_long(sources: &[Source]) -> Vec<String> {
    let lines = |source: &Source| source.text.lines().count();
    let long = sources.iter().filter(|source| lines(source) > MAX_LINES);
    long.map(|source| format!("{}: {} lines", source.path, lines(source))).collect()
}

fn named_emptily(sources: &[Source]) -> Vec<String> {
    let empty = |source: &&Source| {
        let path = source.path.trim_end_matches(".rs");
        path.split('/').any(|part| EMPTY_NAMES.contains(&part))
    };
    let mut faults: Vec<String> = sources.iter().filter(empty).map(|source| source.path.clone()).collect();
    for source in sources {
        let modules: Vec<String> =
            EMPTY_NAMES.iter().flat_map(|name| [format!("mod {name};"), format!("mod {name} {{")]).collect();
        let needles: Vec<&str> = modules.iter().map(String::as_str).collect();
        faults.extend(hits(&source.path, &code(&source.text), &needles));
    }
    faults
}

fn found(sources: &[Source], needles: &[&str]) -> Vec<String> {
    sources.iter().flat_map(|source| hits(&source.path, &code(&source.text), needles)).collect()
}

/// Also where an attribute is conditional.
fn allowed_lints(sources: &[Source]) -> Vec<String> {
    let conditional = |line: &&String| line.contains("allow(");
    let mut faults = found(sources, &["#[allow(", "#![allow("]);
    faults.extend(found(sources, &["cfg_attr("]).iter().filter(conditional).cloned());
    faults
}

fn unwraps(sources: &[Source]) -> Vec<String> {
    sources.iter().flat_map(|source| hits(&source.path, &production(source), &[".unwrap()"])).collect()
}

#[test]
fn every_file_begins_with_what_it_is() {
    assert_none(
        &without_introduction(&all()),
        "begin the file with `//! ` and a sentence that says what it is and why:",
    );
}

#[test]
fn no_file_is_too_long() {
    assert_none(&too_long(&all()), "give each subject its own file, at most 400 lines:");
}

#[test]
fn nothing_has_an_empty_name() {
    assert_none(&named_emptily(&all()), "name the file or module after its subject:");
}

#[test]
fn no_lint_is_allowed_without_being_expected() {
    assert_none(
        &allowed_lints(&all()),
        "write #[expect(lint, reason = \"…\")]: it speaks up when it is no longer needed:",
    );
}

#[test]
fn nothing_is_left_undone() {
    assert_none(&found(&all(), &["todo!", "unimplemented!", "dbg!"]), "finish it or take it out:");
}

#[test]
fn no_function_gets() {
    assert_none(&found(&all(), &["fn get_"]), "name the function after what it gives, without get_:");
}

#[test]
fn no_test_is_ignored() {
    assert_none(
        &found(&all(), &["#[ignore"]),
        "make the test pass, or have it print by name that it is skipped, and why:",
    );
}

#[test]
fn nothing_is_unwrapped_outside_tests() {
    assert_none(&unwraps(&all()), "return an error, or write expect with the sentence why it cannot happen:");
}

#[test]
fn a_bad_file_is_noticed_by_each_check() {
    let sample = |path: &str, text: &str| [Source { path: path.to_owned(), text: text.to_owned() }];
    let file = |text: &str| sample("crates/a/src/a.rs", text);
    assert_eq!(without_introduction(&file("use std::fmt;")).len(), 1);
    assert_eq!(too_long(&file(&"\n".repeat(MAX_LINES + 1))).len(), 1);
    assert_eq!(named_emptily(&sample("crates/a/src/utils.rs", "")).len(), 1);
    assert_eq!(named_emptily(&sample("crates/a/src/common/x.rs", "")).len(), 1);
    assert_eq!(named_emptily(&file("mod helpers;\nmod manager {")).len(), 2);
    assert_eq!(allowed_lints(&file("#[allow(dead_code)]\n#![allow(x)]\n#[cfg_attr(unix, allow(x))]")).len(), 3);
    assert_eq!(found(&file("fn a() { todo!() }"), &["todo!"]).len(), 1);
    assert_eq!(found(&file("pub fn get_name() {}"), &["fn get_"]).len(), 1);
    assert_eq!(found(&file("#[ignore = \"slow\"]"), &["#[ignore"]).len(), 1);
    assert_eq!(unwraps(&file("fn a() { b.unwrap() }")).len(), 1);
}

#[test]
fn a_good_file_is_left_alone() {
    let text = "//! A thing.\n\n/// Not todo!().\n#[expect(x, reason = \"y\")]\nfn name() -> &'static str { \"fn get_x #[ignore]\" }\n";
    let sample = [Source { path: "crates/a/src/thing.rs".to_owned(), text: text.to_owned() }];
    assert!(
        without_introduction(&sample).is_empty() && too_long(&sample).is_empty() && named_emptily(&sample).is_empty()
    );
    assert!(allowed_lints(&sample).is_empty() && unwraps(&sample).is_empty());
    assert!(found(&sample, &["todo!", "fn get_", "#[ignore"]).is_empty());
}
