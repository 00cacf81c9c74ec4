//! The `hearken` binary with its failpoints, of the same profile and in the same target folder as the running test.
//!
//! Cargo puts it where the plain binary belongs, and others build that one; so a copy is taken at once, under a lock,
//! and the copy is asked whether it is the right one.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::LazyLock,
};

/// How often somebody else's build may come between ours and the copy.
const ATTEMPTS: usize = 5;

/// The binary, built on first use.
pub fn hearken() -> &'static Path {
    static BINARY: LazyLock<PathBuf> =
        LazyLock::new(|| env::var_os("HEARKEN_FAULTS_BINARY").map_or_else(build, PathBuf::from));
    &BINARY
}

fn build() -> PathBuf {
    // <target>/[<triple>/]<profile>/deps/<this test>
    let test = env::current_exe().expect("a test knows its own file");
    let profile_dir = test.parent().and_then(Path::parent).expect("a test lies in deps, below its profile's folder");
    // Cargo marks the root of a target folder for backup programs.
    let marked = |dir: &&Path| dir.join("CACHEDIR.TAG").exists();
    let target_dir = profile_dir.ancestors().skip(1).find(marked).expect("a profile's folder lies in a target folder");
    let lock = File::create(target_dir.join("hearken-faults.lock")).expect("a target folder can be written");
    lock.lock().expect("a file can be locked");
    let copy = profile_dir.join("hearken-faults");
    for _ in 0..ATTEMPTS {
        run_cargo(profile_dir, target_dir);
        // By way of another name: the old copy may be running.
        let fresh = profile_dir.join("hearken-faults.new");
        fs::copy(profile_dir.join("hearken"), &fresh).expect("the binary can be copied");
        fs::rename(&fresh, &copy).expect("the copy can be renamed");
        if has_failpoints(&copy) {
            return copy;
        }
    }
    panic!("the binary in {} never had failpoints; is somebody else building there?", profile_dir.display());
}

fn run_cargo(profile_dir: &Path, target_dir: &Path) {
    let mut command = Command::new(env!("CARGO"));
    command.args(["build", "--quiet", "--package", "hearken", "--bin", "hearken", "--features", "failpoints"]);
    command.args(["--profile", profile_of(profile_dir)]).arg("--target-dir").arg(target_dir);
    if let Some(triple) = profile_dir.parent().filter(|parent| *parent != target_dir).and_then(Path::file_name) {
        command.arg("--target").arg(triple);
    }
    let status = command.current_dir(env!("CARGO_MANIFEST_DIR")).status().expect("cargo can be started");
    assert!(status.success(), "the binary could not be built: {status}");
}

fn profile_of(dir: &Path) -> &str {
    match dir.file_name().and_then(|name| name.to_str()).expect("profiles have ASCII names") {
        "debug" => "dev",
        other => other,
    }
}

/// A binary with failpoints does not start on nonsense in the variable; a plain one does not look at it.
fn has_failpoints(binary: &Path) -> bool {
    let mut command = Command::new(binary);
    command.arg("--version").env("FAILPOINTS", "nonsense").stdout(Stdio::null()).stderr(Stdio::null());
    !command.status().expect("the binary can be started").success()
}
