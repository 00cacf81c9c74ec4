//! Versions stand once, in the root `Cargo.toml`; a member's manifest only points there.

use std::fs;

use toml::{Table, Value};

use crate::{
    assert_none,
    workspace::{members, root},
};

/// What a member takes from the workspace instead of saying it itself.
const INHERITED: &[&str] = &["version", "edition", "rust-version", "license", "publish"];
const SECTIONS: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];

fn faults_of(name: &str, manifest: &str) -> Vec<String> {
    let manifest: Table = toml::from_str(manifest).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut faults = Vec::new();
    let package = manifest.get("package").and_then(Value::as_table);
    for key in INHERITED {
        if !package.and_then(|package| package.get(*key)).is_some_and(is_inherited) {
            faults.push(format!("{name}: write `{key}.workspace = true` in [package]"));
        }
    }
    if !manifest.get("lints").is_some_and(is_inherited) {
        faults.push(format!("{name}: write `workspace = true` in [lints]"));
    }
    add_dependencies(name, &manifest, &mut faults);
    let targets = manifest.get("target").and_then(Value::as_table);
    for target in targets.into_iter().flat_map(|targets| targets.values()).filter_map(Value::as_table) {
        add_dependencies(name, target, &mut faults);
    }
    faults
}

fn add_dependencies(name: &str, table: &Table, faults: &mut Vec<String>) {
    for section in SECTIONS {
        let dependencies = table.get(*section).and_then(Value::as_table);
        for (dependency, value) in dependencies.into_iter().flatten() {
            if !is_inherited(value) {
                faults.push(format!("{name}: write `{dependency}.workspace = true` in [{section}]"));
            }
        }
    }
}

fn is_inherited(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}

#[test]
fn versions_stand_in_the_root_only() {
    let mut faults = Vec::new();
    for member in members() {
        let path = root().join(&member.folder).join("Cargo.toml");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        faults.extend(faults_of(&member.name, &text));
    }
    assert_none(&faults, "name versions in [workspace.dependencies] of the root and point there:");
}

#[test]
fn a_version_of_its_own_is_noticed() {
    let package = "[package]\nname = \"a\"\nversion.workspace = true\nedition.workspace = true\nrust-version.workspace = true\n\
                   license.workspace = true\npublish.workspace = true\n[lints]\nworkspace = true\n";
    assert_eq!(faults_of("a", package), Vec::<String>::new());
    assert_eq!(faults_of("a", &format!("{package}[dependencies]\nserde = \"1\"\nbytes.workspace = true\n")).len(), 1);
    assert_eq!(faults_of("a", &format!("{package}[dev-dependencies]\nserde = {{ version = \"1\" }}\n")).len(), 1);
    assert_eq!(faults_of("a", &format!("{package}[target.'cfg(unix)'.dependencies]\nlibc = \"0.2\"\n")).len(), 1);
    assert_eq!(faults_of("a", "[package]\nname = \"a\"\nversion = \"1.0.0\"\n").len(), 6);
}
