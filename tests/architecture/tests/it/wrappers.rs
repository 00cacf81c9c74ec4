//! Libraries with one owner: everybody else goes through the owner's port.

use crate::{
    assert_none,
    workspace::{Member, members},
};

/// A library that only some of our crates may see.
struct Wrapped {
    /// How the library's name begins.
    begin: &'static str,
    /// Who may be built from it.
    owners: &'static [&'static str],
    /// Whether tests of any crate may use it.
    tests: Tests,
}

#[derive(PartialEq)]
enum Tests {
    OwnersOnly,
    Any,
}

/// `deny.toml` holds the same for libraries of libraries.
const WRAPPED: &[Wrapped] = &[
    // Beside the owner: those that are never shipped and look at the rows from outside.
    Wrapped {
        begin: "sea-orm",
        owners: &["hearken-storage-seaorm", "hearken-e2e", "hearken-faults", "hearken-bench"],
        tests: Tests::OwnersOnly,
    },
    Wrapped { begin: "sqlx", owners: &["hearken-storage-seaorm"], tests: Tests::OwnersOnly },
    Wrapped { begin: "hickory-", owners: &["hearken-egress"], tests: Tests::Any },
    Wrapped { begin: "object_store", owners: &["hearken-blobs-objectstore"], tests: Tests::OwnersOnly },
    // Those who ask servers that the operator configured.
    Wrapped {
        begin: "reqwest",
        owners: &[
            "hearken-blobs-objectstore",
            "hearken-insights-http",
            "hearken-speech-http",
            "hearken-speech-whisper",
        ],
        tests: Tests::Any,
    },
    Wrapped { begin: "symphonia", owners: &["hearken-media-symphonia"], tests: Tests::OwnersOnly },
    Wrapped { begin: "candle", owners: &["hearken-speech-whisper"], tests: Tests::OwnersOnly },
    Wrapped { begin: "lettre", owners: &["hearken-automation-email"], tests: Tests::OwnersOnly },
];

fn strangers(members: &[Member]) -> Vec<String> {
    let mut faults = Vec::new();
    for member in members {
        let is_test = member.folder.starts_with("tests/");
        for wrapped in WRAPPED.iter().filter(|wrapped| !wrapped.owners.contains(&member.name.as_str())) {
            let tests_may = wrapped.tests == Tests::Any;
            let normal = member.normal.iter().filter(|_| !(is_test && tests_may));
            let dev = member.dev.iter().filter(|_| !tests_may);
            let seen = normal.chain(dev).filter(|name| name.starts_with(wrapped.begin));
            faults.extend(
                seen.map(|name| format!("{} -> {name}, which is for {}", member.name, wrapped.owners.join(", "))),
            );
        }
    }
    faults
}

#[test]
fn each_wrapped_library_is_seen_by_its_owner_only() {
    assert_none(
        &strangers(&members()),
        "use the owner's port, or make a new owner a decision record and a line in wrappers.rs:",
    );
}

#[test]
fn a_stranger_is_noticed() {
    let sample = |normal: &str, dev: &str| {
        let one = |name: &str| std::iter::once(name.to_owned()).collect();
        Member {
            name: "hearken-http".to_owned(),
            folder: "crates/hearken-http".to_owned(),
            normal: one(normal),
            dev: one(dev),
        }
    };
    assert_eq!(strangers(&[sample("sea-orm", "serde")]).len(), 1);
    assert_eq!(strangers(&[sample("hickory-resolver", "hickory-server")]).len(), 1);
    assert_eq!(strangers(&[sample("serde", "object_store")]).len(), 1);
    assert!(strangers(&[sample("serde", "hickory-proto")]).is_empty());
}
