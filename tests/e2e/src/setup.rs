//! How a server is configured: settings as environment variables, the way a container's are.

use std::{
    env,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

use crate::{binary, media_host::MediaHost, process::Process, server::Server};

/// Settings of a server, and of the commands beside it.
#[derive(Clone, Debug)]
pub struct Setup {
    variables: Vec<(String, String)>,
}

impl Setup {
    /// A log that can be searched, and no limit of requests: tests send more than a caller may.
    pub fn new() -> Self {
        Self { variables: Vec::new() }
            .with("log.format", "json")
            .with("limits.requests_per_minute", "0")
            // Not a matter of these tests, and the machine that runs them may have little left.
            .with("limits.low_disk_bytes", "0")
            // A connection that rests while a test waits for something is used again.
            .with("limits.header_timeout", "2m")
    }

    /// With a setting by its dotted key. The last one holds.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        let name = format!("HEARKEN__{}", key.to_ascii_uppercase().replace('.', "__"));
        self.variables.push((name, value.into()));
        self
    }

    /// With a variable that is no setting of ours.
    #[must_use]
    pub fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without a worker: nothing follows a create, and what was answered stays as it is.
    #[must_use]
    pub fn without_worker(self) -> Self {
        self.with("role", "api")
    }

    /// May fetch from this host, on loopback, and trusts its authority.
    #[must_use]
    pub fn fetching_from(self, host: &MediaHost) -> Self {
        self.with("egress.allow", "127.0.0.1/32")
            .with("egress.ports", format!("443,8443,{}", host.port()))
            .with("egress.ca_file", host.ca_file().display().to_string())
            // A host that is on a busy machine is not a slow one.
            .with("media.timeouts.connect", "2m")
            .with("media.timeouts.tls", "2m")
            .with("media.timeouts.head", "2m")
            .with("media.timeouts.idle", "2m")
    }

    /// A command over this data folder.
    pub fn command(&self, data_dir: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(binary::hearken());
        // Neither the settings of whoever runs the tests nor a file beside them shall count.
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("HEARKEN__") {
                command.env_remove(name);
            }
        }
        command.current_dir(data_dir).envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.args(args).arg("--data-dir").arg(data_dir).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, data_dir: &Path, args: &[&str]) -> Output {
        self.command(data_dir, args).output().expect("the binary can be started")
    }

    /// Runs a command that must succeed with `--json`, and reads its one document.
    pub fn run_json(&self, data_dir: &Path, args: &[&str]) -> Value {
        let output = self.run(data_dir, &[args, &["--json"][..]].concat());
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {}: {stderr}", output.status);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{args:?} did not print JSON: {error}"))
    }

    /// Starts a server and does not wait for anything.
    pub fn launch(&self, data_dir: &Path) -> Process {
        Process::start(self.command(data_dir, &["serve", "--listen", "127.0.0.1:0"]))
    }

    /// Starts a server and waits until it is ready.
    pub async fn start(&self, data_dir: &Path) -> Server {
        Server::ready(self.launch(data_dir), self.clone(), data_dir.to_owned()).await
    }
}

impl Default for Setup {
    fn default() -> Self {
        Self::new()
    }
}
