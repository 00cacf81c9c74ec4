//! What lies at the top of the project: few things, so that a newcomer sees the whole of it.

use std::fs;

use crate::{assert_none, workspace::root};

/// Beside dotfiles and what a build leaves.
const ENTRIES: &[&str] = &[
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "bins",
    "crates",
    "deny.toml",
    "docs",
    "rustfmt.toml",
    "target",
    "tests",
];

fn strangers(names: &[String]) -> Vec<String> {
    names.iter().filter(|name| !name.starts_with('.') && !ENTRIES.contains(&name.as_str())).cloned().collect()
}

fn missing(names: &[String]) -> Vec<String> {
    let needed = ["Cargo.lock", "Cargo.toml", "LICENSE", "crates", "deny.toml", "rustfmt.toml"];
    needed.iter().filter(|name| !names.iter().any(|there| there == *name)).map(|name| (*name).to_owned()).collect()
}

fn names() -> Vec<String> {
    let entries = fs::read_dir(root()).expect("the project's folder can be read");
    entries.map(|entry| entry.expect("its entries can be read").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn the_top_holds_nothing_else() {
    assert_none(&strangers(&names()), "put these under crates/, bins/, docs/ or tests/:");
}

#[test]
fn the_top_holds_what_it_must() {
    assert_none(&missing(&names()), "these are part of the project's frame and gone:");
}

#[test]
fn a_stranger_and_a_gap_are_noticed() {
    let names = ["scripts".to_owned(), "Cargo.toml".to_owned(), ".ci".to_owned()];
    assert_eq!(strangers(&names), ["scripts"]);
    assert_eq!(missing(&names).len(), 5);
}
