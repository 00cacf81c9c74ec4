//! A check that nobody runs checks nothing.

use std::{collections::BTreeSet, fs, path::Path};

use hearken_testkit::{BLOB_CHECKS, STORE_CHECKS};

#[test]
fn every_check_is_listed() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let store: BTreeSet<String> = fs::read_dir(sources.join("store"))
        .unwrap()
        .flat_map(|file| checks_in(&fs::read_to_string(file.unwrap().path()).unwrap()))
        .collect();
    assert_eq!(store, STORE_CHECKS.iter().map(|check| check.name.to_owned()).collect::<BTreeSet<_>>());
    let blob = checks_in(&fs::read_to_string(sources.join("blob.rs")).unwrap());
    assert_eq!(blob, BLOB_CHECKS.iter().map(|check| check.name.to_owned()).collect::<BTreeSet<_>>());
}

/// The names of the public asynchronous functions.
fn checks_in(source: &str) -> BTreeSet<String> {
    let named = source.lines().filter_map(|line| line.strip_prefix("pub async fn "));
    named.map(|rest| rest.split('(').next().unwrap_or_default().to_owned()).collect()
}
