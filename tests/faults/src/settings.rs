//! Settings of a server, as environment variables.

use std::{
    env,
    path::Path,
    process::{Command, Stdio},
};

use hearken_e2e::{media_host::MediaHost, outside::Outside};

use crate::binary;

/// Settings of a server and of the commands beside it.
#[derive(Clone, Debug)]
pub struct Settings {
    variables: Vec<(String, String)>,
}

impl Settings {
    /// No limit of requests, and recordings also on a disk that is nearly full. Nobody does the work that follows: what
    /// is looked at is the create.
    pub fn new() -> Self {
        let none = Self { variables: Vec::new() };
        none.with("log.format", "json")
            .with("limits.requests_per_minute", "0")
            .with("limits.low_disk_bytes", "0")
            // A connection that rests while a test waits for something is used again.
            .with("limits.header_timeout", "2m")
            .with("role", "api")
            // A point that sleeps keeps a thread; the others must go on, also on a machine with one core.
            .variable("TOKIO_WORKER_THREADS", "4")
    }

    /// Does the work that follows, too: nobody listens, what analyses is built in, and the receivers may be called.
    pub fn working(outside: &Outside) -> Self {
        let ports = format!("{},{}", outside.host.port(), outside.receivers.port());
        Self::new()
            .fetching_from(&outside.host)
            .with("egress.ports", ports)
            .with("speech.engine", "none")
            .with("insights.engine", "local")
            .with("role", "all")
    }

    /// With a setting by its dotted key. The last one holds.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.variables.push((name_of(key), value.into()));
        self
    }

    /// What was set by a dotted key.
    pub fn value(&self, key: &str) -> Option<&str> {
        let name = name_of(key);
        self.variables.iter().rev().find(|(set, _)| *set == name).map(|(_, value)| value.as_str())
    }

    /// With any other variable.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// May fetch from this host, on loopback, and trusts its authority.
    #[must_use]
    pub fn fetching_from(self, host: &MediaHost) -> Self {
        self.with("egress.allow", "127.0.0.1/32")
            .with("egress.ports", host.port().to_string())
            .with("egress.ca_file", host.ca_file().display().to_string())
            // A host that is on a busy machine is not a slow one.
            .with("media.timeouts.connect", "2m")
            .with("media.timeouts.tls", "2m")
            .with("media.timeouts.head", "2m")
            .with("media.timeouts.idle", "2m")
    }

    /// Prepares a command over this data folder with these points armed.
    pub fn prepare(&self, command: &mut Command, data_dir: &Path, faults: &str) {
        // Neither the settings of whoever runs the tests nor points that they armed shall count.
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("HEARKEN__") {
                command.env_remove(name);
            }
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.env("FAILPOINTS", faults).arg("--data-dir").arg(data_dir).stdin(Stdio::null());
    }

    /// The server.
    pub fn serve(&self, data_dir: &Path, faults: &str) -> Command {
        let mut command = self.run(data_dir, &["serve", "--listen", "127.0.0.1:0"]);
        command.env("FAILPOINTS", faults);
        command
    }

    /// A command beside it.
    pub fn run(&self, data_dir: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(binary::hearken());
        command.args(args).current_dir(data_dir);
        self.prepare(&mut command, data_dir, "");
        command
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::new()
    }
}

fn name_of(key: &str) -> String {
    format!("HEARKEN__{}", key.to_ascii_uppercase().replace('.', "__"))
}

/// Several points in one variable; nothing of nothing.
pub fn armed(points: &[&str]) -> String {
    points.iter().filter(|point| !point.is_empty()).copied().collect::<Vec<_>>().join(";")
}

/// A point that ends the process, or switches its defect on, when it is passed for the n-th time.
pub fn at(point: &str, n: usize) -> String {
    format!("{point}={}*off->1*return", n.saturating_sub(1))
}
