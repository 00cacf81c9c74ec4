//! The project as the checks see it: its members as cargo knows them, and its sources.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// A member of the workspace.
#[derive(Debug, Default)]
pub(crate) struct Member {
    pub(crate) name: String,
    /// Relative to the root: `crates/hearken-domain`.
    pub(crate) folder: String,
    /// What it is built from: normal and build dependencies.
    pub(crate) normal: BTreeSet<String>,
    /// What its tests and examples need besides.
    pub(crate) dev: BTreeSet<String>,
}

/// A file of the project.
pub(crate) struct Source {
    /// Relative to the root, with slashes.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The folder of the workspace's `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("this package lies two folders deep").to_owned()
}

/// What cargo prints, asked without network and without touching `Cargo.lock`.
pub(crate) fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--offline", "--locked"])
        .current_dir(root())
        .output()
        .expect("the cargo that built this test still runs");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {} failed; make it pass by hand first:\n{complaint}", arguments.join(" "));
    String::from_utf8(output.stdout).expect("cargo prints UTF-8")
}

/// Every member of the workspace.
pub(crate) fn members() -> Vec<Member> {
    let printed = cargo(&["metadata", "--no-deps", "--format-version", "1"]);
    let metadata: Value = serde_json::from_str(&printed).expect("cargo metadata is JSON");
    let packages = metadata["packages"].as_array().expect("the metadata lists packages");
    packages.iter().map(member).collect()
}

fn member(package: &Value) -> Member {
    let manifest = Path::new(text(&package["manifest_path"]));
    let folder = manifest.parent().expect("a manifest lies in a folder");
    let mut member = Member {
        name: text(&package["name"]).to_owned(),
        folder: relative(folder),
        normal: BTreeSet::new(),
        dev: BTreeSet::new(),
    };
    for dependency in package["dependencies"].as_array().expect("a package lists its dependencies") {
        let name = text(&dependency["name"]).to_owned();
        let is_dev = dependency["kind"] == "dev";
        if is_dev {
            member.dev.insert(name)
        } else {
            member.normal.insert(name)
        };
    }
    member
}

fn text(value: &Value) -> &str {
    value.as_str().expect("the metadata has a text here")
}

/// Every Rust file under these folders of the root.
pub(crate) fn rust_sources(folders: &[&str]) -> Vec<Source> {
    let mut sources = Vec::new();
    for folder in folders {
        collect(&root().join(folder), &mut sources);
    }
    assert!(!sources.is_empty(), "no Rust file was found under {folders:?}: the check looks in the wrong place");
    sources
}

fn collect(folder: &Path, sources: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("a folder's entries can be read").path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "target") {
                collect(&path, sources);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            sources.push(Source { path: relative(&path), text });
        }
    }
}

/// Below the root, with slashes.
fn relative(path: &Path) -> String {
    let below = path.strip_prefix(root()).unwrap_or(path);
    below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
