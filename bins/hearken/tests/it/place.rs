//! A folder of its own for each test, and the binary run in it.

use std::{
    env,
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A folder, and the settings of everything that runs in it.
pub(crate) struct Place {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A server that serves. It is killed when this is dropped.
pub(crate) struct Serving {
    child: Child,
    /// Standard error up to the line that says where it listens.
    pub(crate) beginning: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().expect("a temporary folder can be made"), variables: Vec::new() }
    }

    /// With a variable of the environment.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The folder in which commands run.
    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// The data folder.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        Run::of(&self.command(args).output().expect("the binary can be started"))
    }

    /// Runs a command over the data folder to its end.
    pub(crate) fn run_on_data(&self, args: &[&str]) -> Run {
        let output = self.command(args).arg("--data-dir").arg(self.data_dir()).output();
        Run::of(&output.expect("the binary can be started"))
    }

    /// Runs a command over the data folder that must succeed and print one document.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let run = self.run_on_data(&[args, &["--json"][..]].concat());
        assert_eq!(run.status, Some(0), "{args:?}: {}", run.stderr);
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{args:?}: {error} in {}", run.stdout))
    }

    /// Serves from the data folder on a free port, and returns once that is said.
    pub(crate) fn serve(&self) -> Serving {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0", "--data-dir"]);
        let child = command.arg(self.data_dir()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let mut child = child.expect("the binary can be started");
        let mut log = BufReader::new(child.stderr.take().expect("standard error is a pipe"));
        let mut serving = Serving { child, beginning: String::new() };
        while !serving.beginning.contains("listening on ") {
            let read = log.read_line(&mut serving.beginning).expect("the log is text");
            assert!(read > 0, "the server ended: {}", serving.beginning);
        }
        // A pipe that nobody empties would stop its writer.
        std::thread::spawn(move || log.read_to_end(&mut Vec::new()));
        serving
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hearken"));
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("HEARKEN__") {
                command.env_remove(name);
            }
        }
        // Settings that no test is about: the machine that runs them may have little disk left.
        command.env("HEARKEN__LIMITS__LOW_DISK_BYTES", "0");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.current_dir(self.folder.path()).args(args).stdin(Stdio::null());
        command
    }
}

impl Run {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { status: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// The command failed and said so in one line, which is given.
    #[track_caller]
    pub(crate) fn failure(&self) -> &str {
        assert_eq!(self.status, Some(1), "{self:?}");
        let mut lines = self.stderr.lines();
        match (lines.next(), lines.next()) {
            (Some(line), None) if line.starts_with("hearken: ") => line,
            _ => panic!("not one line: {}", self.stderr),
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
