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
    // <profile>/deps/<this test>: the folder of the plain binary, where the copy and the lock lie too.
    let test = env::current_exe().expect("a test knows its own file");
    let folder = test.parent().and_then(Path::parent).expect("a test lies in deps, below its profile's folder");
    let lock = File::create(folder.join("hearken-faults.lock")).expect("a target folder can be written");
    lock.lock().expect("a file can be locked");
    let copy = folder.join("hearken-faults");
    for _ in 0..ATTEMPTS {
        // By way of another name: the old copy may be running.
        let fresh = folder.join("hearken-faults.new");
        fs::copy(hearken_e2e::binary::build(&["failpoints"]), &fresh).expect("the binary can be copied");
        fs::rename(&fresh, &copy).expect("the copy can be renamed");
        if has_failpoints(&copy) {
            return copy;
        }
    }
    panic!("the binary in {} never had failpoints; is somebody else building there?", folder.display());
}

/// A binary with failpoints does not start on nonsense in the variable; a plain one does not look at it.
fn has_failpoints(binary: &Path) -> bool {
    let mut command = Command::new(binary);
    command.arg("--version").env("FAILPOINTS", "nonsense").stdout(Stdio::null()).stderr(Stdio::null());
    !command.status().expect("the binary can be started").success()
}
