//! The `hearken` binary, of the same profile and in the same target folder as the running test.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

/// The binary, built on first use. `cargo test` has let go of the target folder's lock by the time tests run.
pub fn hearken() -> &'static Path {
    static BINARY: LazyLock<PathBuf> =
        LazyLock::new(|| env::var_os("HEARKEN_E2E_BINARY").map_or_else(|| build(&[]), PathBuf::from));
    &BINARY
}

/// Builds it with these features of its own, where cargo puts it.
pub fn build(features: &[&str]) -> PathBuf {
    // <target>/[<triple>/]<profile>/deps/<this test>
    let test = env::current_exe().expect("a test knows its own file");
    let profile_dir = test.parent().and_then(Path::parent).expect("a test lies in deps, below its profile's folder");
    // Cargo marks the root of a target folder for backup programs.
    let marked = |dir: &&Path| dir.join("CACHEDIR.TAG").exists();
    let target_dir = profile_dir.ancestors().skip(1).find(marked).expect("a profile's folder lies in a target folder");
    let mut command = Command::new(env!("CARGO"));
    command.args(["build", "--quiet", "--package", "hearken", "--bin", "hearken"]);
    command.args(["--features", &features.join(",")]);
    command.args(["--profile", profile_of(profile_dir)]).arg("--target-dir").arg(target_dir);
    if let Some(triple) = profile_dir.parent().filter(|parent| *parent != target_dir).and_then(Path::file_name) {
        command.arg("--target").arg(triple);
    }
    let status = command.current_dir(env!("CARGO_MANIFEST_DIR")).status().expect("cargo can be started");
    assert!(status.success(), "the binary could not be built: {status}");
    profile_dir.join("hearken")
}

fn profile_of(dir: &Path) -> &str {
    match dir.file_name().and_then(|name| name.to_str()).expect("profiles have ASCII names") {
        "debug" => "dev",
        other => other,
    }
}
