//! Programs that a test needs and a machine may not have.

use std::{
    fmt::Display,
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::{io::AsyncWriteExt, process::Command};

/// What a test says that cannot run here; where programs are required, it fails instead.
pub(crate) fn skip(test: &str, needs: &str) {
    assert!(std::env::var_os("HEARKEN_REQUIRE_PROGRAMS").is_none(), "{test}: needs {needs}");
    println!("skipped: {test}: needs {needs}");
}

/// Runs a program on an input and gives what it wrote, or why there is none.
pub(crate) async fn run(program: &Path, args: &[&str], input: &str) -> Result<String, String> {
    let failed = |error: &dyn Display| format!("{}: {error}", program.display());
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| failed(&error))?;
    let mut stdin = child.stdin.take().unwrap();
    // One that does not read its input has ended, and says why below.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    let output = child.wait_with_output().await.map_err(|error| failed(&error))?;
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap())
    } else {
        Err(failed(&String::from_utf8_lossy(&output.stderr)))
    }
}

/// A folder of the build, for what is installed once.
pub(crate) async fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("webhook-libraries").join(name);
    tokio::fs::create_dir_all(&folder).await.unwrap();
    folder
}

/// A script of the tests.
pub(crate) fn script(name: &str) -> String {
    format!("{}/tests/verify/{name}", env!("CARGO_MANIFEST_DIR"))
}
