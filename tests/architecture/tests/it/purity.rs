//! The domain and the application know no clock, no dice, no runtime and no files: those are ports.

use std::process::Command;

use crate::{
    assert_none,
    code::{hits, imports, production},
    workspace::{Source, cargo, root, rust_sources},
};

/// Libraries that bring what the domain must not have.
const IMPURE_LIBRARIES: &[&str] = &[
    "serde",
    "serde_core",
    "serde_json",
    "tokio",
    "async-std",
    "smol",
    "hyper",
    "reqwest",
    "sea-orm",
    "sqlx",
    "chrono",
    "time",
    "web-time",
    "rand",
    "rand_core",
    "fastrand",
    "getrandom",
    "uuid",
    "hickory-resolver",
    "object_store",
];

/// What reads a clock, throws dice, asks the system or needs a runtime.
const IMPURE_CALLS: &[&str] = &[
    "SystemTime::now",
    "Instant::now",
    "tokio::",
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "rand::",
];

fn impure_libraries(tree: &str) -> Vec<String> {
    let names = tree.lines().filter_map(|line| line.split_whitespace().next());
    let mut found: Vec<String> = names.filter(|name| IMPURE_LIBRARIES.contains(name)).map(str::to_owned).collect();
    found.sort();
    found.dedup();
    found
}

fn impure_calls(sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources {
        let code = production(source);
        faults.extend(hits(&source.path, &code, IMPURE_CALLS));
        // `use std::{env, fs}` has neither text above.
        for path in imports(&code) {
            let is_banned = |call: &str| {
                let module = call.trim_end_matches("::");
                path == module || path.starts_with(&format!("{module}::"))
            };
            if IMPURE_CALLS.iter().any(|call| is_banned(call)) {
                faults.push(format!("{}: imports {path}", source.path));
            }
        }
    }
    faults
}

#[test]
fn the_domain_is_built_from_nothing_impure() {
    // Not the metadata's own resolution: that unites the features that the whole workspace asks for, and what another
    // crate switches on is no dependency of the domain.
    let tree = cargo(&["tree", "--package", "hearken-domain", "--edges", "normal", "--prefix", "none"]);
    assert!(tree.lines().any(|line| line.starts_with("hearken-domain ")), "this is no tree of the domain:\n{tree}");
    let advice = "take these out of the domain, or switch off the feature that brings them; rows are storage's, JSON is \
                  wire's, time and dice are ports (cargo tree -p hearken-domain -e normal -i <name>):";
    assert_none(&impure_libraries(&tree), advice);
}

#[test]
fn the_domain_and_the_application_ask_their_ports() {
    let sources = rust_sources(&["crates/hearken-domain/src", "crates/hearken-application/src"]);
    assert_none(&impure_calls(&sources), "use the ports Clock and IdSource, or move this into an adapter:");
}

#[test]
fn the_domain_builds_where_there_is_no_system() {
    const TARGET: &str = "wasm32-unknown-unknown";
    let installed = Command::new("rustup").args(["target", "list", "--installed"]).current_dir(root()).output();
    let installed = installed.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    if !installed.lines().any(|line| line.trim() == TARGET) {
        println!("skipped: the_domain_builds_where_there_is_no_system (rustup target add {TARGET})");
        return;
    }
    // A folder of its own, so that it does not wait for the build that runs this test.
    cargo(&["check", "--package", "hearken-domain", "--target", TARGET, "--target-dir", "target/no-system"]);
}

#[test]
fn an_impure_library_is_noticed() {
    let tree = "hearken-domain v0.1.0 (/x)\nserde v1.0.0\nurl v2.5.8\ntokio v1.54.0 (*)";
    assert_eq!(impure_libraries(tree), ["serde", "tokio"]);
}

#[test]
fn an_impure_call_is_noticed_however_it_is_imported() {
    let sample = |text: &str| [Source { path: "crates/hearken-domain/src/a.rs".to_owned(), text: text.to_owned() }];
    for bad in [
        "fn a() { std::time::SystemTime::now(); }",
        "use std::{env, fmt};",
        "use std::{fs::{self, File}};",
        "async fn a() { tokio::time::sleep(x).await }",
        "use rand::random;",
    ] {
        assert!(!impure_calls(&sample(bad)).is_empty(), "{bad}");
    }
    assert!(
        impure_calls(&sample("//! Not tokio::spawn.\nuse std::{fmt, time::Duration};\nfn operand() {}")).is_empty()
    );
}
